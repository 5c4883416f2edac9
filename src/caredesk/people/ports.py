"""What this room must ask of rooms above it."""

from typing import Protocol
from uuid import UUID

from caredesk.kernel.ports import Port


class PatientInUse(Protocol):
    def uses(self, patient: UUID) -> str:
        """What depends on a patient, in the desk's words ("2 visits"); empty where nothing."""


patient_in_use: Port[PatientInUse] = Port("people.patient_in_use")
