"""What the desk did to a patient is remembered of the patient, if there still is one."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from caredesk.access.rules import permissions_of
from caredesk.kernel import looks
from caredesk.kernel.actor import Actor
from caredesk.kernel.ids import new_id
from caredesk.kernel.undo import undo
from caredesk.people.actions import register_patient
from caredesk.people.models import Patient
from caredesk.people.reactions import remember_the_patient
from caredesk.scheduling.events import AppointmentBooked

pytestmark = pytest.mark.django_db

BY = Actor("user", UUID(int=1), "Ana Ruiz", frozenset({"manager"}), permissions_of(["manager"]))
BORN = date(1974, 3, 7)


@pytest.fixture
def registered() -> Iterator[Any]:
    with looks.collecting("test"):
        given = {"family": "Reyes", "given": "Ana", "birth_date": BORN}
        yield register_patient.perform(given, by=BY)


def booked(patient: UUID) -> AppointmentBooked:
    return AppointmentBooked(appointment=new_id(), patient=patient, site=new_id(), day=BORN)


def test_a_booking_of_somebody_withdrawn_since_is_followed_by_nothing(registered: Any) -> None:
    patient = registered.answer.patient
    undo(registered.deed, by=BY)
    remember_the_patient(booked(patient), BY)
    assert Patient.objects.get().last_seen_at is None


def test_a_booking_is_remembered(registered: Any) -> None:
    remember_the_patient(booked(registered.answer.patient), BY)
    assert Patient.objects.get().last_seen_at is not None
