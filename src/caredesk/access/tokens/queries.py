"""Which programs come in, for lists."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from caredesk.access.adaptations import in_force
from caredesk.access.queries import users
from caredesk.access.rules import permissions_of
from caredesk.access.tokens.models import ProgramToken
from caredesk.access.tokens.rules import SEES_PATIENTS, Giver, giver_of
from caredesk.kernel import clock
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Missing
from caredesk.kernel.permissions import declared


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A token without its secret, which nobody has but the program."""

    id: UUID
    name: str
    permissions: tuple[str, ...]
    patients: int | None
    per_minute: int
    added_at: datetime
    added_by_label: str
    expires_at: datetime
    last_used_at: datetime | None
    ended_at: datetime | None
    ended_by_label: str
    now: datetime
    giver: Giver

    @property
    def is_open(self) -> bool:
        return self.ended_at is None and self.expires_at > self.now

    @property
    def state(self) -> str:
        if self.ended_at is not None:
            return "Ended"
        return "Open" if self.is_open else "Expired"

    @property
    def whose(self) -> str:
        """Whose data it reaches."""
        if SEES_PATIENTS not in self.permissions:
            return "No patient's data"
        if self.patients is None:
            return "All patients"
        return "1 patient" if self.patients == 1 else f"{self.patients} patients"

    @property
    def sentences(self) -> list[str]:
        """What it may do, as one says it."""
        return [_sentence(each) for each in self.permissions]

    @property
    def giver_now(self) -> str:
        """What became of who let it in, where it goes on without them; short, for the list."""
        return self._of_giver(most=2)

    @property
    def giver_now_in_full(self) -> str:
        return self._of_giver(most=len(self.permissions))

    def _of_giver(self, most: int) -> str:
        lacks = self.giver.lacks
        if not self.is_open or not (self.giver.has_left or lacks):
            return ""
        if self.giver.has_left:
            return "who has left"
        if len(lacks) == len(self.permissions):
            return "who no longer has any of what it may do"
        said = [_sentence(each).rstrip(".") for each in lacks[:most]]
        more = [f"and {len(lacks) - most} more"] if len(lacks) > most else []
        return f"who no longer has: {'; '.join(said + more)}"


def programs(viewer: Actor) -> list[TokenLine]:
    """All there ever were: the open ones first, the newest first."""
    rows = list(ProgramToken.objects.order_by("-added_at"))
    givers = _givers(viewer) if rows else {}
    return sorted((_line(row, givers) for row in rows), key=lambda line: not line.is_open)


def get_program(viewer: Actor, token: UUID) -> TokenLine:
    found = ProgramToken.objects.filter(pk=token).first()
    if found is None:
        raise Missing("program", next_step="Go back to the list.")
    return _line(found, _givers(viewer))


def open_programs_of(giver: UUID) -> QuerySet[ProgramToken]:
    """Those which a user let in and that come in still."""
    return ProgramToken.objects.filter(added_by=giver, ended_at=None, expires_at__gt=clock.now())


def _givers(viewer: Actor) -> Mapping[UUID, frozenset[str] | None]:
    """What each user may do now; None for who has left."""
    adapted = in_force()
    return {
        each.id: permissions_of(each.roles, adapted) if each.is_active else None
        for each in users(viewer)
    }


def _sentence(permission: str) -> str:
    known = declared()
    return known[permission].sentence if permission in known else permission


def _line(row: ProgramToken, givers: Mapping[UUID, frozenset[str] | None]) -> TokenLine:
    # The administrator's command is no user: nothing can become of it.
    may = givers.get(row.added_by, frozenset(row.permissions))
    return TokenLine(
        row.id,
        row.name,
        tuple(row.permissions),
        None if row.patients is None else len(row.patients),
        row.per_minute,
        row.added_at,
        row.added_by_label,
        row.expires_at,
        row.last_used_at,
        row.ended_at,
        row.ended_by_label,
        clock.now(),
        giver_of(row.permissions, may),
    )
