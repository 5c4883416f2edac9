"""What was given beyond the giver, what would be, and who else could look at it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from caredesk.access.adaptations import in_force
from caredesk.access.models import RoleGrant
from caredesk.access.queries import holders_of
from caredesk.access.rules import STAFF, permissions_of, role_words
from caredesk.access.wider.checks import beyond, may_of, why_above
from caredesk.access.wider.models import WiderAccess
from caredesk.access.wider.rules import deed_words
from caredesk.kernel.actor import Actor
from caredesk.kernel.permissions import declared

# Either looks at what was given: who manages access, and the privacy officer.
REVIEWERS = ("privacy.review", "access.manage")


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What comes of giving somebody access: `above` says why not, `wider` that it is looked at."""

    above: str
    wider: bool


@dataclass(frozen=True, slots=True)
class Roles:
    """The roles that one may give to a colleague, and by their words those that are wider."""

    names: list[str]
    wider: list[str]


@dataclass(frozen=True, slots=True)
class WiderLine:
    """That somebody gave what is beyond them. `user` is None where a role was adapted."""

    id: UUID
    user: UUID | None
    user_name: str
    role: str
    beyond: list[str]
    deed: str
    by: UUID
    by_label: str
    at: datetime

    @property
    def title(self) -> str:
        return f"{self.by_label} {self.deed}"


def foreseen(viewer: Actor, user: UUID) -> Foreseen:
    """Before something is given to this user; two statements."""
    may = may_of(user)
    return Foreseen(why_above(may, viewer), bool(beyond(may, viewer)))


def roles_to_give(viewer: Actor) -> Roles:
    """What of the roles `viewer` may give; one statement."""
    adapted = in_force()
    may = {role: permissions_of([role], adapted) for role in STAFF}
    names = [role for role in STAFF if not why_above(may[role], viewer)]
    return Roles(names, [role_words(each) for each in names if beyond(may[each], viewer)])


def wider_access(viewer: Actor, ids: Iterable[UUID]) -> dict[UUID, WiderLine]:
    """These, for who reviews them."""
    known = declared()
    rows = WiderAccess.objects.select_related("user").filter(id__in=list(ids))
    return {
        row.id: WiderLine(
            id=row.id,
            user=row.user_id,
            user_name=row.user.name if row.user else "",
            role=role_words(row.role),
            beyond=[known[each].sentence for each in row.beyond if each in known],
            deed=deed_words(row.what, row.user.name if row.user else "", role_words(row.role)),
            by=row.by,
            by_label=row.by_label,
            at=row.at,
        )
        for row in rows
    }


def given_by(giver: UUID) -> dict[UUID, set[UUID]]:
    """What else this giver gave beyond themselves, by the user who got it."""
    found: dict[UUID, set[UUID]] = {}
    for id, user in WiderAccess.objects.filter(by=giver).values_list("id", "user_id"):
        if user is not None:
            found.setdefault(user, set()).add(id)
    return found


def let_in_by(giver: UUID) -> set[UUID]:
    """The users who hold a role because this giver gave it to them."""
    held = RoleGrant.objects.filter(granted_by=giver, ended_at__isnull=True)
    return set(held.values_list("user_id", flat=True))


def may_be_asked() -> dict[str, set[UUID]]:
    """Everybody who can see the worklist and review this, by why."""
    at_work = set(holders_of("tasks.work"))
    return {each: set(holders_of(each)) & at_work for each in REVIEWERS}
