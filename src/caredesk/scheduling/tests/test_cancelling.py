"""Calling a visit off, and taking that back."""

from typing import Any
from uuid import UUID

import pytest

from caredesk.kernel.errors import Refused
from caredesk.kernel.models import LoggedEvent
from caredesk.kernel.undo import undo
from caredesk.people.models import Patient
from caredesk.scheduling import actions
from caredesk.scheduling.actions.answers import Booked
from caredesk.scheduling.models import Appointment, Booking, Cancellation
from caredesk.scheduling.queries import masks_differ
from caredesk.scheduling.tests.test_booking import book
from caredesk.scheduling.tests.world import World


def test_the_time_is_free_for_others_at_once(world: World) -> None:
    booked = book(world)
    changed = actions.cancel_appointment(booked.appointment, "Has flu", "patient", by=world.ana)
    assert (changed.state, changed.words) == ("cancelled", "Cancelled: Tue 24 Nov, 9:00")
    row = Cancellation.objects.get()
    assert (row.reason, row.asked_by, row.by_label) == ("Has flu", "patient", "Ana Ruiz")
    assert not Booking.objects.filter(released_at__isnull=True).exists()
    assert LoggedEvent.objects.filter(name="AppointmentCancelled").exists()
    assert masks_differ(world.ana) == []
    book(world, patient=world.patient2)


@pytest.mark.parametrize("given", [("", "patient"), ("Has flu", ""), ("x" * 10_000, "patient")])
def test_reason_and_who_asked_are_needed(world: World, given: tuple[str, str]) -> None:
    booked = book(world)
    with pytest.raises(Refused):
        actions.cancel_appointment(booked.appointment, *given, by=world.ana)


def test_undo_gives_the_same_time_back(world: World) -> None:
    booked = book(world)
    actions.record_step(booked.appointment, "confirmed", by=world.ana)
    bookings = set(Booking.objects.values_list("id", flat=True))
    given = {"appointment": booked.appointment, "reason": "Flu", "asked_by": "patient"}
    done = actions.cancel_appointment.perform(given, by=world.ana)
    undo(done.deed, by=world.ana)
    assert Appointment.objects.get().state == "confirmed"
    assert set(Booking.objects.filter(released_at__isnull=True).values_list("id", flat=True)) == (
        bookings
    )
    assert masks_differ(world.ana) == []
    again = actions.cancel_appointment.perform(given, by=world.ana)
    assert again.can_undo


def test_undo_says_who_has_the_time_now(world: World) -> None:
    booked = book(world)
    given = {"appointment": booked.appointment, "reason": "Flu", "asked_by": "patient"}
    done = actions.cancel_appointment.perform(given, by=world.ana)
    book(world, patient=world.patient2, by=world.ben)
    with pytest.raises(Refused) as caught:
        undo(done.deed, by=world.ana)
    assert caught.value.message.endswith("is booked then, by Ben Ode.")
    assert Appointment.objects.get(pk=booked.appointment).state == "cancelled"


def test_twice_is_refused(world: World) -> None:
    booked = book(world)
    actions.cancel_appointment(booked.appointment, "Flu", "patient", by=world.ana)
    with pytest.raises(Refused, match="is cancelled: it cannot be cancelled"):
        actions.cancel_appointment(booked.appointment, "Flu", "patient", by=world.ana)
    cancellation = Cancellation.objects.get()
    actions.reinstate_appointment(cancellation.id, by=world.ana)
    with pytest.raises(Refused, match="not cancelled any more"):
        actions.reinstate_appointment(cancellation.id, by=world.ana)


def test_an_overbooked_visit_comes_back_into_its_lane(world: World) -> None:
    book(world)
    booked = book(world, patient=world.patient2, overbook_reason="Fever")
    actions.cancel_appointment(booked.appointment, "Better", "patient", by=world.ana)
    actions.reinstate_appointment(Cancellation.objects.get().id, by=world.ana)
    held = Booking.objects.get(appointment=booked.appointment, resource=world.chen)
    assert (held.lane, held.released_at) == (1, None)
    assert masks_differ(world.ana) == []


def cancelled(world: World, booked: Booked) -> UUID:
    actions.cancel_appointment(booked.appointment, "Flu", "patient", by=world.ana)
    return Cancellation.objects.latest("id").id


def test_it_does_not_come_back_into_another_visit_of_the_patient(world: World) -> None:
    cancellation = cancelled(world, book(world))
    book(world, resources=[world.okafor])
    with pytest.raises(Refused, match=r"already has a visit then: Check-up, .* 9:00"):
        actions.reinstate_appointment(cancellation, by=world.ana)


@pytest.mark.parametrize("which", [0, 1])
def test_it_comes_back_beside_a_visit_that_was_meant(world: World, which: int) -> None:
    beside: dict[str, Any] = {"resources": [world.okafor], "overlap_reason": "One after the other"}
    booked = [book(world), book(world, **beside)][which]
    actions.reinstate_appointment(cancelled(world, booked), by=world.ana)
    assert Appointment.objects.get(pk=booked.appointment).state == "booked"


def test_it_does_not_come_back_for_the_dead(world: World) -> None:
    cancellation = cancelled(world, book(world))
    Patient.objects.filter(pk=world.patient1).update(deceased=True)
    with pytest.raises(Refused, match="recorded as deceased"):
        actions.reinstate_appointment(cancellation, by=world.ana)


def test_it_does_not_come_back_into_a_lane_that_is_gone(world: World) -> None:
    book(world)
    cancellation = cancelled(world, book(world, patient=world.patient2, overbook_reason="Fever"))
    actions.change_resource(world.chen, "Dr Mei Chen", 1, by=world.ana)
    with pytest.raises(Refused, match="fewer may share it"):
        actions.reinstate_appointment(cancellation, by=world.ana)
    assert masks_differ(world.ana) == []


def test_who_has_arrived_is_not_cancelled(world: World) -> None:
    booked = book(world)
    actions.record_step(booked.appointment, "arrived", by=world.ana)
    with pytest.raises(Refused, match="is arrived: it cannot be cancelled"):
        actions.cancel_appointment(booked.appointment, "Flu", "patient", by=world.ana)
