"""Every page is opened with planted patients: whoever is on it is in that page's audit row."""

import re
from uuid import UUID

import pytest
from django.test import Client
from django.utils.html import escape
from tests import world as cast
from tests.addresses import addresses, arguments_of
from tests.world import World

from caredesk.audit.models import Entry
from caredesk.audit.searches import settle_searches
from caredesk.kernel.ids import new_id
from caredesk.people.models import Patient

pytestmark = pytest.mark.django_db

RECORD_NUMBER = re.compile(r"CD-\d{6}")


@pytest.fixture
def world() -> World:
    return cast.build()


@pytest.fixture
def planted(world: World) -> dict[str, UUID]:
    cast.leave_open(world, "wei")
    return cast.book_everybody(world)


@pytest.fixture
def ana(world: World) -> Client:
    client = Client()
    client.force_login(world.users["ana"])
    return client


@pytest.mark.parametrize("who", ["ana", "mia"])
def test_whoever_is_on_a_page_is_in_its_audit_row(
    world: World, planted: dict[str, UUID], who: str
) -> None:
    client = Client()
    client.force_login(world.users[who])
    arguments = arguments_of(world, planted)
    showed_somebody = 0
    for name, address in addresses(arguments):
        for headers in ({}, {"HX-Request": "true", "HX-Target": "aside#panel"}):
            before = set(Entry.objects.values_list("id", flat=True))
            answer = client.get(address, headers=headers)
            assert answer.status_code < 500, name
            shown = shown_on(answer.getvalue().decode(errors="replace"), world)
            rows = Entry.objects.exclude(id__in=before).exclude(kind="refusal")
            recorded = recorded_numbers(rows)
            assert shown <= recorded, name
            assert rows.count() <= 1, f"{name} wrote more than one row"
            if shown:
                showed_somebody += 1
                assert rows.get().name == name
                assert rows.get().actor == world.users[who].id
    assert showed_somebody >= 8


def shown_on(text: str, world: World) -> set[str]:
    """The record numbers of all whose number or surname stands on a page."""
    named = {
        world.record_numbers[name]
        for name, (family, *_) in cast.PATIENTS.items()
        if escape(family) in text
    }
    return named | set(RECORD_NUMBER.findall(text))


def recorded_numbers(rows: object) -> set[str]:
    ids = {subject for row in rows for subject in row.subjects}  # type: ignore[attr-defined]
    return {each.record_number for each in Patient.objects.filter(id__in=ids)}


def test_the_bar_is_one_look_when_the_typing_settles(ana: Client, world: World) -> None:
    search = str(new_id())
    before = set(Entry.objects.values_list("id", flat=True))
    shown: set[str] = set()
    for text in ("g", "gu", "gua", "guad"):
        answer = ana.post("/find/options/", {"text": text, "search": search})
        assert answer.status_code == 200
        shown |= set(RECORD_NUMBER.findall(answer.content.decode()))
    assert world.record_numbers["lupe"] in shown
    assert not Entry.objects.exclude(id__in=before).exists()
    assert settle_searches(after_seconds=-1) == 1
    entry = Entry.objects.exclude(id__in=before).get()
    assert shown <= recorded_numbers([entry])
    assert entry.name == "desk:find_options"


@pytest.mark.parametrize(
    ("address", "name"), [("/patients/", "people:list"), ("/appointments/new/", "desk:new_visit")]
)
def test_a_search_on_a_page_is_one_look_when_it_settles(
    ana: Client, world: World, address: str, name: str
) -> None:
    search = str(new_id())
    before = set(Entry.objects.values_list("id", flat=True))
    shown: set[str] = set()
    for text in ("o", "o'sul"):
        answer = ana.post(address, {"text": text, "search": search})
        assert answer.status_code == 200
        shown |= shown_on(answer.content.decode(), world)
    assert world.record_numbers["bill"] in shown
    settle_searches(after_seconds=-1)
    entry = Entry.objects.exclude(id__in=before).get()
    assert shown <= recorded_numbers([entry])
    assert entry.name == name


def test_a_soft_stop_that_shows_somebody_is_a_look(ana: Client, world: World) -> None:
    before = set(Entry.objects.values_list("id", flat=True))
    answer = ana.post(
        "/api/actions/register_patient",
        {"family": "Fernandez Ortiz", "given": "Lupe", "birth_date": "1974-03-07"},
        content_type="application/json",
    )
    assert answer.status_code == 409
    assert answer.json()["code"] == "likely_duplicate"
    entry = Entry.objects.exclude(id__in=before).get()
    assert (entry.kind, entry.name) == ("look", "register_patient")
    assert world.patients["lupe"] in entry.subjects
