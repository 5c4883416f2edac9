"""Patients, to and from FHIR."""

from caredesk.people.fhir.periods import At, states
from caredesk.people.fhir.printing import RECORD_NUMBERS, print_patient
from caredesk.people.fhir.reading import (
    SentAddress,
    SentIdentifier,
    SentPatient,
    SentPhone,
    SentRelative,
    read_patient,
)

__all__ = [
    "RECORD_NUMBERS",
    "At",
    "SentAddress",
    "SentIdentifier",
    "SentPatient",
    "SentPhone",
    "SentRelative",
    "print_patient",
    "read_patient",
    "states",
]
