"""Visits that took place: kept as they came, found again, never in the way."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from caredesk.kernel.errors import Refused
from caredesk.scheduling import actions
from caredesk.scheduling.models import Appointment, AppointmentIdentifier, Booking
from caredesk.scheduling.queries import masks_differ, visits_of
from caredesk.scheduling.tests.world import NOW, World
from caredesk.scheduling.words import when_words

CODES = [{"system": "http://snomed.info/sct", "code": "185349003", "display": "Check up"}]


def visit(world: World, number: int, **more: Any) -> dict[str, Any]:
    return {
        "patient": world.patient1,
        "starts_at": "2019-03-10T09:00:00-05:00",
        "ends_at": "2019-03-10T09:30:00-05:00",
        "identifiers": [{"system": "urn:test", "value": f"encounter-{number}"}],
        "codes": CODES,
        **more,
    }


def record(world: World, *visits: dict[str, Any]) -> Any:
    return actions.record_past_visits.perform({"visits": list(visits)}, by=world.ana).answer


def test_codes_and_wall_time_are_kept_as_sent(world: World) -> None:
    recorded = record(world, visit(world, 1, practitioners=[world.chen_person]))
    row = Appointment.objects.get(pk=recorded.appointments[0])
    assert (row.state, row.codes, row.zone) == ("done", CODES, "-05:00")
    assert row.wall_start == datetime(2019, 3, 10, 9)
    assert row.starts_at == datetime(2019, 3, 10, 14, tzinfo=UTC)
    assert not Booking.objects.exists()
    [line] = visits_of(world.ana, world.patient1)
    assert (line.title, line.with_whom, line.is_imported) == ("Check up", ["Dr Mei Chen"], True)


@pytest.mark.parametrize("offset", ["+05:30", "-12:00", "+14:00", "-03:30", "+00:00", "+05:45"])
def test_any_offset_on_earth_shows_the_time_that_was_sent(world: World, offset: str) -> None:
    record(world, visit(world, 1, starts_at=f"2019-03-10T09:00:00{offset}", ends_at=None))
    [line] = visits_of(world.ana, world.patient1)
    assert when_words(line.starts_at, line.zone) == "Sun 10 Mar 2019, 9:00"


@pytest.mark.parametrize("zone", ["Etc/GMT-15", "Etc/GMT+13", "Etc/GMT+5", "", "+99:00", "nowhere"])
def test_a_visit_kept_with_a_zone_that_is_none_can_still_be_read(world: World, zone: str) -> None:
    record(world, visit(world, 1))
    Appointment.objects.update(zone=zone)
    [line] = visits_of(world.ana, world.patient1)
    shown = when_words(line.starts_at, line.zone)
    assert shown == f"Sun 10 Mar 2019, {'9:00' if zone == 'Etc/GMT+5' else '2:00 pm'}"


def test_twice_changes_nothing(world: World) -> None:
    first = record(world, visit(world, 1), visit(world, 2))
    again = record(world, visit(world, 2), visit(world, 1), visit(world, 3))
    assert (first.added, again.added) == (2, 1)
    assert again.appointments[:2] == first.appointments[::-1]
    assert Appointment.objects.count() == AppointmentIdentifier.objects.count() == 3


def test_the_same_one_twice_in_one_file_is_kept_once(world: World) -> None:
    recorded = record(world, visit(world, 1), visit(world, 1))
    assert recorded.added == 1
    assert recorded.appointments[0] == recorded.appointments[1]


def test_overlaps_and_overnight_stays_are_kept(world: World) -> None:
    stay = {"starts_at": "2019-03-09T20:00:00-05:00", "ends_at": "2019-03-12T08:00:00-04:00"}
    record(world, visit(world, 1), visit(world, 2), visit(world, 3, **stay))
    assert Appointment.objects.count() == 3
    assert masks_differ(world.ana) == []


def test_an_instant_without_length_is_kept(world: World) -> None:
    recorded = record(world, visit(world, 1, ends_at=None))
    row = Appointment.objects.get(pk=recorded.appointments[0])
    assert row.ends_at - row.starts_at == timedelta()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"starts_at": (NOW + timedelta(days=1)).isoformat(), "ends_at": None}, "starts_at"),
        ({"ends_at": "2019-03-10T08:00:00-05:00"}, "ends_at"),
        ({"starts_at": "2019-03-10T09:00:00"}, "starts_at"),
        ({"starts_at": "2019-03-10T09:00:00+15:00"}, "starts_at"),
        ({"starts_at": "2019-03-10T09:00:00-13:00", "ends_at": None}, "starts_at"),
        ({"ends_at": "2019-03-11T09:00:00+14:01"}, "ends_at"),
        ({"state": "dreamt"}, "state"),
        ({"identifiers": []}, "identifiers"),
    ],
)
def test_a_bad_one_is_named_and_nothing_is_kept(
    world: World, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as caught:
        record(world, visit(world, 1), visit(world, 2, **given))
    assert [problem.field for problem in caught.value.problems] == [f"visits.1.{field}"]
    assert not Appointment.objects.exists()


def test_what_was_imported_is_not_moved_or_stepped_on(world: World) -> None:
    [id] = record(world, visit(world, 1)).appointments
    for attempt in (
        lambda: actions.record_step(id, "left", by=world.ana),
        lambda: actions.move_appointment(id, world.at("10:00"), by=world.ana),
        lambda: actions.cancel_appointment(id, "x", "y", by=world.ana),
        lambda: actions.withdraw_appointment(id, by=world.ana),
    ):
        with pytest.raises(Refused):
            attempt()
