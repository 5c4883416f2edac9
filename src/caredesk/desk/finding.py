"""What the command bar finds: patients, and what can be done."""

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from caredesk.kernel.actor import Actor
from caredesk.people.queries import FoundPatient, find_patients
from caredesk.ui.registry import Command, find_commands

LONGEST = 200
MOST = 8


@dataclass(frozen=True, slots=True)
class Option:
    """A line of the bar."""

    name: str
    facts: str
    address: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of one kind under their heading."""

    name: str
    options: list[Option]


def find(viewer: Actor, text: str, search: UUID | None) -> list[Group]:
    """Patients first, then what can be done. `search` names one search as it is typed."""
    text = text.strip()[:LONGEST]
    if not text:
        return []
    patients: list[FoundPatient] = []
    if viewer.may("people.view"):
        patients = find_patients(viewer, text, limit=MOST, settling=search)
    groups = [
        Group("Patients", [_patient(each) for each in patients]),
        Group("Do", [_command(each) for each in find_commands(viewer, text)]),
    ]
    return [group for group in groups if group.options]


def _patient(found: FoundPatient) -> Option:
    address = reverse("people:patient", args=[found.id])
    facts = filter(None, [found.birth_date, found.deceased_words, found.record_number])
    return Option(found.name, " · ".join(facts), address)


def _command(command: Command) -> Option:
    return Option(command.name, "", command.address, command.key)
