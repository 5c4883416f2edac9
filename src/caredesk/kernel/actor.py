"""Who does or sees something."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from caredesk.kernel.barred import Barred

Kind = Literal["user", "patient", "proxy", "program", "reaction"]
Door = Literal["page", "json", "command", "job"]


@dataclass(frozen=True, slots=True)
class Actor:
    """The `by` of every action and the `viewer` of every query.

    `label` is the name shown to colleagues ("changed by Ana Ruiz"). `on_behalf_of` is whom a
    reaction or proxy acts for, `door` is the way in. `zone` is that of the practice's main site
    where the door has read it: by it goes which day is today. `barred` is what one may not see,
    where the door has read it (`kernel.barred`).
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
    barred: Barred | None = None

    def may(self, permission: str) -> bool:
        return permission in self.permissions
