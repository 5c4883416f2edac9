"""Weekly hours by date and their exceptions, and what becomes of the masks."""

from datetime import date, datetime, time
from typing import Any

import pytest

from caredesk.kernel.errors import Missing, Refused
from caredesk.kernel.ids import new_id
from caredesk.kernel.undo import undo
from caredesk.scheduling import actions
from caredesk.scheduling.actions.hours import HoursInput
from caredesk.scheduling.models import FreeDay
from caredesk.scheduling.queries import free_times, masks_differ, resources, visit_types
from caredesk.scheduling.tests.test_booking import book
from caredesk.scheduling.tests.world import World, weekdays


def firsts(world: World, kind: str = "call", **filters: Any) -> list[str]:
    found = free_times(world.ana, world.ids[kind], practitioners=[world.okafor], limit=3, **filters)
    return [f"{one.wall_start:%a %-d %H:%M}" for one in found]


def test_new_hours_hold_from_their_day_on(world: World) -> None:
    wednesday = date(2026, 11, 25)
    actions.set_availability(
        world.okafor, world.main, wednesday, weekdays("13:00", "15:00"), by=world.ana
    )
    assert firsts(world) == ["Tue 24 09:00", "Tue 24 09:10", "Tue 24 09:20"]
    assert firsts(world, after=world.at("00:00", wednesday))[0] == "Wed 25 13:00"
    actions.set_availability(world.okafor, world.main, wednesday, [], by=world.ana)
    assert firsts(world, after=world.at("00:00", wednesday)) == []
    assert masks_differ(world.ana) == []


def test_hours_for_some_kinds_of_visits(world: World) -> None:
    tuesday = HoursInput(
        weekday=1, from_time=time(9), until_time=time(10), visit_types=[world.checkup]
    )
    actions.set_availability(world.okafor, world.main, date(2026, 11, 24), [tuesday], by=world.ana)
    assert firsts(world, "checkup")[0] == "Tue 24 09:00"
    assert firsts(world, "call") == []
    assert masks_differ(world.ana) == []


def test_leave_is_undone(world: World) -> None:
    given = {
        "kind": "leave",
        "starts": "2026-11-24T09:00",
        "ends": "2026-11-24T11:00",
        "resource": world.okafor,
        "reason": "Dentist",
    }
    done = actions.add_exception.perform(given, by=world.ana)
    assert firsts(world)[0] == "Tue 24 11:00"
    undo(done.deed, by=world.ana)
    assert firsts(world)[0] == "Tue 24 09:00"
    with pytest.raises(Refused):
        actions.withdraw_exception(done.answer.id, by=world.ana)
    assert masks_differ(world.ana) == []


def test_a_holiday_of_a_site_closes_it_for_all(world: World) -> None:
    thanksgiving = (datetime(2026, 11, 26), datetime(2026, 11, 27))
    actions.add_exception("holiday", *thanksgiving, site=world.main, by=world.ana)
    assert firsts(world, after=world.at("00:00", date(2026, 11, 26)))[0] == "Fri 27 09:00"
    there = free_times(world.ana, world.call, sites=[world.phoenix], weekdays=[3], limit=1)
    assert there[0].wall_start.day == 26
    assert masks_differ(world.ana) == []


def test_extra_hours_on_a_saturday(world: World) -> None:
    saturday = (datetime(2026, 11, 28, 9), datetime(2026, 11, 28, 12))
    actions.add_exception("extra", *saturday, resource=world.okafor, site=world.main, by=world.ana)
    assert firsts(world, weekdays=[5])[0] == "Sat 28 09:00"
    assert masks_differ(world.ana) == []


def test_hours_change_around_visits_that_are_booked(world: World) -> None:
    book(world, resources=[world.okafor])
    actions.set_availability(world.okafor, world.main, date(2026, 11, 24), [], by=world.ana)
    actions.set_availability(
        world.okafor, world.main, date(2026, 11, 24), weekdays("09:00", "10:00"), by=world.ana
    )
    assert firsts(world)[0] == "Tue 24 09:20"
    assert masks_differ(world.ana) == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"ends": "2026-11-24T09:00"}, "ends"),
        ({"ends": "2030-11-24T09:00"}, "ends"),
        ({"starts": "2026-11-24T09:03"}, "starts"),
        ({"starts": "2026-02-30T09:00"}, "starts"),
        ({"kind": "extra"}, "site"),
        ({"kind": "party"}, "kind"),
        ({"visit_types": [str(new_id())]}, "visit_types"),
    ],
)
def test_a_bad_exception_is_named_at_its_field(
    world: World, given: dict[str, Any], field: str
) -> None:
    good = {
        "kind": "leave",
        "starts": "2026-11-24T09:00",
        "ends": "2026-11-24T11:00",
        "resource": world.okafor,
    }
    with pytest.raises(Refused) as caught:
        actions.add_exception.perform(good | given, by=world.ana)
    assert [problem.field for problem in caught.value.problems] == [field]


def test_hours_off_the_five_minutes_are_refused(world: World) -> None:
    odd = HoursInput(weekday=0, from_time=time(9, 2), until_time=time(10))
    with pytest.raises(Refused) as caught:
        actions.set_availability(world.okafor, world.main, date(2026, 1, 1), [odd], by=world.ana)
    assert caught.value.problems[0].field == "hours.0.from_time"
    with pytest.raises(Missing):
        actions.set_availability(new_id(), world.main, date(2026, 1, 1), [], by=world.ana)


def test_a_mask_that_is_wrong_is_found_and_mended(world: World) -> None:
    row = FreeDay.objects.filter(resource=world.okafor, day=date(2026, 11, 24)).get()
    FreeDay.objects.filter(pk=row.pk).update(free=0, longest=0)
    [wrong] = masks_differ(world.ana)
    assert (wrong.resource, wrong.site, wrong.day) == (world.okafor, world.main, row.day)
    assert actions.mend_masks(world.okafor, by=world.ana).rows == 1
    assert masks_differ(world.ana) == []


def test_what_is_set_aside_is_not_offered(world: World) -> None:
    actions.change_resource(world.okafor, "Dr Okafor", 2, "set_aside", by=world.ana)
    assert world.okafor not in {one.id for one in resources(world.ana)}
    assert firsts(world) == []
    with pytest.raises(Refused):
        book(world, resources=[world.okafor])
    assert masks_differ(world.ana) == []


def test_a_kind_of_visit_is_changed_and_set_aside(world: World) -> None:
    doctor = [{"kind": "practitioner"}]
    given = {"visit_type": world.call, "name": "Long call", "minutes": 30, "requirements": doctor}
    actions.change_visit_type.perform(given, by=world.ana)
    assert book(world, visit_type=world.call, minutes=None).ends_at == world.at("09:30")
    actions.change_visit_type.perform(given | {"use": "set_aside"}, by=world.ana)
    assert world.call not in {one.id for one in visit_types(world.ana)}
    with pytest.raises(Refused, match="not offered any more"):
        book(world, "10:00", visit_type=world.call, patient=world.patient2)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"minutes": 12}, "minutes"),
        ({"minutes": 2000}, "minutes"),
        ({"grid_minutes": 7}, "grid_minutes"),
        ({"name": "Check-up"}, "name"),
        ({"requirements": []}, "requirements"),
        ({"requirements": [{"kind": "room", "site": str(new_id())}]}, "requirements.0.site"),
    ],
)
def test_a_bad_kind_of_visit_is_named_at_its_field(
    world: World, given: dict[str, Any], field: str
) -> None:
    good = {"name": "New", "minutes": 20, "requirements": [{"kind": "practitioner"}]}
    with pytest.raises(Refused) as caught:
        actions.add_visit_type.perform(good | given, by=world.ana)
    assert [problem.field for problem in caught.value.problems] == [field]
