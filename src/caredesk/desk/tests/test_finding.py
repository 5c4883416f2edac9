"""What stands first in the bar, and so is opened by Enter."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from caredesk.access.rules import permissions_of
from caredesk.desk.finding import MOST, find
from caredesk.kernel import clock, looks
from caredesk.kernel.actor import Actor
from caredesk.kernel.barred import NOBODY
from caredesk.kernel.ids import new_id
from caredesk.people.bulk import BulkPatient, load
from caredesk.people.queries import find_patients
from caredesk.people.rules.birthdates import BirthDate
from caredesk.people.rules.names import FullName

pytestmark = pytest.mark.django_db

MANAGER = Actor(
    "user",
    new_id(),
    "Ines Marsh",
    frozenset({"manager"}),
    permissions_of(["manager"]),
    zone="America/New_York",
    barred=NOBODY,
)
CAST = [
    FullName("Oakes", "Ruth"),
    FullName("Oakes", "Peter"),
    FullName("Robles", "Lucía"),
    FullName("Halloran", "Martha"),
    FullName("Newman", "Grace"),
    FullName("Nevins", "Paul"),
    FullName("Smith", "William"),
]


@pytest.fixture(autouse=True)
def patients(db: None) -> Iterator[None]:
    now = clock.now()
    born = BirthDate((now - timedelta(days=15_000)).date())
    load(BulkPatient(name, born, now - timedelta(days=1000)) for name in CAST)
    with looks.collecting("test"):
        yield


def found(text: str) -> list[tuple[str, list[str]]]:
    groups = find(MANAGER, text, None)
    return [(group.name, [each.name for each in group.options]) for group in groups]


@pytest.mark.parametrize(
    ("text", "command", "similar"),
    [
        ("access", "Unusual access", "Ruth Oakes"),
        ("roles", "People who sign in", "Lucía Robles"),
    ],
)
def test_what_can_be_done_stands_above_names_that_were_only_forgiven(
    text: str, command: str, similar: str
) -> None:
    (first, commands), (last, names) = found(text)
    assert (first, last) == ("Do", "Patients with similar names")
    assert command in commands
    assert similar in names


def test_a_name_that_begins_with_what_was_typed_stays_above() -> None:
    groups = dict(found("new"))
    assert list(groups)[:2] == ["Patients", "Do"]
    assert groups["Patients"] == ["Grace Newman"]
    assert "Register a new patient" in groups["Do"]


@pytest.mark.parametrize("text", ["oaks", "robels", "bill smith"])
def test_where_nothing_can_be_done_a_slip_is_a_patient_as_ever(text: str) -> None:
    assert [group for group, _ in found(text)] == ["Patients"]


def test_two_letters_say_nothing_to_do_yet() -> None:
    assert next(iter(found("ro")))[0] == "Patients"


@pytest.mark.parametrize(
    ("text", "place"),
    [("report", "What colleagues looked at"), ("audit", "Export the record of access")],
)
def test_the_pages_of_privacy_are_found_by_usual_words(text: str, place: str) -> None:
    first, commands = found(text)[0]
    assert first == "Do"
    assert place in commands


@pytest.mark.parametrize("text", ["access", "roles", "new"])
def test_what_can_be_done_costs_no_statement(text: str) -> None:
    with CaptureQueriesContext(connection) as of_patients:
        find_patients(MANAGER, text, limit=MOST)
    with CaptureQueriesContext(connection) as of_all:
        find(MANAGER, text, None)
    assert len(of_all) == len(of_patients)
