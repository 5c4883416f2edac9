"""Loading in bulk leaves exactly what registering one by one does."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection, transaction

from caredesk.kernel import clock, looks
from caredesk.kernel.actor import Actor
from caredesk.kernel.ids import new_id
from caredesk.people import bulk, words
from caredesk.people.actions import register_patient
from caredesk.people.bulk import BulkPatient
from caredesk.people.rules.birthdates import BirthDate
from caredesk.people.rules.names import FullName

NOW = datetime(2026, 11, 24, 15, 10, tzinfo=UTC)
BY = Actor(
    kind="user",
    id=new_id(),
    label="Ana Ruiz",
    permissions=frozenset({"people.view", "people.register"}),
)

PEOPLE = [
    BulkPatient(
        FullName(family="O'Brien", given="Siobhán", middle="Mary Ann", preferred="Shiv"),
        BirthDate(date(1974, 3, 7)),
        NOW,
        sex="female",
        phone="+14155550123",
    ),
    BulkPatient(
        FullName(family="Müller-Łoś", given="Jörg", suffix="Jr."),
        BirthDate(date(1960, 1, 1), "year"),
        NOW,
        sex="male",
        phone="+442079460958",
        phone_use="home",
    ),
    BulkPatient(
        FullName(family="Brien", given="Ann", former_family="Weaver"),
        BirthDate(date(2001, 2, 1), "month"),
        NOW,
    ),
]

_TABLES = {
    "people_patient": """SELECT to_jsonb(p) - 'id' - 'identity_id' - 'number'
        || jsonb_build_object('own', p.identity_id = p.id) FROM people_patient p""",
    "people_phone": """SELECT to_jsonb(h) - 'id' - 'patient_id' - 'as_typed'
        || jsonb_build_object('of', p.family) FROM people_phone h
        JOIN people_patient p ON p.id = h.patient_id""",
    "people_searchline": "SELECT to_jsonb(l) - 'number' FROM people_searchline l",
    "people_patientword": "SELECT to_jsonb(w) - 'number' FROM people_patientword w",
    "people_word": "SELECT to_jsonb(w) FROM people_word w",
    "people_worddeletion": "SELECT to_jsonb(d) FROM people_worddeletion d",
}


def written() -> dict[str, list[Any]]:
    found = {}
    with connection.cursor() as cursor:
        for table, statement in _TABLES.items():
            cursor.execute(f"SELECT row::text FROM ({statement}) made(row) ORDER BY 1")
            found[table] = [row for (row,) in cursor.fetchall()]
    return found


def register(each: BulkPatient) -> None:
    register_patient(
        family=each.name.family,
        given=each.name.given,
        middle=each.name.middle,
        suffix=each.name.suffix,
        preferred_name=each.name.preferred,
        former_family=each.name.former_family,
        birth_date=each.birth.day,
        birth_precision=each.birth.precision,
        sex=each.sex,  # type: ignore[arg-type]
        phone=each.phone,
        phone_use=each.phone_use,  # type: ignore[arg-type]
        by=BY,
    )


@pytest.mark.django_db
def test_loading_equals_registering() -> None:
    with clock.stopped_at(NOW), looks.collecting("test"):
        with undone():
            for each in PEOPLE:
                register(each)
            words.recount()
            registered = written()
        with undone():
            assert bulk.load(PEOPLE) == len(PEOPLE)
            loaded = written()
    assert loaded == registered
    assert all(registered.values())


@pytest.mark.django_db
def test_what_is_loaded_later_joins_what_is_there() -> None:
    with clock.stopped_at(NOW), looks.collecting("test"):
        register(PEOPLE[0])
        bulk.load(PEOPLE[1:])
        one_by_one = written()
        with undone():
            bulk.load([])
            assert written() == one_by_one
    assert len(one_by_one["people_searchline"]) == len(PEOPLE)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written within is gone behind it."""
    point = transaction.savepoint_create()
    yield
    transaction.savepoint_rollback(point)
