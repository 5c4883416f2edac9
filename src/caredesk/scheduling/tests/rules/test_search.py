"""The mask search against a naive one over lists of slots, and a table of sites and nights."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caredesk.scheduling.rules import masks
from caredesk.scheduling.rules.openings import Hours, Weekly, open_slots
from caredesk.scheduling.rules.search import (
    Calendar,
    Need,
    Option,
    Place,
    Times,
    Wish,
    assign,
    days_touched,
    first_free,
    nearest_free,
    windows,
)

NEW_YORK, PHOENIX = ZoneInfo("America/New_York"), ZoneInfo("America/Phoenix")
KATHMANDU = ZoneInfo("Asia/Kathmandu")
LONG_AGO = date(2020, 1, 1)


class Diary:
    """Free time by resource and site, read like the table of masks."""

    def __init__(self, origin: date, free: dict[tuple[UUID, UUID], int]) -> None:
        self.origin, self.free = origin, free
        self.days_read: list[int] = []

    def __call__(self, first: date, days: int) -> Calendar:
        self.days_read.append(days)
        shift = (first - self.origin).days * masks.SLOTS
        window = masks.span(0, days * masks.SLOTS)
        return {
            key: (mask >> shift if shift >= 0 else mask << -shift) & window
            for key, mask in self.free.items()
        }

    def is_free(self, resource: UUID, site: UUID, since: datetime, until: datetime) -> bool:
        first = (since - masks.midnight(self.origin)) // masks.SLOT
        last = (until - masks.midnight(self.origin)) // masks.SLOT
        mask = self.free.get((resource, site), 0)
        return first >= 0 and all(mask >> n & 1 for n in range(first, last))


def naive(places: list[Place], wish: Wish, diary: Diary) -> set[tuple[UUID, datetime, UUID]]:
    """Every (site, time, leading resource) that fits, by trying everything."""
    found = set()
    first_day = masks.midnight(wish.after.date())
    for place in places:
        for n in range(wish.days * 288):
            at = first_day + n * masks.SLOT
            wall = at.astimezone(place.zone).replace(tzinfo=None)
            if at < wish.after or wall.minute % wish.grid_minutes:
                continue
            until = time.max if wish.times.until == time.min else wish.times.until
            if wall.weekday() not in wish.times.weekdays:
                continue
            if not wish.times.since <= wall.time() < until:
                continue
            ends = at + timedelta(minutes=wish.minutes)
            for chosen in product(*(need.any_of for need in place.needs)):
                if len(set(chosen)) == len(chosen) and all(
                    diary.is_free(
                        one,
                        place.site,
                        at - need.before * masks.SLOT,
                        ends + need.after * masks.SLOT,
                    )
                    for one, need in zip(chosen, place.needs, strict=True)
                ):
                    found.add((place.site, at, chosen[0]))
    return found


SITE_A, SITE_B = UUID(int=1), UUID(int=2)
PEOPLE = [UUID(int=n) for n in (11, 12, 13)]
ROOMS = [UUID(int=n) for n in (21, 22, 23)]
DEVICE = UUID(int=31)
ORIGIN = date(2026, 3, 6)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Place], Wish, Diary]:
    days = draw(st.integers(1, 4))
    seed, density = draw(st.integers(0, 10**6)), draw(st.sampled_from([0.6, 0.85, 0.97]))
    random = Random(seed)
    free = {}
    for key in product([*PEOPLE, *ROOMS, DEVICE], [SITE_A, SITE_B]):
        blocks = [random.random() < density for _ in range((days + 2) * 48)]
        free[key] = sum(masks.span(n * 6, n * 6 + 6) for n, one in enumerate(blocks) if one)
    margins = st.integers(0, 2)
    needs = [Need(tuple(draw(st.lists(st.sampled_from(PEOPLE), min_size=1, unique=True))))]
    if draw(st.booleans()):
        rooms = tuple(draw(st.lists(st.sampled_from(ROOMS), min_size=1, unique=True)))
        needs.append(Need(rooms, draw(margins), draw(margins)))
    if draw(st.booleans()):
        needs.append(Need((DEVICE,)))
    if draw(st.booleans()):
        needs.append(Need(tuple(PEOPLE)))
    places = [Place(SITE_A, NEW_YORK, tuple(needs)), Place(SITE_B, KATHMANDU, tuple(needs[:2]))]
    since = draw(st.sampled_from([time.min, time(9), time(13, 30)]))
    weekdays = st.sampled_from([frozenset(range(7)), frozenset({5}), frozenset({0, 6})])
    wish = Wish(
        minutes=draw(st.sampled_from([5, 20, 45, 90])),
        grid_minutes=draw(st.sampled_from([5, 15, 30, 60])),
        after=masks.midnight(ORIGIN + timedelta(days=1))
        + timedelta(minutes=draw(st.integers(0, 900))),
        days=days,
        times=Times(draw(weekdays), since, draw(st.sampled_from([time.min, time(18)]))),
        limit=10**6,
        each_time=10**6,
    )
    return draw(st.sampled_from([places, places[:1]])), wish, Diary(ORIGIN, free)


def identity(option: Option) -> tuple[UUID, datetime, UUID]:
    return option.site, option.starts_at, option.chosen[0]


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_finds_exactly_what_trying_everything_finds(
    world: tuple[list[Place], Wish, Diary],
) -> None:
    places, wish, diary = world
    # The naive search knows no clock change within a filter of hours: it reads the wall instead.
    options = first_free(places, wish, diary)
    assert [o.starts_at for o in options] == sorted(o.starts_at for o in options)
    assert {identity(one) for one in options} == naive(places, wish, diary)
    assert len(options) == len({identity(one) for one in options})
    for option in options:
        place = next(one for one in places if one.site == option.site)
        assert len(set(option.chosen)) == len(option.chosen)
        for one, need in zip(option.chosen, place.needs, strict=True):
            assert one in need.any_of
            before, after = need.before * masks.SLOT, need.after * masks.SLOT
            assert diary.is_free(
                one, option.site, option.starts_at - before, option.ends_at + after
            )


@settings(max_examples=30, deadline=None)
@given(worlds(), st.integers(1, 12), st.integers(1, 3))
def test_the_first_few_are_the_head_of_all(
    world: tuple[list[Place], Wish, Diary], limit: int, each_time: int
) -> None:
    places, wish, diary = world
    everything = first_free(places, wish, diary)
    few = first_free(places, replace(wish, limit=limit, each_time=each_time), diary)
    per_time = Counter(one.starts_at for one in everything)
    expected = [at for at in sorted(per_time) for _ in range(min(per_time[at], each_time))]
    assert [one.starts_at for one in few] == expected[:limit]
    assert set(few) <= set(everything)


def test_windows_grow_to_the_range_asked_for() -> None:
    assert list(windows(90)) == [3, 11, 28, 48]
    assert list(windows(10)) == [3, 7]
    assert sum(windows(400)) == 400


ZONES = [
    ZoneInfo(name)
    for name in ("Pacific/Kiritimati", "Etc/GMT+12", "Asia/Kathmandu", "America/Phoenix", "UTC")
]


@given(
    st.sampled_from(ZONES),
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)),
    st.integers(5, 1440),
    st.integers(0, 40),
    st.integers(0, 40),
)
def test_every_day_that_a_visit_touches_is_read(
    zone: ZoneInfo, wall: datetime, minutes: int, before: int, after: int
) -> None:
    """However far the site is from UTC, and however long set-up and clean-up take."""
    place = Place(UUID(int=1), zone, (Need((UUID(int=2),), before, after),))
    times = Times(weekdays=frozenset({wall.weekday()}))
    starts = wall.replace(tzinfo=zone).astimezone(UTC)
    wish = Wish(minutes, 5, starts, times=times)
    since = starts - before * masks.SLOT
    until = starts + timedelta(minutes=minutes) + after * masks.SLOT
    touched = {day.weekday() for day in masks.days_of(since, until)}
    assert touched <= days_touched([place], wish)


def test_three_days_are_read_of_each_week_for_visits_on_fridays() -> None:
    place = Place(UUID(int=1), NEW_YORK, (Need((UUID(int=2),), 2, 2),))
    wish = Wish(20, 20, datetime(2026, 11, 24, tzinfo=UTC), times=Times(weekdays=frozenset({4})))
    assert days_touched([place], wish) == {3, 4, 5}


def test_reads_no_further_than_needed() -> None:
    free = {(PEOPLE[0], SITE_A): masks.span(0, 100 * 288)}
    diary = Diary(ORIGIN, free)
    wish = Wish(30, 15, masks.midnight(ORIGIN + timedelta(days=1)))
    place = Place(SITE_A, PHOENIX, (Need((PEOPLE[0],)),))
    assert len(first_free([place], wish, diary)) == 10
    assert diary.days_read == [5]
    assert first_free([place], wish, Diary(ORIGIN, {})) == []


def test_rooms_take_turns() -> None:
    """Over a day of visits every room has its share, and the same question has the same answer."""
    rooms = [UUID(int=n) for n in range(40, 50)]
    chosen = Counter(
        assign([[person], rooms], masks.instant_of(ORIGIN, n * 3))[1]  # type: ignore[index]
        for person in PEOPLE
        for n in range(96)
    )
    assert set(chosen) == set(rooms)
    assert max(chosen.values()) < 3 * min(chosen.values())
    assert assign([[PEOPLE[0]], rooms], masks.midnight(ORIGIN)) == assign(
        [[PEOPLE[0]], rooms[::-1]], masks.midnight(ORIGIN)
    )


def test_two_needs_never_share_one_resource() -> None:
    at = masks.midnight(ORIGIN)
    a, b = PEOPLE[:2]
    assert assign([[a], [a, b]], at) == (a, b)
    assert assign([[a, b], [a], [b]], at) is None
    assert assign([[a, b], [a]], at) == (b, a)


# --- Both nights on which clocks change, Phoenix, two sites, a clinician who works at both -------

MAIN, DESERT = UUID(int=5), UUID(int=6)
CHEN = UUID(int=100)
SPRING, AUTUMN = date(2026, 3, 8), date(2026, 11, 1)


def opened(
    site: UUID, zone: ZoneInfo, day: date, since: str, until: str
) -> dict[tuple[UUID, UUID], int]:
    row = Weekly(day.weekday(), time.fromisoformat(since), time.fromisoformat(until), LONG_AGO)
    origin = day - timedelta(days=1)
    rows = open_slots(Hours([row], [], zone), origin, 4)
    return {(CHEN, site): masks.join(one[0].open if one else 0 for one in rows)}


@dataclass(frozen=True)
class Case:
    """Dr Chen's hours in New York and in Phoenix, and when a visit of an hour is offered."""

    what: str
    day: date
    new_york: tuple[str, str] | None
    phoenix: tuple[str, str] | None
    offered: list[str]


CASES = [
    Case(
        "the hour that is not there is not offered",
        SPRING,
        ("01:00", "05:00"),
        None,
        [
            "New York 01:00 EST",
            "New York 03:00 EDT",
            "New York 04:00 EDT",
        ],
    ),
    Case(
        "the hour that comes twice is offered twice",
        AUTUMN,
        ("00:00", "03:00"),
        None,
        [
            "New York 00:00 EDT",
            "New York 01:00 EDT",
            "New York 01:00 EST",
            "New York 02:00 EST",
        ],
    ),
    Case(
        "Phoenix has all hours in spring",
        SPRING,
        None,
        ("01:00", "04:00"),
        [
            "Phoenix 01:00 MST",
            "Phoenix 02:00 MST",
            "Phoenix 03:00 MST",
        ],
    ),
    Case(
        "Phoenix has all hours once in autumn",
        AUTUMN,
        None,
        ("00:00", "03:00"),
        [
            "Phoenix 00:00 MST",
            "Phoenix 01:00 MST",
            "Phoenix 02:00 MST",
        ],
    ),
    Case(
        "she works at both: mornings there, later here",
        date(2026, 7, 13),
        ("08:00", "10:00"),
        ("08:00", "10:00"),
        [
            "New York 08:00 EDT",
            "New York 09:00 EDT",
            "Phoenix 08:00 MST",
            "Phoenix 09:00 MST",
        ],
    ),
    Case(
        "in winter the same walls are an hour nearer",
        date(2026, 1, 12),
        ("08:00", "10:00"),
        ("06:00", "08:00"),
        [
            "New York 08:00 EST",
            "Phoenix 06:00 MST",
            "New York 09:00 EST",
            "Phoenix 07:00 MST",
        ],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_what_is_offered(case: Case) -> None:
    free: dict[tuple[UUID, UUID], int] = {}
    if case.new_york:
        free |= opened(MAIN, NEW_YORK, case.day, *case.new_york)
    if case.phoenix:
        free |= opened(DESERT, PHOENIX, case.day, *case.phoenix)
    places = [Place(MAIN, NEW_YORK, (Need((CHEN,)),)), Place(DESERT, PHOENIX, (Need((CHEN,)),))]
    diary = Diary(case.day - timedelta(days=1), free)
    wish = Wish(60, 60, masks.midnight(case.day), days=2)
    assert [words(one) for one in first_free(places, wish, diary)] == case.offered


def words(option: Option) -> str:
    name, zone = ("New York", NEW_YORK) if option.site == MAIN else ("Phoenix", PHOENIX)
    return f"{name} {option.starts_at.astimezone(zone):%H:%M %Z}"


def test_a_visit_may_cross_the_utc_midnight() -> None:
    """Five in the afternoon in Phoenix is midnight UTC: the visit lies on two mask days."""
    day = date(2026, 11, 24)
    diary = Diary(day - timedelta(days=1), opened(DESERT, PHOENIX, day, "16:30", "17:30"))
    place = Place(DESERT, PHOENIX, (Need((CHEN,)),))
    [option] = first_free([place], Wish(60, 30, masks.midnight(day), days=1), diary)
    assert option.starts_at == datetime(2026, 11, 24, 23, 30, tzinfo=UTC)


@given(worlds(), st.integers(0, 3 * 288))
@settings(max_examples=60, deadline=None)
def test_the_nearest_are_nearer_than_all_others(
    world: tuple[list[Place], Wish, Diary], slots: int
) -> None:
    places, wish, diary = world
    moment = wish.after + slots * masks.SLOT
    wish = replace(wish, limit=3, each_time=99)
    every = first_free(places, replace(wish, limit=10**6), diary)
    found = nearest_free(places, wish, diary, moment)
    away = sorted(abs(one.starts_at - moment) for one in every)
    assert [abs(one.starts_at - moment) for one in found] == away[:3]
    assert all(one.starts_at >= wish.after for one in found)
