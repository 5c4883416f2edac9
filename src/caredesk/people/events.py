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


@dataclass(frozen=True)
class RestrictionSet(Event):
    """Only a circle sees the patient, or a piece of what is kept of her, from now on."""

    restriction: UUID
    patient: UUID


@dataclass(frozen=True)
class RestrictionEnded(Event):
    """Everybody sees her again. `passed` is what to review where it was ended from outside."""

    restriction: UUID
    patient: UUID
    passed: UUID | None = None


@dataclass(frozen=True)
class GlassBroken(Event):
    """Somebody outside the circle looks for a limited time: it is to be reviewed."""

    grant: UUID
    patient: UUID
    user: UUID
