"""A registration is taken back only while nothing newer depends on it or has changed it."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from caredesk.access.rules import permissions_of
from caredesk.kernel import looks
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Refused
from caredesk.kernel.events import read_event
from caredesk.kernel.ids import new_id
from caredesk.kernel.undo import undo
from caredesk.people.actions import (
    add_alert,
    add_email,
    add_phone,
    change_patient,
    end_phone,
    record_deceased,
    register_patient,
    reinstate_patient,
)
from caredesk.people.models import Patient
from caredesk.people.reactions import remember_the_patient

pytestmark = pytest.mark.django_db

BY = Actor("user", UUID(int=1), "Ana Ruiz", frozenset({"manager"}), permissions_of(["manager"]))
BORN = date(1974, 3, 7)


@pytest.fixture(autouse=True)
def _collecting(db: None) -> Iterator[None]:
    with looks.collecting("test"):
        yield


@pytest.fixture
def registered() -> Any:
    given = {"family": "Reyes", "given": "Ana", "birth_date": BORN, "phone": "602 234 0142"}
    return register_patient.perform({**given, "email": "ana@example.org"}, by=BY)


def end_the_phone(patient: UUID) -> None:
    end_phone(Patient.objects.get(pk=patient).phones.get().id, by=BY)


@pytest.mark.parametrize(
    ("newer", "told"),
    [
        (lambda id: add_phone(id, "602 234 0155", by=BY), "telephone numbers"),
        (end_the_phone, "telephone numbers"),
        (lambda id: add_email(id, "a@example.org", by=BY), "mail addresses"),
        (lambda id: change_patient(id, family="Soto", by=BY), "surname"),
        (lambda id: change_patient(id, family="Soto", sex="female", by=BY), "sex, surname"),
        (lambda id: change_patient(id, birth_date=date(1974, 3, 8), by=BY), "birth date"),
        (lambda id: record_deceased(id, by=BY), "death"),
        (lambda id: add_alert(id, "Deaf", by=BY), "This patient has notes"),
    ],
)
def test_what_came_after_is_named(registered: Any, newer: Callable[[UUID], Any], told: str) -> None:
    newer(registered.answer.patient)
    with pytest.raises(Refused, match=f"{told}[.]"):
        undo(registered.deed, by=BY)
    assert Patient.objects.get().withdrawn_at is None


def test_what_was_changed_and_changed_back_does_not_count(registered: Any) -> None:
    patient = registered.answer.patient
    change_patient(patient, family="Soto", by=BY)
    change_patient(patient, family="Reyes", by=BY)
    undo(registered.deed, by=BY)
    assert Patient.objects.get().withdrawn_at is not None


def test_a_record_that_holds_again_is_withdrawn_by_undo_as_well(registered: Any) -> None:
    patient = registered.answer.patient
    undo(registered.deed, by=BY)
    again = reinstate_patient.perform({"patient": patient}, by=BY)
    add_phone(patient, "602 234 0155", by=BY)
    with pytest.raises(Refused, match="telephone numbers"):
        undo(again.deed, by=BY)
    (newer,) = Patient.objects.get().phones.exclude(e164="+16022340142")
    end_phone(newer.id, by=BY)
    undo(again.deed, by=BY)
    assert Patient.objects.get().withdrawn_at is not None


def booked(patient: UUID) -> Any:
    """What the calendar publishes."""
    ids = {name: str(new_id()) for name in ("appointment", "site")}
    return read_event("AppointmentBooked", {**ids, "patient": str(patient), "day": "2026-11-24"})


def test_a_booking_of_somebody_withdrawn_since_is_followed_by_nothing(registered: Any) -> None:
    patient = registered.answer.patient
    undo(registered.deed, by=BY)
    remember_the_patient(booked(patient), BY)
    assert Patient.objects.get().last_seen_at is None


def test_a_booking_is_remembered(registered: Any) -> None:
    remember_the_patient(booked(registered.answer.patient), BY)
    assert Patient.objects.get().last_seen_at is not None
