"""The tables of this room."""

from caredesk.people.models.alerts import Alert
from caredesk.people.models.contacts import Address, Email, Phone
from caredesk.people.models.documents import Document, DocumentWithdrawal
from caredesk.people.models.identifiers import PatientIdentifier
from caredesk.people.models.patients import Patient, ToldApart
from caredesk.people.models.relatives import CodeWordCheck, Relative
from caredesk.people.models.restrictions import BrokenGlass, Restriction
from caredesk.people.models.search import PatientWord, SearchLine, Word, WordDeletion

__all__ = [
    "Address",
    "Alert",
    "BrokenGlass",
    "CodeWordCheck",
    "Document",
    "DocumentWithdrawal",
    "Email",
    "Patient",
    "PatientIdentifier",
    "PatientWord",
    "Phone",
    "Relative",
    "Restriction",
    "SearchLine",
    "ToldApart",
    "Word",
    "WordDeletion",
]
