"""Weekly hours as instants: a table of the nights on which clocks change, and a slow oracle."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caredesk.scheduling.rules import masks
from caredesk.scheduling.rules.openings import (
    Exceptional,
    Hours,
    Kind,
    Openings,
    Weekly,
    edge,
    open_slots,
    wall_day,
)

NEW_YORK = ZoneInfo("America/New_York")
PHOENIX = ZoneInfo("America/Phoenix")
ADELAIDE = ZoneInfo("Australia/Adelaide")
SPRING = date(2026, 3, 8)
AUTUMN = date(2026, 11, 1)
LONG_AGO = date(2020, 1, 1)
NEW_YEAR = datetime.combine(date(2026, 1, 1), time.min)
NEW_PATIENT, FOLLOW_UP = UUID(int=1), UUID(int=2)


def clock(text: str) -> time:
    hours, minutes = text.split(":")
    return time(int(hours) % 24, int(minutes))


def weekly(day: date, since: str, until: str, **more: object) -> Weekly:
    return Weekly(day.weekday(), clock(since), clock(until), LONG_AGO, **more)  # type: ignore[arg-type]


def the_mask(openings: list[Openings], visit_type: UUID = NEW_PATIENT) -> int:
    fitting = [one for one in openings if one.all_but != (visit_type in one.visit_types)]
    assert len(fitting) <= 1, "one row at most holds for a visit type"
    return fitting[0].open if fitting else 0


def intervals(
    rows: list[Weekly],
    zone: ZoneInfo,
    day: date,
    exceptions: tuple[Exceptional, ...] = (),
    visit_type: UUID = NEW_PATIENT,
) -> list[str]:
    """What is open on a calendar day of the zone, as UTC times."""
    origin = day - timedelta(days=1)
    days = open_slots(Hours(rows, exceptions, zone), origin, 3)
    mask = masks.join(the_mask(one, visit_type) for one in days)
    starts, ends = wall_day(day, zone)
    mask &= masks.inside(origin, 3, starts, ends)
    return [
        f"{masks.instant_of(origin, first):%H:%M}-{masks.instant_of(origin, until):%H:%M}"
        for first, until in masks.ranges(mask)
    ]


@dataclass(frozen=True)
class Night:
    """One row of the table: hours on the wall of a site, and when that is in the world."""

    what: str
    zone: ZoneInfo
    day: date
    since: str
    until: str
    instants: list[str]


NIGHTS = [
    Night("a winter day", NEW_YORK, date(2026, 1, 12), "9:00", "17:00", ["14:00-22:00"]),
    Night("a summer day", NEW_YORK, date(2026, 7, 13), "9:00", "17:00", ["13:00-21:00"]),
    Night("spring: office hours", NEW_YORK, SPRING, "9:00", "17:00", ["13:00-21:00"]),
    Night("spring: across the jump", NEW_YORK, SPRING, "1:00", "4:00", ["06:00-08:00"]),
    Night("spring: begins in the jump", NEW_YORK, SPRING, "2:30", "4:00", ["07:00-08:00"]),
    Night("spring: ends in the jump", NEW_YORK, SPRING, "1:00", "2:30", ["06:00-07:00"]),
    Night("spring: within the jump", NEW_YORK, SPRING, "2:15", "2:45", []),
    Night("spring: the whole day has 23 hours", NEW_YORK, SPRING, "0:00", "0:00", ["05:00-04:00"]),
    Night("autumn: office hours", NEW_YORK, AUTUMN, "9:00", "17:00", ["14:00-22:00"]),
    Night("autumn: across the hour twice", NEW_YORK, AUTUMN, "0:30", "2:00", ["04:30-07:00"]),
    Night(
        "autumn: in the hour that comes twice", NEW_YORK, AUTUMN, "1:00", "1:30", ["05:00-05:30"]
    ),
    Night("autumn: out of it", NEW_YORK, AUTUMN, "1:30", "3:00", ["05:30-08:00"]),
    Night("autumn: the whole day has 25 hours", NEW_YORK, AUTUMN, "0:00", "0:00", ["04:00-05:00"]),
    Night("Phoenix in winter", PHOENIX, date(2026, 1, 12), "9:00", "17:00", ["16:00-00:00"]),
    Night("Phoenix in spring", PHOENIX, SPRING, "9:00", "17:00", ["16:00-00:00"]),
    Night("Phoenix keeps 2:30", PHOENIX, SPRING, "2:15", "2:45", ["09:15-09:45"]),
    Night("Phoenix in autumn", PHOENIX, AUTUMN, "9:00", "17:00", ["16:00-00:00"]),
    Night("half an hour beside", ADELAIDE, date(2026, 7, 13), "9:00", "17:00", ["23:30-07:30"]),
]


@pytest.mark.parametrize("night", NIGHTS, ids=lambda night: night.what)
def test_hours_on_the_wall_are_these_instants(night: Night) -> None:
    rows = [weekly(night.day, night.since, night.until)]
    assert intervals(rows, night.zone, night.day) == night.instants


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
@pytest.mark.parametrize("seam", ["1:00", "1:30", "2:00", "2:30", "3:00"])
def test_hours_that_meet_on_the_wall_meet_in_time(day: date, seam: str) -> None:
    rows = [weekly(day, "0:00", seam), weekly(day, seam, "6:00")]
    assert intervals(rows, NEW_YORK, day) == intervals([weekly(day, "0:00", "6:00")], NEW_YORK, day)


def test_night_hours_run_past_midnight() -> None:
    friday = date(2026, 11, 27)
    rows = [weekly(friday, "22:00", "2:00")]
    assert intervals(rows, NEW_YORK, friday) == ["03:00-05:00"]
    assert intervals(rows, NEW_YORK, friday + timedelta(days=1)) == ["05:00-07:00"]


def test_hours_hold_from_and_until_their_dates() -> None:
    monday = date(2026, 11, 23)
    rows = [
        Weekly(0, time(9), time(12), LONG_AGO, monday - timedelta(days=1)),
        Weekly(0, time(13), time(15), monday, monday),
        Weekly(0, time(8), time(9), monday + timedelta(days=1)),
    ]
    assert intervals(rows, NEW_YORK, monday - timedelta(days=7)) == ["14:00-17:00"]
    assert intervals(rows, NEW_YORK, monday) == ["18:00-20:00"]
    assert intervals(rows, NEW_YORK, monday + timedelta(days=7)) == ["13:00-14:00"]


def exceptional(kind: Kind, day: date, since: str, until: str, **more: object) -> Exceptional:
    ends = day + timedelta(days=1) if until == "0:00" else day
    return Exceptional(
        kind,
        datetime.combine(day, clock(since)),
        datetime.combine(ends, clock(until)),
        **more,  # type: ignore[arg-type]
    )


def test_leave_wins_over_extra_hours_and_those_over_a_holiday() -> None:
    monday = date(2026, 11, 23)
    rows = [weekly(monday, "9:00", "17:00")]
    holiday = exceptional(Kind.HOLIDAY, monday, "0:00", "0:00")
    extra = exceptional(Kind.EXTRA, monday, "10:00", "19:00")
    leave = exceptional(Kind.LEAVE, monday, "12:00", "13:00")
    assert intervals(rows, NEW_YORK, monday, (holiday,)) == []
    assert intervals(rows, NEW_YORK, monday, (holiday, extra)) == ["15:00-00:00"]
    assert intervals(rows, NEW_YORK, monday, (extra,)) == ["14:00-00:00"]
    assert intervals(rows, NEW_YORK, monday, (leave, holiday, extra)) == [
        "15:00-17:00",
        "18:00-00:00",
    ]


def test_hours_for_some_visit_types_only() -> None:
    monday = date(2026, 11, 23)
    rows = [
        weekly(monday, "9:00", "12:00"),
        weekly(monday, "13:00", "15:00", visit_types=frozenset({FOLLOW_UP})),
    ]
    closed = exceptional(Kind.LEAVE, monday, "9:00", "0:00", visit_types=frozenset({NEW_PATIENT}))
    assert intervals(rows, NEW_YORK, monday) == ["14:00-17:00"]
    assert intervals(rows, NEW_YORK, monday, visit_type=FOLLOW_UP) == ["14:00-17:00", "18:00-20:00"]
    assert intervals(rows, NEW_YORK, monday, (closed,)) == []
    assert intervals(rows, NEW_YORK, monday, (closed,), UUID(int=9)) == ["14:00-17:00"]


def test_a_room_without_hours_is_open_but_for_its_exceptions() -> None:
    day = date(2026, 11, 23)
    repair = exceptional(Kind.LEAVE, day, "9:00", "10:00")
    [monday] = open_slots(Hours([], [repair], PHOENIX, True), day, 1)
    assert masks.ranges(the_mask(monday)) == [(0, 16 * 12), (17 * 12, 288)]
    assert open_slots(Hours([], [], PHOENIX), day, 1) == [[]]


@given(
    st.sampled_from(["America/New_York", "America/Santiago", "Australia/Lord_Howe", "Asia/Beirut"]),
    st.integers(0, 365 * 1440).map(lambda n: NEW_YEAR + timedelta(minutes=n)),
    st.integers(0, 100_000),
)
def test_edges_keep_the_order_of_the_wall(zone_name: str, wall: datetime, later: int) -> None:
    zone = ZoneInfo(zone_name)
    assert edge(wall, zone) <= edge(wall + timedelta(seconds=later), zone)


QUARTERS = st.integers(0, 95).map(lambda n: time(n // 4, n % 4 * 15))
ROWS = st.lists(
    st.builds(
        Weekly,
        st.integers(0, 6),
        QUARTERS,
        QUARTERS,
        st.dates(date(2026, 2, 20), date(2026, 3, 12)),
        st.none() | st.dates(date(2026, 3, 1), date(2026, 3, 20)),
    ),
    max_size=4,
)


@given(ROWS, st.sampled_from([NEW_YORK, PHOENIX, ADELAIDE]))
def test_a_slot_is_open_when_some_opening_holds_it(rows: list[Weekly], zone: ZoneInfo) -> None:
    origin, days = date(2026, 3, 6), 5
    mask = masks.join(the_mask(one) for one in open_slots(Hours(rows, [], zone), origin, days))
    spans = [
        (edge(datetime.combine(day, row.since), zone), edge(datetime.combine(end, row.until), zone))
        for row in rows
        for day in (date(2026, 2, 20) + timedelta(days=n) for n in range(30))
        for end in [day if row.until > row.since else day + timedelta(days=1)]
        if day.weekday() == row.weekday
        and row.valid_from <= day
        and (row.valid_until is None or day <= row.valid_until)
    ]
    for n in range(days * 288):
        at = masks.instant_of(origin, n)
        expected = any(starts <= at and at + masks.SLOT <= ends for starts, ends in spans)
        assert bool(mask >> n & 1) == expected, at.astimezone(UTC)
