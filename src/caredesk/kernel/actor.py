"""Who does or sees something."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from caredesk.kernel.barred import Barred
from caredesk.kernel.errors import Missing

Kind = Literal["user", "patient", "proxy", "program", "reaction"]
Door = Literal["page", "json", "command", "job"]


@dataclass(frozen=True, slots=True)
class Actor:
    """The `by` of every action and the `viewer` of every query.

    `label` is the name shown to colleagues ("changed by Ana Ruiz"). `on_behalf_of` is whom a
    reaction or proxy acts for, `door` is the way in. `zone` is that of the practice's main site
    where the door has read it: by it goes which day is today. `only` are the
    subjects beyond whom a program may neither see nor do anything; None where it is not so bounded.
    `barred` is what one may not see, where the door has read it (`kernel.barred`). `is_proven` is
    whether they proved a short while ago who they are: not so in a session where that is long ago,
    and never by a token.
    """

    kind: Kind
    id: UUID
    label: str
    roles: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()
    on_behalf_of: UUID | None = None
    session: UUID | None = None
    door: Door = "page"
    address: str = ""
    zone: str = ""
    only: frozenset[UUID] | None = None
    barred: Barred | None = None
    is_proven: bool = True

    def may(self, permission: str) -> bool:
        return permission in self.permissions

    def refuse_beyond(self, subjects: Iterable[UUID]) -> None:
        """`Missing` where one of these is none of the `only` ones: the same as not there."""
        if self.only is not None and not self.only.issuperset(subjects):
            raise Missing("record")
