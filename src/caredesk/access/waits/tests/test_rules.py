"""Waits grow, never without bound, and hold whoever guesses."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caredesk.access.waits.rules import FORGOTTEN_AFTER, LIMITS, Limit, counted, waits_until

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
limits = st.sampled_from(list(LIMITS.values()))
pauses = st.lists(st.timedeltas(timedelta(0), timedelta(minutes=30)), min_size=1, max_size=300)


@given(limits, st.integers(0, 10**9))
def test_a_wait_never_shrinks_and_never_passes_its_longest(limit: Limit, failures: int) -> None:
    wait = limit.wait_after(failures)
    assert timedelta(0) <= wait <= limit.longest
    assert limit.wait_after(failures + 1) >= wait
    assert (wait == timedelta(0)) == (failures < limit.free)


@given(limits, st.integers(0, 10**6), st.timedeltas(timedelta(0), timedelta(days=9)))
def test_nobody_ever_waits_longer_than_the_longest(
    limit: Limit, failures: int, since: timedelta
) -> None:
    until = waits_until(limit, failures, NOW - since, NOW)
    assert until is None or timedelta(0) < until - NOW <= limit.longest


@given(limits, pauses)
def test_however_a_guesser_paces_it_a_day_has_few_guesses(
    limit: Limit, pauses: list[timedelta]
) -> None:
    """Every guess comes as soon as it may, or later: never more than the waits allow."""
    now, failures, last, guesses = NOW, 0, NOW - FORGOTTEN_AFTER, 0
    for pause in pauses:
        now += pause
        if waits_until(limit, failures, last, now):
            continue
        failures, last, guesses = counted(failures, last, now) + 1, now, guesses + 1
    spent = now - NOW
    allowed = limit.free + 1
    waited = timedelta(0)
    while waited <= spent:
        waited += limit.wait_after(allowed)
        allowed += 1
    assert guesses <= allowed


@pytest.mark.parametrize(("scope", "most"), [("pair", 120), ("account", 150)])
def test_the_guesses_of_a_day(scope: str, most: int) -> None:
    limit, now, failures, guesses = LIMITS[scope], NOW, 0, 0
    while now < NOW + timedelta(days=1):
        failures, guesses = failures + 1, guesses + 1
        now += max(limit.wait_after(failures), timedelta(milliseconds=50))
    assert guesses <= most


def test_what_failed_yesterday_counts_no_more() -> None:
    assert counted(50, NOW - FORGOTTEN_AFTER, NOW) == 0
    assert counted(50, NOW - FORGOTTEN_AFTER + timedelta(seconds=1), NOW) == 50
