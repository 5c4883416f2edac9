"""What a search reads is always what the patients are, written without deadlocks."""

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection, connections

from caredesk.kernel import clock, looks
from caredesk.kernel.actor import Actor
from caredesk.kernel.ids import new_id
from caredesk.people import words
from caredesk.people.actions import (
    change_patient,
    record_seen,
    register_patient,
    reinstate_patient,
    withdraw_patient,
)
from caredesk.people.models import Patient, PatientWord, SearchLine, Word, WordDeletion
from caredesk.people.ports import patient_in_use


class Nothing:
    """Answers that no room above uses the patient."""

    def uses(self, patient: UUID) -> str:
        return ""


NOW = datetime(2026, 11, 24, 15, 10, tzinfo=UTC)
BY = Actor(
    kind="user",
    id=new_id(),
    label="Ana Ruiz",
    permissions=frozenset({"people.view", "people.register", "people.change"}),
)


@pytest.fixture(autouse=True)
def _at_the_desk() -> Iterator[None]:
    with clock.stopped_at(NOW), looks.collecting("test"):
        yield


def register(given: str, family: str) -> Patient:
    done = register_patient(
        family=family,
        given=given,
        birth_date=date(1974, 3, 7),
        duplicate_reason="told apart in the test",
        by=BY,
    )
    return Patient.objects.get(pk=done.patient)


def words_of(patient: Patient) -> dict[str, int]:
    rows = PatientWord.objects.filter(number=patient.number)
    return dict(rows.values_list("word", "recency"))


@pytest.mark.django_db
def test_registering_writes_every_word_and_its_deletions() -> None:
    patient = register("Siobhán", "O'Brien")
    assert words_of(patient) == {"obrien": 0, "brien": 0, "siobhan": 0}
    assert SearchLine.objects.get(pk=patient.number).line == " obrien brien siobhan "
    assert set(Word.objects.values_list("word", flat=True)) == {"obrien", "brien", "siobhan"}
    assert WordDeletion.objects.filter(deletion="brin", word="brien").exists()


@pytest.mark.django_db
def test_a_changed_name_leaves_no_word_of_the_old() -> None:
    patient = register("Ann", "Miller")
    change_patient(patient.id, family="Weaver", by=BY)
    assert words_of(patient) == {"weaver": 0, "ann": 0}
    change_patient(patient.id, birth_date=date(1975, 1, 2), by=BY)
    rows = PatientWord.objects.filter(number=patient.number)
    assert set(rows.values_list("birth_date", flat=True)) == {date(1975, 1, 2)}


@pytest.mark.django_db
def test_a_withdrawn_patient_has_no_words_until_she_is_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(patient_in_use, "_answer", Nothing())
    patient = register("Ann", "Miller")
    withdraw_patient(patient.id, by=BY)
    assert not words_of(patient)
    assert not SearchLine.objects.filter(pk=patient.number).exists()
    reinstate_patient(patient.id, by=BY)
    assert set(words_of(patient)) == {"miller", "ann"}


@pytest.mark.django_db
def test_nights_move_whoever_was_not_seen_and_a_visit_brings_back() -> None:
    patient, other = register("Ann", "Miller"), register("Bo", "Weaver")
    for later, step in (
        (timedelta(days=7), 0),
        (timedelta(days=8), 1),
        (timedelta(days=90), 1),
        (timedelta(days=91), 2),
        (timedelta(days=730), 2),
        (timedelta(days=731), 3),
    ):
        words.move_by_recency(NOW + later)
        assert set(words_of(patient).values()) == set(words_of(other).values()) == {step}
    assert words.move_by_recency(NOW + timedelta(days=731)) == 0
    with clock.stopped_at(NOW + timedelta(days=800)):
        record_seen(patient.id, at=NOW + timedelta(days=799), by=BY)
    assert set(words_of(patient).values()) == {0}
    assert SearchLine.objects.get(pk=patient.number).recency == 0
    assert set(words_of(other).values()) == {3}


@pytest.mark.django_db
def test_counts_are_made_anew() -> None:
    for given in ("Ann", "Bo", "Cy"):
        register(given, "Miller")
    words.recount()
    assert Word.objects.get(pk="miller").patients == 3
    assert Word.objects.get(pk="ann").patients == 1


@pytest.mark.usefixtures("committed_db")
def test_many_register_the_same_new_names_at_once_without_deadlock() -> None:
    names = ["Aldous", "Berenike", "Cosima", "Dagobert", "Eglantine", "Faustina"]
    start, errors = threading.Barrier(8), []

    def register_all(turn: int) -> None:
        ordered = names[turn % 6 :] + names[: turn % 6]
        try:
            start.wait(10)
            with clock.stopped_at(NOW), looks.collecting("test"):
                for place, given in enumerate(ordered):
                    register(f"{given} {ordered[-1 - place]}", f"Zwart-{ordered[place - 1]}")
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    before = deadlocks()
    threads = [threading.Thread(target=register_all, args=[turn]) for turn in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not errors
    assert Patient.objects.count() == 48
    assert SearchLine.objects.count() == 48
    assert deadlocks() == before
    assert Word.objects.filter(word="zwart").count() == 1


def deadlocks() -> int:
    """How many the server has counted: one that a retry hides is none the less one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush(), pg_stat_clear_snapshot()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])
