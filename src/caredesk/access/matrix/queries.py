"""The roles as this practice has them, and what asks for each permission."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from caredesk.access.models import Adaptation, RoleGrant
from caredesk.access.pages import Page, pages
from caredesk.access.rules import OUTSIDE, PERMISSIONS, ROLES, STAFF, role_words
from caredesk.kernel.action import all_actions
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Missing
from caredesk.kernel.permissions import Permission, declared

# What a permission's name begins with, as a heading; others follow by their own name.
HEADINGS = {
    "desk": "At work",
    "kernel": "At work",
    "people": "Patients",
    "scheduling": "Visits",
    "practice": "Set-up",
    "workforce": "Set-up",
    "import": "Set-up",
    "files": "Patients",
    "tasks": "At work",
    "privacy": "Confidentiality",
    "audit": "Confidentiality",
    "access": "Access",
}


@dataclass(frozen=True, slots=True)
class Change:
    """That the practice adapted this, by whom and since when."""

    is_given: bool
    since: datetime
    by_label: str


@dataclass(frozen=True, slots=True)
class Cell:
    """Whether a role may. `change` is there where the practice has it otherwise than it comes."""

    role: str
    may: bool
    change: Change | None

    @property
    def says(self) -> str:
        """For who does not see the mark."""
        if self.change is None:
            return "may" if self.may else "may not"
        return "may, given here" if self.may else "may not, taken here"


@dataclass(frozen=True, slots=True)
class Line:
    """A permission with a cell for each role."""

    permission: Permission
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Matrix:
    """The whole: groups of permissions under their headings, one column a role."""

    roles: list[tuple[str, str]]
    groups: list[tuple[str, list[Line]]]
    of_programs: list[Permission]
    adapted: int

    def lines_of(self, role: str) -> list[tuple[str, list[tuple[Permission, Cell]]]]:
        """One column, under the same headings."""
        place = [name for name, _ in self.roles].index(role)
        return [
            (heading, [(line.permission, line.cells[place]) for line in lines])
            for heading, lines in self.groups
        ]


@dataclass(frozen=True, slots=True)
class Asking:
    """What asks for a permission: the actions, and the pages with what they do with it."""

    actions: list[tuple[str, str]]
    pages: list[Page]


def matrix(viewer: Actor) -> Matrix:
    """Every role and every permission that a role can have."""
    changes = _changes()
    known = list(declared().values())
    groups: dict[str, list[Line]] = {heading: [] for heading in HEADINGS.values()}
    for each in known:
        if each.whose != "programs":
            cells = [_cell(role, each.name, changes) for role in ROLES]
            groups.setdefault(_heading(each), []).append(Line(each, cells))
    return Matrix(
        roles=[(role, role_words(role)) for role in ROLES],
        groups=[(heading, lines) for heading, lines in groups.items() if lines],
        of_programs=[each for each in known if each.whose == "programs"],
        adapted=len(changes),
    )


def asking_for(viewer: Actor, permission: str) -> Asking:
    """Read from the registered actions and the addresses."""
    if permission not in declared():
        raise Missing("permission")
    return Asking(
        [
            (name, each.summary)
            for name, each in all_actions().items()
            if each.permission == permission
        ],
        [page for page in pages() if page.needed and permission in page.needed.all],
    )


def holders(viewer: Actor, role: str) -> list[str]:
    """Who has the role now, by name."""
    if role not in ROLES:
        raise Missing("role")
    held = RoleGrant.objects.filter(role=role, ended_at__isnull=True, user__is_active=True)
    return list(held.order_by("user__name").values_list("user__name", flat=True))


def is_adaptable(role: str, permission: Permission) -> bool:
    """Whether the practice may have it otherwise than it comes."""
    return role not in OUTSIDE and permission.whose == "staff"


def _cell(role: str, permission: str, changes: Mapping[tuple[str, str], Change]) -> Cell:
    change = changes.get((role, permission))
    may = change.is_given if change else permission in PERMISSIONS[role]
    return Cell(role, may, change)


def _changes() -> dict[tuple[str, str], Change]:
    rows = Adaptation.objects.filter(ended_at__isnull=True, role__in=STAFF)
    return {
        (row.role, row.permission): Change(row.is_given, row.since, row.by_label) for row in rows
    }


def _heading(permission: Permission) -> str:
    return HEADINGS.get(permission.room, permission.room.capitalize())
