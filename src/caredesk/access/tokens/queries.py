"""Which programs come in, for lists."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from caredesk.access.tokens.models import ProgramToken
from caredesk.access.tokens.rules import SEES_PATIENTS
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
        known = declared()
        return [known[each].sentence if each in known else each for each in self.permissions]


def programs(viewer: Actor) -> list[TokenLine]:
    """All there ever were: the open ones first, the newest first."""
    found = [_line(row) for row in ProgramToken.objects.order_by("-added_at")]
    return sorted(found, key=lambda line: not line.is_open)


def get_program(viewer: Actor, token: UUID) -> TokenLine:
    found = ProgramToken.objects.filter(pk=token).first()
    if found is None:
        raise Missing("program", next_step="Go back to the list.")
    return _line(found)


def _line(row: ProgramToken) -> TokenLine:
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
    )
