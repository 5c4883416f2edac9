"""Moving a visit in one step, and moving it back."""

from typing import Any

import pytest

from caredesk.audit.models import Entry
from caredesk.kernel import clock
from caredesk.kernel.errors import Busy, Missing, NeedsReason, Refused
from caredesk.kernel.ids import new_id
from caredesk.kernel.models import LoggedEvent
from caredesk.kernel.undo import undo
from caredesk.scheduling import actions
from caredesk.scheduling.actions.answers import Booked
from caredesk.scheduling.models import Appointment, Booking, Move, Overbooking, Participant, Step
from caredesk.scheduling.queries import masks_differ
from caredesk.scheduling.tests.test_booking import book
from caredesk.scheduling.tests.world import NOW, World


def move(world: World, booked: Booked, at: str, **more: Any) -> Booked:
    given = {"appointment": booked.appointment, "starts_at": world.at(at), **more}
    return actions.move_appointment.perform(given, by=world.ana).answer


def held(world: World) -> list[tuple[Any, Any]]:
    """Which resources are taken from when."""
    rows = Booking.objects.filter(released_at__isnull=True)
    return sorted(rows.values_list("resource_id", "starts_at"), key=str)


def test_a_visit_keeps_practitioner_and_room_where_they_are_free(world: World) -> None:
    booked = book(world)
    moved = move(world, booked, "10:40", reason="Late bus", asked_by="patient")
    assert [one.id for one in moved.resources] == [one.id for one in booked.resources]
    assert held(world) == sorted([(one.id, world.at("10:40")) for one in moved.resources], key=str)
    row = Appointment.objects.get()
    assert (row.starts_at, row.wall_start.hour, row.state) == (world.at("10:40"), 10, "booked")
    kept = Move.objects.get()
    assert (kept.reason, kept.asked_by, kept.by_label) == ("Late bus", "patient", "Ana Ruiz")
    assert (kept.from_starts_at, kept.to_starts_at) == (world.at("09:00"), world.at("10:40"))
    assert Entry.objects.get(name="move_appointment").subjects == [world.patient1]
    body = LoggedEvent.objects.get(name="AppointmentMoved").body
    assert (body["from_day"], body["day"]) == ("2026-11-24", "2026-11-24")
    assert masks_differ(world.ana) == []


def test_its_own_time_is_no_obstacle(world: World) -> None:
    """Ten minutes later overlaps with the visit itself: same practitioner, same room."""
    booked = book(world)
    moved = move(world, booked, "09:10")
    assert [one.id for one in moved.resources] == [one.id for one in booked.resources]
    assert masks_differ(world.ana) == []
    book(world, "08:30", patient=world.patient2, availability_reason="Early", site=world.main)


def test_to_another_practitioner_and_site(world: World) -> None:
    booked = book(world)
    moved = move(world, booked, "09:00", resources=[world.okafor])
    assert moved.resources[0].id == world.okafor
    there = Participant.objects.filter(practitioner__isnull=False, ended_at__isnull=True)
    assert [one.practitioner_id for one in there] == [world.okafor_person]
    back = move(world, booked, "16:00", resources=[world.chen], site=world.phoenix)
    assert back.words == "Tue 24 Nov, 2:00 pm with Dr Mei Chen, Cactus"
    row = Appointment.objects.get()
    assert (row.zone, row.wall_start.hour) == ("America/Phoenix", 14)
    assert masks_differ(world.ana) == []


def test_to_another_day(world: World) -> None:
    booked = book(world)
    wednesday = world.at("09:00").replace(day=25)
    moved = actions.move_appointment(booked.appointment, wednesday, by=world.ana)
    assert moved.words.startswith("Wed 25 Nov, 9:00 with Dr Mei Chen, ")
    book(world, patient=world.patient2)
    assert masks_differ(world.ana) == []


def test_taken_is_busy_and_nothing_moves(world: World) -> None:
    booked, _ = book(world), book(world, "09:20", patient=world.patient2)
    before = held(world)
    with pytest.raises(Busy) as caught:
        move(world, booked, "09:20")
    assert len(caught.value.alternatives) == 3
    assert held(world) == before
    assert Appointment.objects.get(pk=booked.appointment).starts_at == world.at("09:00")
    moved = move(world, booked, "09:20", overbook_reason="Only time")
    assert moved.resources[0].lane == 1


def test_soft_stops_hold_for_a_move_too(world: World) -> None:
    booked, other = book(world), book(world, "10:00", resources=[world.okafor])
    with pytest.raises(NeedsReason) as overlap:
        move(world, booked, "10:00")
    assert overlap.value.facts["appointment"] == str(other.appointment)
    with pytest.raises(NeedsReason) as closed:
        move(world, booked, "12:20", site=world.main)
    assert closed.value.code == "outside_availability"


def test_a_move_is_undone(world: World) -> None:
    booked = book(world)
    before = held(world)
    given = {"appointment": booked.appointment, "starts_at": world.at("10:40")}
    done = actions.move_appointment.perform(given, by=world.ana)
    undo(done.deed, by=world.ana)
    assert held(world) == before
    row = Appointment.objects.get()
    assert (row.starts_at, row.wall_start.hour) == (world.at("09:00"), 9)
    assert Move.objects.filter(undoes__isnull=False).count() == 1
    assert masks_differ(world.ana) == []
    undo_of_the_booking = actions.withdraw_appointment(booked.appointment, by=world.ana)
    assert undo_of_the_booking.state == "withdrawn"


def test_only_the_newest_move_is_undone(world: World) -> None:
    booked = book(world)
    move(world, booked, "10:00")
    first = Move.objects.get()
    move(world, booked, "11:00")
    with pytest.raises(Refused, match="moved again"):
        actions.move_back(first.id, by=world.ana)


def test_a_move_back_is_refused_when_the_time_was_taken(world: World) -> None:
    booked = book(world)
    move(world, booked, "10:00")
    book(world, patient=world.patient2)
    before = held(world)
    with pytest.raises(Refused, match="Dr Mei Chen is booked then"):
        actions.move_back(Move.objects.get().id, by=world.ana)
    assert held(world) == before


@pytest.mark.parametrize("lane", [0, 1])
def test_a_visit_that_shared_its_time_is_moved_back_into_its_lane(world: World, lane: int) -> None:
    shared = [book(world), book(world, patient=world.patient2, overbook_reason="Fever")]
    booked = shared[lane]
    before = set(Booking.objects.values_list("id", "lane"))
    move(world, booked, "10:00")
    back = actions.move_back(Move.objects.get().id, by=world.ana)
    assert [one.lane for one in back.resources] == [lane, 0]
    there = Booking.objects.filter(released_at__isnull=True)
    assert set(there.values_list("id", "lane")) == before
    assert Overbooking.objects.get(booking__released_at__isnull=True).reason == "Fever"
    assert masks_differ(world.ana) == []


def test_a_move_by_a_little_is_taken_back(world: World) -> None:
    """The former time and the present one overlap."""
    booked = book(world)
    before = held(world)
    move(world, booked, "09:10")
    actions.move_back(Move.objects.get().id, by=world.ana)
    assert held(world) == before
    assert masks_differ(world.ana) == []


def test_a_move_is_not_taken_back_into_another_visit_of_the_patient(world: World) -> None:
    booked = book(world)
    move(world, booked, "10:00")
    book(world, resources=[world.okafor])
    with pytest.raises(Refused, match=r"already has a visit then: Check-up, .* 9:00"):
        actions.move_back(Move.objects.get().id, by=world.ana)


def test_a_move_back_to_a_time_that_has_begun(world: World) -> None:
    """Undo holds although the clock has gone on."""
    booked = book(world)
    with clock.stopped_at(world.at("09:10")):
        move(world, booked, "10:00")
        actions.move_back(Move.objects.get().id, by=world.ana)
    assert Appointment.objects.get().starts_at == world.at("09:00")


def test_a_confirmation_is_for_its_time(world: World) -> None:
    booked = book(world)
    actions.record_step(booked.appointment, "confirmed", by=world.ana)
    move(world, booked, "10:00")
    assert Appointment.objects.get().state == "booked"
    assert Step.objects.get().retracted_at == NOW
    actions.move_back(Move.objects.get().id, by=world.ana)
    assert Appointment.objects.get().state == "confirmed"
    assert Step.objects.get().retracted_at is None


def test_what_is_not_moved(world: World) -> None:
    booked = book(world)
    with pytest.raises(Refused, match="there already"):
        move(world, booked, "09:00")
    with pytest.raises(Refused, match="has passed"):
        move(world, booked, "07:00")
    with pytest.raises(Missing):
        actions.move_appointment(new_id(), world.at("10:00"), by=world.ana)
    actions.cancel_appointment(booked.appointment, "Flu", "patient", by=world.ana)
    with pytest.raises(Refused, match="is cancelled: it cannot be moved"):
        move(world, booked, "10:00")


def test_its_length_may_change_on_the_way(world: World) -> None:
    booked = book(world, minutes=40)
    assert (move(world, booked, "10:00").ends_at - world.at("10:00")).seconds == 40 * 60
    assert (move(world, booked, "10:00", minutes=60).ends_at - world.at("10:00")).seconds == 3600
