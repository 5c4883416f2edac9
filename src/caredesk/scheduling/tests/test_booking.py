"""Booking a visit: what it takes, what stops it, and taking it back."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from caredesk.audit.models import Entry
from caredesk.kernel import clock
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import ActionError, Busy, Missing, NeedsReason, Refused
from caredesk.kernel.ids import new_id
from caredesk.kernel.models import LoggedEvent
from caredesk.kernel.undo import undo
from caredesk.people.models import Patient
from caredesk.scheduling import actions
from caredesk.scheduling.actions.answers import Booked
from caredesk.scheduling.models import (
    Appointment,
    Booking,
    Justification,
    Overbooking,
    Participant,
    VisitType,
)
from caredesk.scheduling.plans import read_plan
from caredesk.scheduling.queries import masks_differ
from caredesk.scheduling.tests.world import ALL, World, actor
from caredesk.scheduling.times import alternatives
from caredesk.scheduling.visits import Asked, read_visit

# One each for the masks of the rooms to choose from, the locks, the diary, all that is written, and
# the kernel; what the visit needs is remembered.
STATEMENTS = 5


def book(world: World, at: str = "09:00", *, by: Actor | None = None, **more: Any) -> Booked:
    given: dict[str, Any] = {
        "patient": world.patient1,
        "visit_type": world.checkup,
        "starts_at": world.at(at),
        "resources": [world.chen],
        **more,
    }
    return actions.book_appointment.perform(given, by=by or world.ana).answer


def test_a_visit_takes_all_that_it_needs(world: World) -> None:
    booked = book(world)
    assert [one.kind for one in booked.resources] == ["practitioner", "room"]
    assert booked.words.startswith("Tue 24 Nov, 9:00 with Dr Mei Chen, Exam ")
    row = Appointment.objects.get(pk=booked.appointment)
    assert (row.state, row.zone, row.wall_start.hour) == ("booked", "America/New_York", 9)
    room = Booking.objects.get(appointment=row, resource__kind="room")
    assert room.ends_at - row.ends_at == timedelta(minutes=5)
    took_part = Participant.objects.filter(appointment=row)
    assert {(each.patient_id, each.practitioner_id) for each in took_part} == {
        (world.patient1, None),
        (None, world.chen_person),
    }
    assert masks_differ(world.ana) == []


def test_it_is_told_to_the_audit_log_and_to_whoever_follows(world: World) -> None:
    booked = book(world, reason="Cough", asked_by="her son")
    entry = Entry.objects.get(name="book_appointment")
    assert entry.subjects == [world.patient1]
    tables = [change["table"].removeprefix("scheduling_") for change in entry.changes]
    assert sorted(tables) == ["appointment", "booking", "booking", "participant", "participant"]
    written = next(c["now"] for c in entry.changes if c["table"] == "scheduling_appointment")
    assert (written["reason"], written["asked_by"]) == ("Cough", "her son")
    event = LoggedEvent.objects.get(name="AppointmentBooked")
    assert event.body["appointment"] == str(booked.appointment)
    assert (event.body["site"], event.body["day"]) == (str(world.main), "2026-11-24")


def test_statements_of_a_booking(world: World) -> None:
    at_main: dict[str, Any] = {"site": world.main}
    with CaptureQueriesContext(connection) as plan_read:
        named = [one.id for one in book(world, **at_main).resources]
    with CaptureQueriesContext(connection) as plan_known:
        book(world, "11:00", patient=world.patient4, **at_main)
    with CaptureQueriesContext(connection) as all_named:
        book(world, "10:00", patient=world.patient2, resources=named, **at_main)
    with CaptureQueriesContext(connection) as site_found:
        book(world, "09:40", patient=world.patient3)
    begin_and_commit = 2
    assert len(plan_known) == begin_and_commit + STATEMENTS
    assert len(plan_read) == begin_and_commit + STATEMENTS + 1
    assert len(all_named) == begin_and_commit + STATEMENTS - 1 + 1
    assert len(site_found) == begin_and_commit + STATEMENTS + 1


def test_a_setup_that_changed_since_is_gone_by(world: World) -> None:
    book(world)
    VisitType.objects.filter(pk=world.checkup).update(minutes=35)
    longer = book(world, "10:00", patient=world.patient2)
    assert longer.ends_at - longer.starts_at == timedelta(minutes=35)


def test_nobody_is_refused_by_a_setup_that_changed_since(world: World) -> None:
    VisitType.objects.filter(pk=world.checkup).update(is_active=False)
    with pytest.raises(Refused, match="is not offered any more"):
        book(world)
    VisitType.objects.filter(pk=world.checkup).update(is_active=True)
    assert book(world).appointment


def test_taken_is_busy_with_three_alternatives(world: World) -> None:
    book(world)
    with pytest.raises(Busy) as caught:
        book(world, patient=world.patient2, by=world.ben)
    assert caught.value.message == "Dr Mei Chen is booked then, by Ana Ruiz."
    times = [one["starts_at"] for one in caught.value.alternatives]
    assert times == [world.at("09:20"), world.at("09:40"), world.at("10:00")]
    one = caught.value.alternatives[0]
    chosen = [each["id"] for each in one["resources"]]
    book(world, patient=world.patient2, starts_at=one["starts_at"], resources=chosen)


def test_alternatives_are_the_nearest_earlier_ones_too_and_never_in_the_past(world: World) -> None:
    book(world, "10:00")
    with pytest.raises(Busy) as caught:
        book(world, "10:00", patient=world.patient2)
    times = [one["starts_at"] for one in caught.value.alternatives]
    assert times == [world.at("09:40"), world.at("10:20"), world.at("09:20")]
    assert {one["resources"][0]["id"] for one in caught.value.alternatives} == {world.chen}
    with clock.stopped_at(world.at("09:50")), pytest.raises(Busy) as caught:
        book(world, "10:00", patient=world.patient2)
    times = [one["starts_at"] for one in caught.value.alternatives]
    assert times == [world.at("10:20"), world.at("10:40"), world.at("11:00")]


def test_alternatives_cost_two_reads(world: World) -> None:
    book(world, "10:00")
    plan = read_plan(world.checkup, [world.chen])
    visit = read_visit(plan, Asked(world.at("10:00"), world.main))
    with CaptureQueriesContext(connection) as asked:
        assert len(alternatives(plan, visit)) == 3
    assert len(asked) == 2


def test_without_a_practitioner_another_one_is_taken(world: World) -> None:
    first = book(world, resources=[])
    second = book(world, resources=[], patient=world.patient2)
    assert {first.resources[0].id, second.resources[0].id} == {world.chen, world.okafor}
    with pytest.raises(Busy) as caught:
        book(world, resources=[], patient=world.patient3)
    assert caught.value.message == "Nobody who will do is free then."


def test_the_next_fitting_room_is_taken(world: World) -> None:
    """Three rooms, three visits of one moment: a room after another, then none is left."""
    actions.change_resource(world.chen, "Dr Mei Chen", 5, by=world.ana)
    rooms = [book(world).resources[1].id]
    for patient in (world.patient2, world.patient3):
        booked = book(world, patient=patient, overbook_reason="Urgent")
        rooms.append(booked.resources[1].id)
    assert sorted(rooms) == sorted([world.room1, world.room2, world.room3])
    with pytest.raises(Busy):
        book(world, patient=world.patient4, resources=[world.okafor])


def test_all_resources_together(world: World) -> None:
    booked = book(world, visit_type=world.scan)
    assert [one.kind for one in booked.resources] == ["practitioner", "room", "device"]
    with pytest.raises(Busy) as caught:
        book(world, visit_type=world.scan, patient=world.patient2, resources=[world.okafor])
    assert caught.value.message == "Ultrasound is booked then, by Ana Ruiz."
    assert caught.value.alternatives[0]["starts_at"] == world.at("09:30")


def test_own_overlap_asks_why_and_goes_on(world: World) -> None:
    first = book(world)
    again: dict[str, Any] = {"starts_at": world.at("09:15"), "resources": [world.okafor]}
    with pytest.raises(NeedsReason) as caught:
        book(world, **again)
    assert (caught.value.code, caught.value.field) == ("own_overlap", "overlap_reason")
    assert caught.value.facts["appointment"] == str(first.appointment)
    assert caught.value.facts["words"] == ("Check-up, Tue 24 Nov, 9:00 to 9:20 at Main Street")
    booked = book(world, **again, overlap_reason="Both in one go")
    why = Justification.objects.get(appointment=booked.appointment)
    assert (why.code, why.reason, why.by_label) == ("own_overlap", "Both in one go", "Ana Ruiz")


def test_set_up_and_clean_up_are_no_visits_of_the_patient(world: World) -> None:
    """Back to back, with a room that is cleaned and a device that is set up in between."""
    book(world, resources=[world.okafor])
    book(world, "09:20", visit_type=world.scan)
    with pytest.raises(NeedsReason, match="already has a visit then"):
        book(world, "09:49", resources=[world.okafor])
    book(world, "09:50", resources=[world.okafor])


def test_own_overlap_of_another_record_of_the_same_person(world: World) -> None:
    book(world)
    Patient.objects.filter(pk=world.patient2).update(identity=world.patient1)
    with pytest.raises(NeedsReason) as caught:
        book(world, patient=world.patient2, resources=[world.okafor])
    assert caught.value.code == "own_overlap"


def test_outside_the_hours_asks_why_and_goes_on(world: World) -> None:
    with pytest.raises(NeedsReason) as caught:
        book(world, "12:00", site=world.main)
    assert (caught.value.code, caught.value.field) == (
        "outside_availability",
        "availability_reason",
    )
    assert caught.value.message == "This is outside the hours of Dr Mei Chen."
    booked = book(world, "12:00", site=world.main, availability_reason="Stays longer")
    assert Justification.objects.get(appointment=booked.appointment).reason == "Stays longer"
    with pytest.raises(Busy):
        book(world, "12:00", site=world.main, patient=world.patient2)
    assert masks_differ(world.ana) == []


def test_overbooking_takes_a_lane_with_reason_and_name(world: World) -> None:
    book(world)
    booked = book(world, patient=world.patient2, overbook_reason="Fever", by=world.ben)
    assert [(one.kind, one.lane) for one in booked.resources] == [("practitioner", 1), ("room", 0)]
    overbooked = Overbooking.objects.get(booking__appointment=booked.appointment)
    assert (overbooked.reason, overbooked.by_label) == ("Fever", "Ben Ode")
    with pytest.raises(Busy) as caught:
        book(world, patient=world.patient3, overbook_reason="Fever")
    assert caught.value.message == "Dr Mei Chen is overbooked already."
    assert len(caught.value.alternatives) == 3


def test_the_reason_is_kept_although_the_first_lane_is_free(world: World) -> None:
    first = book(world)
    book(world, patient=world.patient2, overbook_reason="Fever")
    actions.cancel_appointment(first.appointment, "Flu", "patient", by=world.ana)
    booked = book(world, patient=world.patient3, overbook_reason="Pain", by=world.ben)
    assert booked.resources[0].lane == 0
    overbooked = Overbooking.objects.get(booking__appointment=booked.appointment)
    assert (overbooked.reason, overbooked.by_label) == ("Pain", "Ben Ode")
    assert overbooked.booking.resource_id == world.chen


def test_overbooking_needs_its_permission(world: World) -> None:
    book(world)
    newcomer = actor("New", ALL - {"scheduling.overbook"})
    with pytest.raises(Refused) as caught:
        book(world, patient=world.patient2, overbook_reason="Fever", by=newcomer)
    assert caught.value.forbidden


def test_a_reason_that_was_not_needed_is_not_kept(world: World) -> None:
    book(world, overbook_reason="x", overlap_reason="x", availability_reason="x")
    assert not Overbooking.objects.exists()
    assert not Justification.objects.exists()


def test_the_site_follows_from_where_the_practitioner_is(world: World) -> None:
    morning, afternoon = book(world, "09:00"), book(world, "17:00")
    assert (morning.site_name, afternoon.site_name) == ("Main Street", "Phoenix")
    assert afternoon.words == "Tue 24 Nov, 3:00 pm with Dr Mei Chen, Cactus"
    with pytest.raises(Refused) as caught:
        book(world, "20:00")
    assert caught.value.field == "site"
    assert [words for _, words in caught.value.choices] == ["Main Street", "Phoenix"]


def test_wall_time_of_the_site(world: World) -> None:
    booked = book(world, starts_at=datetime(2026, 11, 24, 15), site=world.phoenix)
    assert booked.starts_at == world.at("17:00")
    assert booked.zone == "America/Phoenix"


IMPOSSIBLE = [
    ({"starts_at": "2027-03-14T02:30:00", "site": "main"}, "starts_at", "does not exist"),
    ({"starts_at": "2026-11-24T07:50:00-05:00"}, "starts_at", "has passed"),
    ({"starts_at": "2020-11-24T09:00:00-05:00"}, "starts_at", "has passed"),
    ({"starts_at": "0001-01-01T00:00:00+14:00", "site": "main"}, "starts_at", "out of reach"),
    ({"starts_at": "2029-11-24T09:00:00-05:00", "site": "main"}, "starts_at", "400 days"),
    ({"starts_at": "9999-12-31T23:59:00-05:00", "site": "main"}, "starts_at", "out of reach"),
    ({"starts_at": "2026-11-24T09:00:30-05:00"}, "starts_at", "full minute"),
    ({"starts_at": "2026-02-30T09:00:00-05:00"}, "starts_at", "not a time"),
    ({"starts_at": "soon"}, "starts_at", "not a time"),
    ({"minutes": 1441}, "minutes", "longer than a day"),
    ({"minutes": 100_000_000_000}, "minutes", "longer than a day"),
    ({"minutes": 0}, "minutes", "at least 5"),
    ({"minutes": -20}, "minutes", "at least 5"),
    ({"minutes": "an hour"}, "minutes", "whole number"),
    ({"patient": "nobody"}, "patient", "not an id"),
    ({"reason": "x" * 10_000}, "reason", "At most 200"),
    ({"resources": "ultrasound"}, "resources", "list"),
    ({"colour": "blue"}, "colour", "not known here"),
]


@pytest.mark.parametrize(("given", "field", "says"), IMPOSSIBLE, ids=lambda each: str(each)[:40])
def test_bad_input_is_named_at_its_field(
    world: World, given: dict[str, Any], field: str, says: str
) -> None:
    if given.get("site") == "main":
        given = given | {"site": world.main}
    before = Appointment.objects.count()
    with pytest.raises(Refused) as caught:
        book(world, **given)
    [problem] = [each for each in caught.value.problems if each.field == field]
    assert says in problem.message
    assert Appointment.objects.count() == before


def test_a_repeated_hour_is_asked_about(world: World) -> None:
    given: dict[str, Any] = {
        "starts_at": "2027-11-07T01:30:00",
        "site": world.main,
        "visit_type": world.call,
        "availability_reason": "Night duty",
    }
    with pytest.raises(Refused) as caught:
        book(world, **given)
    assert "comes twice" in caught.value.message
    first, second = (book(world, **given, fold=fold) for fold in (0, 1))
    assert second.starts_at - first.starts_at == timedelta(hours=1)
    assert first.wall_start == second.wall_start


@pytest.mark.parametrize("what", ["patient", "visit_type", "site"])
def test_unknown_ids_are_missing(world: World, what: str) -> None:
    unknown: dict[str, Any] = {what: new_id()}
    with pytest.raises(Missing) as caught:
        book(world, **unknown)
    assert caught.value.what == what.replace("_", " ")


def test_what_will_not_do_is_refused(world: World) -> None:
    with pytest.raises(Refused) as caught:
        book(world, visit_type=world.call, resources=[world.chen, world.room1])
    assert caught.value.field == "resources"
    with pytest.raises(Refused, match="does not have all that"):
        book(world, site=world.main, resources=[world.chen, world.cactus])


def test_withdrawn_and_deceased_patients(world: World) -> None:
    Patient.objects.filter(pk=world.patient1).update(withdrawn_at=world.at("08:00"))
    with pytest.raises(Missing):
        book(world)
    Patient.objects.filter(pk=world.patient2).update(deceased=True)
    with pytest.raises(Refused, match="deceased"):
        book(world, patient=world.patient2)


def test_undo_takes_the_booking_back(world: World) -> None:
    done = actions.book_appointment.perform(
        {
            "patient": world.patient1,
            "visit_type": world.checkup,
            "starts_at": world.at("09:00"),
            "resources": [world.chen],
        },
        by=world.ana,
    )
    assert done.can_undo
    undo(done.deed, by=world.ana)
    assert Appointment.objects.get().state == "withdrawn"
    assert not Booking.objects.filter(released_at__isnull=True).exists()
    assert masks_differ(world.ana) == []
    book(world)


def test_undo_is_refused_when_the_visit_went_on(world: World) -> None:
    booked = book(world)
    actions.record_step(booked.appointment, "confirmed", by=world.ana)
    with pytest.raises(Refused, match="since then it is confirmed"):
        actions.withdraw_appointment(booked.appointment, by=world.ana)
    other = book(world, "10:00", patient=world.patient2)
    actions.move_appointment(other.appointment, world.at("10:20"), by=world.ana)
    with pytest.raises(Refused, match="since then it was moved"):
        actions.withdraw_appointment(other.appointment, by=world.ana)


def test_the_same_key_books_once(world: World) -> None:
    given = {
        "patient": world.patient1,
        "visit_type": world.checkup,
        "starts_at": world.at("09:00"),
        "resources": [world.chen],
    }
    first = actions.book_appointment.perform(given, by=world.ana, key="k1")
    second = actions.book_appointment.perform(given, by=world.ana, key="k1")
    assert second.repeated
    assert second.answer.appointment == first.answer.appointment
    assert Appointment.objects.count() == 1


def test_nobody_books_without_permission(world: World) -> None:
    with pytest.raises(Refused) as caught:
        book(world, by=actor("Guest", frozenset()))
    assert caught.value.forbidden


def test_a_year_ahead(world: World) -> None:
    """The horizon holds a yearly visit; the clock changes in between, twice."""
    at = datetime(2027, 11, 30, 9)
    assert book(world, starts_at=at, site=world.main).wall_start == at
    assert date(2027, 11, 30).weekday() == 1


def test_errors_are_the_four_kinds(world: World) -> None:
    """Nothing but the four kinds leaves the action, whatever is sent."""
    rubbish: list[dict[str, Any]] = [
        {"starts_at": None},
        {"resources": [None]},
        {"fold": 2},
        {"hold": "x"},
    ]
    for given in rubbish:
        with pytest.raises(ActionError):
            book(world, **given)
