"""What this room must ask of rooms above it."""

from typing import Protocol
from uuid import UUID

from caredesk.kernel.ports import Port


class Treating(Protocol):
    def users(self, patient: UUID) -> list[UUID]:
        """The users who are the practitioners of the patient's next visit, or else of the last."""


treating: Port[Treating] = Port("privacy.treating")
