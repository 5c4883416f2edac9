"""What the command bar finds: patients, and what can be done."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.urls import reverse

from caredesk.desk.day import Choice
from caredesk.kernel.actor import Actor
from caredesk.people.queries import FoundPatient, find_patients
from caredesk.ui.registry import Command, find_commands
from caredesk.ui.times import day_words, distance_words
from caredesk.ui.typed import ReadingError, read_date

LONGEST = 200
MOST = 8
FEWEST_LETTERS = 3
"""So many letters of a word say what to do rather than a name with a slip in it."""
FARTHEST = timedelta(days=3 * 365)
"""What is farther away is a date of birth rather than a day of the calendar."""


_DAYS = {"today", "tomorrow", "yesterday"}


@dataclass(frozen=True, slots=True)
class Option:
    """A line of the bar."""

    name: str
    facts: str
    address: str
    key: str = ""
    is_likely: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of one kind under their heading."""

    name: str
    options: list[Option]


def find(viewer: Actor, text: str, search: UUID | None, day: Option | None = None) -> list[Group]:
    """Patients first, then the day that is meant and what can be done; a likely day before all.

    What can be done stands above patients whose names were only forgiven. `search` names one
    search as it is typed.
    """
    text = text.strip()[:LONGEST]
    if not text:
        return []
    patients: list[FoundPatient] = []
    if viewer.may("people.view"):
        patients = find_patients(viewer, text, limit=MOST, settling=search)
    commands = find_commands(viewer, text)
    days = Group("Day", [day] if day else [])
    named, similar = _apart(patients) if commands and _says_a_word(text) else (patients, [])
    groups = [
        *([days] if day and day.is_likely else []),
        Group("Patients", [_patient(each) for each in named]),
        *([days] if day and not day.is_likely else []),
        Group("Do", [_command(each) for each in commands]),
        Group("Patients with similar names", [_patient(each) for each in similar]),
    ]
    return [group for group in groups if group.options]


def _apart(patients: list[FoundPatient]) -> tuple[list[FoundPatient], list[FoundPatient]]:
    """Those whose names begin with what was typed, and those who were only forgiven."""
    named = [each for each in patients if not each.is_forgiven]
    return named, [each for each in patients if each.is_forgiven]


def _says_a_word(text: str) -> bool:
    return any(len(word) >= FEWEST_LETTERS for word in text.split())


def bar_says(viewer: Actor) -> str:
    """What the bar invites to: it finds patients only for who may see them."""
    may_find = viewer.may("people.view")
    return "Find a patient, or say what to do" if may_find else "Say what to do"


def said_day(text: str, choice: Callable[[], Choice | None]) -> Option | None:
    """The day of the calendar that `text` may mean. Likely unless it could be a name or a number.

    `choice` says at which site; it is read only where the text is a date.
    """
    words = text.strip()[:LONGEST].lower()
    if not _is_date(words):
        return None
    chosen = choice()
    if chosen is None:
        return None
    day = read_date(words, chosen.today)
    if abs(day - chosen.today) > FARTHEST:
        return None
    is_near = abs(day - chosen.today) <= timedelta(days=366)
    can_only_be_a_day = words in _DAYS or (not words.isdigit() and any(map(str.isdigit, words)))
    return Option(
        f"Go to {day_words(day, chosen.today)}",
        distance_words(day, chosen.today),
        chosen.to(day),
        is_likely=is_near and can_only_be_a_day,
    )


def _is_date(words: str) -> bool:
    try:
        read_date(words, date(2000, 1, 1))
    except ReadingError:
        return False
    return True


def _patient(found: FoundPatient) -> Option:
    address = reverse("people:patient", args=[found.id])
    mark = "restricted" if found.is_restricted else ""
    facts = filter(None, [found.birth_date, found.deceased_words, found.record_number, mark])
    return Option(found.name, " · ".join(facts), address)


def _command(command: Command) -> Option:
    return Option(command.name, "", command.address, command.key)
