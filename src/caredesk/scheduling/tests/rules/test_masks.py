"""Masks against the plainest thing that could be right: lists of booleans."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caredesk.scheduling.rules import masks

ORIGIN = date(2026, 3, 6)
DAY_MASKS = st.integers(0, masks.FULL_DAY)
BLOCKY = st.lists(st.tuples(st.booleans(), st.integers(1, 40)), max_size=20).map(
    lambda parts: sum(
        masks.span(sum(n for _, n in parts[:i]), sum(n for _, n in parts[: i + 1]))
        for i, (is_free, _) in enumerate(parts)
        if is_free
    )
)


def as_list(mask: int, length: int) -> list[bool]:
    return [bool(mask >> n & 1) for n in range(length)]


def moments(days: int = 3) -> st.SearchStrategy[datetime]:
    return st.integers(-60, days * 1440 + 60).map(
        lambda minutes: masks.midnight(ORIGIN) + timedelta(minutes=minutes)
    )


@given(BLOCKY, st.integers(1, 30))
def test_a_run_begins_where_so_many_slots_follow_free(mask: int, length: int) -> None:
    bits = as_list(mask, 900)
    expected = [n for n in range(900 - length) if all(bits[n : n + length])]
    assert list(masks.slots(masks.runs(mask, length))) == expected


@given(BLOCKY)
def test_longest_run(mask: int) -> None:
    longest = masks.longest_run(mask)
    assert longest == 0 or masks.runs(mask, longest)
    assert not masks.runs(mask, longest + 1)


@given(BLOCKY)
def test_ranges_are_the_runs(mask: int) -> None:
    found = masks.ranges(mask)
    assert sum(masks.span(first, until) for first, until in found) == mask
    assert all(left[1] < right[0] for left, right in pairwise(found))


@given(DAY_MASKS)
def test_bits_round_trip(mask: int) -> None:
    written = masks.to_bits(mask)
    assert len(written) == 288
    assert masks.from_bits(written) == mask
    assert [digit == "1" for digit in written] == as_list(mask, 288)


@given(st.lists(DAY_MASKS, max_size=6))
def test_days_join_and_split(days: list[int]) -> None:
    joined = masks.join(days)
    assert masks.split(joined, len(days)) == days
    assert masks.from_days([masks.to_bits(day) if day else None for day in days]) == joined


@given(moments(), moments())
def test_rounding_is_conservative(one: datetime, other: datetime) -> None:
    starts, ends = min(one, other), max(one, other)
    taken = as_list(masks.touched(ORIGIN, 3, starts, ends), 3 * 288)
    given_ = as_list(masks.inside(ORIGIN, 3, starts, ends), 3 * 288)
    for n in range(3 * 288):
        slot = masks.instant_of(ORIGIN, n)
        assert taken[n] == (slot < ends and starts < slot + masks.SLOT)
        assert given_[n] == (starts <= slot and slot + masks.SLOT <= ends)


def test_days_of_an_interval() -> None:
    late = datetime(2026, 3, 6, 23, 30, tzinfo=UTC)
    assert masks.days_of(late, late + timedelta(minutes=30)) == [ORIGIN]
    assert masks.days_of(late, late + timedelta(minutes=31)) == [ORIGIN, date(2026, 3, 7)]
    assert masks.days_of(late, late) == [ORIGIN]


ZONES = [
    "America/New_York",
    "America/Phoenix",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Australia/Adelaide",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "UTC",
]


@pytest.mark.parametrize("zone_name", ZONES)
@pytest.mark.parametrize("minutes", [5, 10, 15, 20, 30, 60])
@pytest.mark.parametrize("origin", [date(2026, 3, 7), date(2026, 4, 3), date(2026, 10, 31)])
def test_starts_fall_on_round_wall_times(zone_name: str, minutes: int, origin: date) -> None:
    """Also in zones of odd offsets, and on both sides of a clock change of half an hour."""
    zone = ZoneInfo(zone_name)
    bits = as_list(masks.grid(zone, origin, 4, minutes), 4 * 288)
    for n, offered in enumerate(bits):
        wall = masks.instant_of(origin, n).astimezone(zone)
        assert offered == (wall.minute % minutes == 0)
