"""What can be known of patients. Whatever shows one passes the collector of looks."""

from caredesk.people.queries.details import PatientDetails, get_patient, told_apart
from caredesk.people.queries.duplicates import Likely, likely_duplicates
from caredesk.people.queries.lines import PatientLine, patient_lines
from caredesk.people.queries.recent import recently_seen
from caredesk.people.queries.records import records_of
from caredesk.people.queries.search import FoundPatient, find_patients

__all__ = [
    "FoundPatient",
    "Likely",
    "PatientDetails",
    "PatientLine",
    "find_patients",
    "get_patient",
    "likely_duplicates",
    "patient_lines",
    "recently_seen",
    "records_of",
    "told_apart",
]
