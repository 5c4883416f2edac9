"""A registration is taken back while somebody books for it: whoever was first is seen."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from caredesk.kernel import looks
from caredesk.kernel.errors import Missing, Refused
from caredesk.people.actions import withdraw_patient
from caredesk.people.actions.since import as_it_is
from caredesk.people.models import Patient
from caredesk.scheduling import actions
from caredesk.scheduling.models import Appointment
from caredesk.scheduling.tests.elsewhere import Elsewhere, a_second_connection, until_it_waits
from caredesk.scheduling.tests.test_booking import book
from caredesk.scheduling.tests.world import ALL, World, actor, at_the_desk

REGISTRAR = actor("Rita", ALL | {"people.register"})


@pytest.fixture
def world(committed_db: None) -> Iterator[World]:
    with at_the_desk() as built, looks.collecting("test"):
        yield built


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    with a_second_connection() as begin:
        yield begin


def withdraw(world: World) -> None:
    registered = as_it_is(Patient.objects.get(pk=world.patient1))
    withdraw_patient(world.patient1, registered, by=REGISTRAR)


def test_a_booking_under_way_keeps_the_registration(world: World, elsewhere: Elsewhere) -> None:
    with transaction.atomic():
        book(world)
        withdrawing = elsewhere(lambda: withdraw(world))
        until_it_waits(withdrawing)
    with pytest.raises(Refused, match="1 visit"):
        withdrawing.result()
    assert Patient.objects.get(pk=world.patient1).withdrawn_at is None


def test_a_withdrawal_under_way_refuses_the_booking(world: World, elsewhere: Elsewhere) -> None:
    with transaction.atomic():
        withdraw(world)
        booking = elsewhere(lambda: book(world))
        until_it_waits(booking)
    with pytest.raises(Missing, match="no such patient"):
        booking.result()
    assert not Appointment.objects.exists()


def test_a_withdrawn_patient_is_not_moved(world: World, elsewhere: Elsewhere) -> None:
    """A move keeps the patient's row as a booking does."""
    booked = book(world)
    with transaction.atomic():
        actions.move_appointment(booked.appointment, world.at("10:40"), by=world.ana)
        withdrawing = elsewhere(lambda: withdraw(world))
        until_it_waits(withdrawing)
    with pytest.raises(Refused, match="1 visit"):
        withdrawing.result()
