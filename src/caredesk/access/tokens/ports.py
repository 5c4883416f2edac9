"""What tokens must ask of the room that knows patients."""

from collections.abc import Iterable
from typing import Protocol
from uuid import UUID

from caredesk.kernel.actor import Actor
from caredesk.kernel.ports import Port


class KnownPatients(Protocol):
    def by_number(self, viewer: Actor, typed: Iterable[str]) -> dict[str, UUID]:
        """Patients by their record numbers as somebody typed them; unknown ones are left out."""

    def surviving(self, viewer: Actor, ids: Iterable[UUID]) -> list[UUID]:
        """The records that stand for these now; `Missing` where one is not there."""


known_patients: Port[KnownPatients] = Port("access.known_patients")
