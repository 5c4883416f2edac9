"""What happened to patients."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from caredesk.kernel.events import Event


@dataclass(frozen=True)
class PatientRegistered(Event):
    """Somebody became a patient."""

    version: ClassVar[int] = 1
    patient: UUID


@dataclass(frozen=True)
class PatientChanged(Event):
    """Something known of a patient has changed; `what` names the fields or lists."""

    version: ClassVar[int] = 1
    patient: UUID
    what: list[str]


@dataclass(frozen=True)
class PatientWithdrawn(Event):
    """A record was taken back, as though it had not been made."""

    version: ClassVar[int] = 1
    patient: UUID
