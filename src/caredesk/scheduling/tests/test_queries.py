"""What is read: free times, the day, a visit, a patient's visits, with how many statements."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from caredesk.kernel import clock, looks
from caredesk.kernel.errors import Missing
from caredesk.kernel.ids import new_id
from caredesk.people.models import Alert, Patient
from caredesk.people.queries import recently_seen
from caredesk.scheduling import actions
from caredesk.scheduling.queries import (
    Column,
    appointment,
    day_board,
    free_times,
    next_visits_of,
    visits_of,
)
from caredesk.scheduling.tests.test_booking import book
from caredesk.scheduling.tests.world import NOW, TUESDAY, World

BOARD_STATEMENTS = 5


def test_free_times_name_all_that_would_be_taken(world: World) -> None:
    first, *_ = free_times(world.ana, world.scan, limit=1)
    assert first.starts_at == world.at("09:00")
    assert [one.kind for one in first.resources] == ["practitioner", "room", "device"]
    booked = book(
        world,
        visit_type=world.scan,
        starts_at=first.starts_at,
        resources=[one.id for one in first.resources],
    )
    assert [one.id for one in booked.resources] == [one.id for one in first.resources]


def test_free_times_by_practitioner_site_weekday_and_time_of_day(world: World) -> None:
    chen = free_times(world.ana, world.checkup, practitioners=[world.chen], limit=50)
    assert {one.resources[0].id for one in chen} == {world.chen}
    assert {one.site for one in chen} == {world.main, world.phoenix}
    desert = free_times(world.ana, world.checkup, sites=[world.phoenix], limit=1)
    assert desert[0].wall_start == datetime(2026, 11, 24, 14)
    friday = free_times(world.ana, world.checkup, weekdays=[4], since=time(11), limit=2)
    assert {one.wall_start.date() for one in friday} == {date(2026, 11, 27)}
    assert all(one.wall_start.time() >= time(11) for one in friday)
    assert free_times(world.ana, world.checkup, weekdays=[6]) == []


def test_free_times_take_few_statements(world: World) -> None:
    with CaptureQueriesContext(connection) as near:
        free_times(world.ana, world.checkup)
    with CaptureQueriesContext(connection) as none:
        free_times(world.ana, world.checkup, weekdays=[6])
    assert (len(near), len(none)) == (2, 5)


def test_no_free_time_that_has_passed(world: World) -> None:
    with clock.stopped_at(world.at("11:01")):
        first = free_times(world.ana, world.checkup, after=world.at("09:00"), limit=1)[0]
    assert first.starts_at == world.at("11:20")


def test_the_day_takes_the_same_statements_whatever_is_on_it(world: World) -> None:
    def count(by: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            day_board(world.ana, [world.main], TUESDAY, by)  # type: ignore[arg-type]
        return len(captured)

    book(world)
    assert count("practitioner") == count("room") == BOARD_STATEMENTS
    for n, at in enumerate(["09:40", "10:20", "11:00", "11:40"], 2):
        book(world, at, patient=world.ids[f"patient{n}"])
    assert count("practitioner") == count("room") == BOARD_STATEMENTS


def test_the_day_by_practitioner_and_by_room(world: World) -> None:
    booked = book(world, reason="Cough")
    actions.record_step(booked.appointment, "arrived", by=world.ana)
    with looks.collecting("board") as seen, clock.stopped_at(NOW + timedelta(minutes=12)):
        board = day_board(world.ana, [world.main], TUESDAY)
        rooms = day_board(world.ana, [world.main], TUESDAY, "room")
    assert [column.label for column in board.columns] == ["Dr Ada Okafor", "Dr Mei Chen"]
    assert [column.label for column in rooms.columns] == ["Exam 1", "Exam 2", "Exam 3"]
    chen = board.columns[1]
    assert [(o.starts_at, o.ends_at) for o in chen.opens] == [
        (world.at("09:00"), world.at("12:00"))
    ]
    [visit] = chen.visits
    assert (visit.appointment, visit.state, visit.reason) == (
        booked.appointment,
        "arrived",
        "Cough",
    )
    assert visit.waited == timedelta(minutes=12)
    assert visit.beside == [booked.resources[1].label]
    assert [line.id for line in visit.patients] == [world.patient1]
    assert not visit.is_outside_hours
    [in_room] = [visit for column in rooms.columns for visit in column.visits]
    assert in_room.takes_until - in_room.ends_at == timedelta(minutes=5)
    assert set(seen.subjects) == {world.patient1}


def test_a_room_without_hours_of_its_own_is_open_while_the_site_is(world: World) -> None:
    def hours(by: str) -> set[tuple[datetime, datetime]]:
        board = day_board(world.ana, [world.main], TUESDAY, by)  # type: ignore[arg-type]
        return {(o.starts_at, o.ends_at) for column in board.columns for o in column.opens}

    staff = hours("practitioner")
    assert hours("room") == {(min(since for since, _ in staff), max(until for _, until in staff))}


def test_a_day_on_which_the_practice_is_closed_says_why(world: World) -> None:
    assert day_board(world.ana, [world.main], TUESDAY).holidays == []
    actions.add_exception(
        kind="holiday",
        starts=datetime.combine(TUESDAY, time()),
        ends=datetime.combine(TUESDAY + timedelta(days=1), time()),
        reason="Founder's day",
        by=world.ana,
    )
    board = day_board(world.ana, [world.main], TUESDAY)
    rooms = day_board(world.ana, [world.main], TUESDAY, "room")
    assert board.holidays == rooms.holidays == ["Founder's day"]
    assert [column.opens for column in (*board.columns, *rooms.columns)] == [[], [], []]
    assert day_board(world.ana, [world.main], TUESDAY + timedelta(days=1)).holidays == []


def test_the_day_shows_what_is_elsewhere_overbooked_outside_and_called_off(world: World) -> None:
    book(world, "17:00")
    book(world, "09:00", patient=world.patient2)
    book(world, "09:00", patient=world.patient3, overbook_reason="Fever")
    book(world, "12:20", patient=world.patient4, site=world.main, availability_reason="Stays")
    gone = book(world, "10:00", patient=world.patient5)
    actions.cancel_appointment(gone.appointment, "Flu", "patient", by=world.ana)
    board = day_board(world.ana, [world.main], TUESDAY)
    [chen] = [column for column in board.columns if column.resource == world.chen]
    assert [one.site_name for one in chen.elsewhere] == ["Phoenix"]
    first, second, late = chen.visits
    assert (first.track, second.track, first.tracks, late.tracks) == (0, 1, 2, 1)
    assert [visit.is_overbooked for visit in chen.visits] == [False, True, False]
    assert [visit.is_outside_hours for visit in chen.visits] == [False, False, True]
    [cancelled] = board.cancelled
    assert (cancelled.reason, cancelled.asked_by) == ("Flu", "patient")


def test_who_is_at_another_site_is_neither_shown_nor_looked_at(world: World) -> None:
    book(world, "17:00")
    book(world, "09:00", patient=world.patient2)
    with looks.collecting("test") as looked:
        day_board(world.ana, [world.main], TUESDAY)
    assert set(looked.subjects) == {world.patient2}


def test_who_has_only_a_visit_here_is_shown_with_what_is_elsewhere(world: World) -> None:
    """Dr Okafor has no hours in Phoenix: a visit there brings her other one along."""
    book(world, "09:00", resources=[world.okafor])
    assert [column.label for column in _day_in_phoenix(world)] == ["Dr Mei Chen"]
    book(
        world,
        "14:00",
        patient=world.patient2,
        site=world.phoenix,
        resources=[world.okafor],
        availability_reason="Helps out",
    )
    okafor, _ = _day_in_phoenix(world)
    assert len(okafor.visits) == 1
    assert [one.site_name for one in okafor.elsewhere] == ["Main Street"]


def _day_in_phoenix(world: World) -> list[Column]:
    with looks.collecting("test"):
        return day_board(world.ana, [world.phoenix], TUESDAY).columns


def test_whose_visit_one_cancelled_one_has_dealt_with(world: World) -> None:
    gone = book(world, "10:00")
    colleague = replace(world.ana, id=new_id())
    actions.cancel_appointment(gone.appointment, "Flu", "patient", by=colleague)
    with looks.collecting("test"):
        assert [each.id for each in recently_seen(colleague)][:1] == [world.patient1]


def test_two_sites_of_two_zones_on_one_board(world: World) -> None:
    board = day_board(world.ana, [], TUESDAY)
    hours = {site.name: (site.ends_at - site.starts_at) for site in board.sites}
    assert hours == {"Main Street": timedelta(hours=24), "Phoenix": timedelta(hours=24)}
    assert [(c.label, c.zone) for c in board.columns if c.resource == world.chen] == [
        ("Dr Mei Chen", "America/New_York"),
        ("Dr Mei Chen", "America/Phoenix"),
    ]


@pytest.mark.parametrize(("day", "hours"), [(date(2027, 3, 14), 23), (date(2026, 11, 1), 25)])
def test_the_days_on_which_clocks_change(world: World, day: date, hours: int) -> None:
    board = day_board(world.ana, [world.main], day)
    assert board.sites[0].ends_at - board.sites[0].starts_at == timedelta(hours=hours)


def test_a_visit_with_its_history(world: World) -> None:
    booked = book(world, asked_by="her son", note="Ground floor")
    actions.move_appointment(booked.appointment, world.at("10:00"), reason="Bus", by=world.ben)
    actions.record_step(booked.appointment, "confirmed", by=world.ana)
    with CaptureQueriesContext(connection) as captured:
        found = appointment(world.ana, booked.appointment)
    assert len(captured) == 2
    assert [line.what for line in found.history] == [
        "Booked",
        "Moved from Tue 24 Nov, 9:00",
        "Confirmed",
    ]
    assert [line.why for line in found.history] == ["asked by her son", "Bus", ""]
    assert found.practitioners == ["Dr Mei Chen"]
    assert (found.place, found.note, found.minutes) == ("Main Street", "Ground floor", 20)
    assert [state.value for state in found.next_steps] == ["arrived", "no_show"]
    assert found.is_ahead
    with pytest.raises(Missing):
        appointment(world.ana, new_id())


def notes_at(world: World, visit: UUID) -> int:
    return len(appointment(world.ana, visit).patients[0].alerts)


def note(world: World, since: date | None = None, until: date | None = None) -> None:
    Alert(patient_id=world.patient1, text="Sore", shown_from=since, shown_until=until).save()


def test_today_at_a_visit_is_the_day_at_its_site(world: World) -> None:
    wednesday = date(2026, 11, 25)
    Patient.objects.filter(pk=world.patient1).update(birth_date=date(1986, 11, 25))
    note(world, until=TUESDAY)
    late: dict[str, Any] = {"availability_reason": "Works late", "resources": [world.chen]}
    # Half past ten in the evening in Phoenix is half past midnight at the main site.
    with clock.stopped_at(world.at("22:30", zone_hours=-7)):
        there = book(world, site=world.phoenix, starts_at=world.at("23:00", zone_hours=-7), **late)
        here = book(world, site=world.main, starts_at=world.at("09:00", wednesday))
        assert notes_at(world, there.appointment) == 1
        assert notes_at(world, here.appointment) == 0
        ages = [
            appointment(world.ana, booked.appointment).patients[0].life for booked in (there, here)
        ]
    assert ages == ["39 years", "40 years"]


def test_a_visit_counts_the_notes_of_its_day(world: World) -> None:
    friday = date(2026, 11, 27)
    visit = book(world, starts_at=world.at("09:00", friday)).appointment
    note(world, until=TUESDAY)
    note(world, until=friday)
    note(world, since=friday, until=friday)
    note(world, since=friday + timedelta(days=1))
    assert notes_at(world, visit) == 2
    with clock.stopped_at(world.at("10:00", friday + timedelta(days=3))):
        assert notes_at(world, visit) == 1, "gone by: the notes of today"


def test_visits_of_a_patient_page_by_page(world: World) -> None:
    for n in range(7):
        with clock.stopped_at(NOW - timedelta(days=7 * n)):
            starts_at = world.at("09:00") - timedelta(days=7 * n)
            book(world, starts_at=starts_at, site=world.main, availability_reason="Long ago")
    with clock.stopped_at(NOW + timedelta(days=1)):
        first = visits_of(world.ana, world.patient1, limit=3)
        last = first[-1]
        second = visits_of(world.ana, world.patient1, before=(last.starts_at, last.id), limit=3)
        third = visits_of(
            world.ana, world.patient1, before=(second[-1].starts_at, second[-1].id), limit=3
        )
    starts = [visit.starts_at for visit in (*first, *second, *third)]
    assert len(starts) == 7
    assert starts == sorted(starts, reverse=True)


def test_visits_of_all_records_of_one_person(world: World) -> None:
    book(world, "10:00")
    book(world, "09:00", patient=world.patient2)
    Patient.objects.filter(pk=world.patient2).update(identity=world.patient1)
    for record in (world.patient1, world.patient2):
        coming = next_visits_of(world.ana, record)
        assert [visit.starts_at for visit in coming] == [world.at("09:00"), world.at("10:00")]
