"""Whom a search finds, by example, in the real database."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from caredesk.kernel import clock, looks
from caredesk.kernel.actor import Actor
from caredesk.kernel.barred import NOBODY, Barred
from caredesk.kernel.ids import new_id
from caredesk.people import words
from caredesk.people.bulk import BulkPatient, load
from caredesk.people.models import Patient, PatientIdentifier
from caredesk.people.queries.search import FoundPatient, find_patients
from caredesk.people.rules.birthdates import BirthDate
from caredesk.people.rules.names import FullName

pytestmark = pytest.mark.django_db

VIEWER = Actor(
    "user",
    new_id(),
    "Bo Lind",
    permissions=frozenset({"people.view"}),
    zone="America/Denver",
    barred=NOBODY,
)
CAST = [
    (FullName("Fernández-Ortiz", "Guadalupe", preferred="Lupe"), "1974-03-07", "+14155550123"),
    (FullName("O’Brien", "Kathryn", "Louise", former_family="Miller"), "1988-11-30", ""),
    (FullName("Smith", "William"), "1950-01-02", "+12125550187"),
    (FullName("Smith", "Jane"), "1990-04-04", ""),
    (FullName("Müller", "Jörg"), "1961-12-24", ""),
    (FullName("De La Cruz", "Ana María"), "2001-02-28", ""),
    (FullName("Łukasiewicz", "Zoë"), "1999-09-09", ""),
    (FullName("Nguyễn", "Hương"), "1983-05-06", ""),
    (FullName("Kowalczyk", "April"), "1990-06-15", ""),
]


@pytest.fixture(autouse=True)
def patients(db: None) -> Iterator[None]:
    long_ago = clock.now() - timedelta(days=1000)
    load(
        BulkPatient(name, BirthDate(date.fromisoformat(born)), long_ago, phone=phone)
        for name, born, phone in CAST
    )
    with looks.collecting("search"):
        yield


def find(text: str) -> list[FoundPatient]:
    return find_patients(VIEWER, text)


def names(text: str) -> list[str]:
    return [each.name for each in find(text)]


LUPE = "Guadalupe “Lupe” Fernández-Ortiz"


@pytest.mark.parametrize(
    "typed",
    [
        "fernandez", "FERNÁNDEZ-ORTIZ", "fernandezortiz", "lupe fern", "ort gua", "fern, guad",
        "guadalupe fernandez", "fernándes", "fernadez", "ferandnez", "guadelupe ortiz",
        "3/7/74", "7 mar 1974", "March 7, 1974", "03071974", "1974-03-07", "mar 1974",
        "ortiz 1974", "lupe 3/7/74", "lup 3/8/74", "guadalupe mar 1974",
        "(415) 555-0123", "4155550123", "415555", "0123", "5550123", "+1 415 555 0123",
        "lupe 0123", "gaudalupe 0123", "lupe 415",
    ],
)  # fmt: skip
def test_she_is_found_first(typed: str) -> None:
    assert names(typed)[0] == LUPE


@pytest.mark.parametrize(
    ("typed", "name", "matched"),
    [
        ("bill smith", "William Smith", "also called Bill"),
        ("catherine o'brien", "Kathryn O’Brien", "also called Catherine"),
        ("katherine obrien", "Kathryn O’Brien", "also called Katherine"),
        ("brien", "Kathryn O’Brien", ""),
        ("miller kathryn", "Kathryn O’Brien", "formerly Miller"),
        ("louise obrien", "Kathryn O’Brien", "middle name Louise"),
        ("mueller", "Jörg Müller", ""),
        ("muller", "Jörg Müller", ""),
        ("delacruz ana", "Ana María De La Cruz", ""),
        ("maria cruz", "Ana María De La Cruz", ""),
        ("lukasiewicz", "Zoë Łukasiewicz", ""),
        ("zoe", "Zoë Łukasiewicz", ""),
        ("nguyen huong", "Hương Nguyễn", ""),
        ("april 1990", "April Kowalczyk", ""),
        ("kowalcyzk", "April Kowalczyk", "spelled like kowalcyzk"),
        ("jane smyth", "Jane Smith", "spelled like smyth"),
        ("kathryn mylor", "Kathryn O’Brien", "formerly Miller"),
    ],
)
def test_why_somebody_is_found(typed: str, name: str, matched: str) -> None:
    found = find(typed)
    assert name in [each.name for each in found]
    assert next(each for each in found if each.name == name).matched == matched


@pytest.mark.parametrize("typed", ["", "  ", "xqzzv", "smith xqzzv", "99/99/9999", "%", "_", "\\"])
def test_nobody_is_found(typed: str) -> None:
    assert find(typed) == []


def test_record_numbers_and_identifiers() -> None:
    lupe = find("lupe")[0]
    number = int(lupe.record_number.removeprefix("CD-"))
    PatientIdentifier(
        patient_id=lupe.id, system="urn:other", value="S-999 91568", searched="s99991568"
    ).save()
    for typed in (lupe.record_number, f"cd{number}", f"#{number:06d}", "S99991568", "s-99991"):
        assert find(typed)[0] == lupe, typed


def test_any_beginning_and_any_end_of_a_telephone_number() -> None:
    digits = "4155550123"
    for size in range(3, 11):
        assert LUPE in names(digits[:size]), digits[:size]
        assert LUPE in names(digits[-size:]), digits[-size:]


def test_what_is_shown() -> None:
    [lupe] = find("lupe")
    assert lupe.preferred_name == "Lupe"
    assert (lupe.birth_date, lupe.phone) == ("7 Mar 1974", "(415) 555-0123")


def test_the_recently_seen_come_first() -> None:
    william = Patient.objects.get(given="William")
    assert {each.name for each in find("smith")} == {"William Smith", "Jane Smith"}
    for name in ("William", "Jane"):
        seen = Patient.objects.get(given=name)
        seen.last_seen_at = clock.now() - timedelta(days=10 if name == "Jane" else 400)
        words.index_patient(seen)
    assert names("smith") == ["Jane Smith", "William Smith"]
    william.last_seen_at = clock.now()
    words.index_patient(william)
    assert names("smith") == ["William Smith", "Jane Smith"]


def test_a_merged_record_finds_the_one_that_survives_once() -> None:
    william, jane = Patient.objects.get(given="William"), Patient.objects.get(given="Jane")
    jane.identity = william
    jane.save()
    assert names("smith") == ["William Smith"]
    assert names("jane smith") == ["William Smith"]
    assert names("4/4/1990") == ["William Smith"]
    assert find(jane.record_number)[0].record_number == william.record_number


def test_the_telephones_of_a_merged_record_are_hers() -> None:
    william, jane = Patient.objects.get(given="William"), Patient.objects.get(given="Jane")
    william.identity = jane
    william.save()
    assert [each.phone for each in find("jane smith")] == ["(212) 555-0187"]
    assert [(each.name, each.phone) for each in find("0187")] == [("Jane Smith", "(212) 555-0187")]


def test_who_has_died_is_shown_as_such() -> None:
    william, jane = Patient.objects.get(given="William"), Patient.objects.get(given="Jane")
    Patient.objects.filter(pk=william.pk).update(deceased=True)
    Patient.objects.filter(pk=jane.pk).update(deceased=True, deceased_on=date(2025, 3, 3))
    shown = {each.name: (each.deceased, each.deceased_words, each.age) for each in find("smith")}
    assert shown == {
        "William Smith": (True, "deceased", ""),
        "Jane Smith": (True, "died 3 Mar 2025", ""),
    }
    assert (find("lupe")[0].deceased, find("lupe")[0].deceased_words) == (False, "")


def test_a_withdrawn_record_is_not_found() -> None:
    words.unindex_patient(Patient.objects.get(family="Kowalczyk"))
    for typed in ("kowalczyk", "6/15/1990", "kowalcyzk"):
        assert names(typed) == []


def test_a_changed_name_is_found_and_the_old_one_is_not() -> None:
    changed = Patient.objects.get(family="Kowalczyk")
    changed.family = "Abernathy"
    words.index_patient(changed)
    assert names("kowalczyk") == []
    changed.save()
    assert names("abernathy april") == ["April Abernathy"]
    assert names("abernaty") == ["April Abernathy"]


def test_each_look_is_recorded() -> None:
    with looks.collecting("search") as seen:
        found = find("smith")
        assert set(seen.subjects) == {each.id for each in found}


@pytest.mark.parametrize(
    ("typed", "most"),
    [("smith", 4), ("smiht wiliam", 4), ("3/7/74", 2), ("0123", 2), ("april 1990", 8)],
)
def test_a_search_takes_few_statements(typed: str, most: int) -> None:
    with CaptureQueriesContext(connection) as asked:
        find(typed)
    assert len(asked) <= most, [each["sql"][:60] for each in asked]


CONTROLS = [
    (FullName("Umberstone", "Zebedee"), "1962-03-05", ""),
    (FullName("Umberstine", "Zebedee"), "1971-08-09", ""),
    (FullName("Smith", "Umbert"), "1962-03-05", ""),
]
TELLING = [
    "umberstone 3/4/1962", "zebedee umberstone 3/4/62", "umberstine 3/4/1962", "umberstone",
    "zebedee", "umbert", "umberstone 1962", "umberstone mar 1962", "xformer 3/5/1962", "5550142",
    "umberstone 5550142", "zebedee 0142",
]  # fmt: skip


def load_some(*people: tuple[FullName, str, str]) -> list[BulkPatient]:
    some = [
        BulkPatient(name, BirthDate(date.fromisoformat(born)), clock.now(), phone=phone)
        for name, born, phone in people
    ]
    load(some)
    return some


def found_by(viewer: Actor, limit: int) -> dict[str, list[str]]:
    return {
        typed: [each.record_number for each in find_patients(viewer, typed, limit)]
        for typed in TELLING
    }


@pytest.mark.parametrize("limit", [1, 2, 10])
def test_somebody_hidden_changes_nothing_of_what_else_is_found(limit: int) -> None:
    load_some(*CONTROLS)
    before = found_by(VIEWER, limit)
    assert before["umberstone 3/4/1962"], "the slip in the date is forgiven"
    name = FullName("Umberstone", "Zebedee", former_family="Xformer")
    (hidden,) = load_some((name, "1962-03-04", "+14155550142"))
    outsider = replace(VIEWER, barred=Barred(hidden=frozenset({hidden.id.bytes})))
    assert found_by(outsider, limit) == before


@pytest.mark.parametrize("limit", [1, 2, 10])
def test_somebody_restricted_changes_nothing_where_she_is_not_named_plainly(limit: int) -> None:
    load_some(*CONTROLS)
    before = found_by(VIEWER, limit)
    name = FullName("Umberstone", "Zebedee", former_family="Xformer")
    (marked,) = load_some((name, "1962-03-04", "+14155550142"))
    outsider = replace(VIEWER, barred=Barred(restricted=frozenset({marked.id.bytes})))
    number = Patient.objects.get(pk=marked.id).record_number
    found = found_by(outsider, limit)
    assert found["umberstone 3/4/1962"] == [number]
    without = {typed: shown for typed, shown in found.items() if number not in shown}
    assert {"umbert", "xformer 3/5/1962", "5550142", "umberstone 5550142"} <= set(without)
    assert without == {typed: before[typed] for typed in without}
