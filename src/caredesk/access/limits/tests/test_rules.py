"""The bucket, whatever is asked of it and whenever."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caredesk.access.limits.rules import DEFAULTS, Buckets, Rate, read_limits, usual

RATES = st.builds(Rate, per_minute=st.integers(1, 10_000).map(float), at_once=st.integers(1, 1_000))
# Pauses between one question and the next; some at the same instant.
PAUSES = st.lists(st.one_of(st.just(0.0), st.floats(0, 120)), max_size=300)


def ask(rate: Rate, pauses: list[float]) -> tuple[list[float], list[float]]:
    """The instants at which one was allowed, and all waits that were told."""
    buckets, now, allowed, waits = Buckets(), 1_000.0, [], []
    for pause in pauses:
        now += pause
        wait = buckets.take("who", rate, now)
        waits.append(wait)
        if wait == 0:
            allowed.append(now)
    return allowed, waits


@given(RATES, PAUSES)
def test_in_no_stretch_of_time_more_is_allowed_than_the_rate_says(
    rate: Rate, pauses: list[float]
) -> None:
    allowed, _ = ask(rate, pauses)
    for first in range(len(allowed)):
        for last in range(first, len(allowed)):
            seconds = allowed[last] - allowed[first]
            most = rate.at_once + seconds / rate.interval
            assert last - first + 1 <= most + 1e-6


@given(RATES, PAUSES)
def test_who_waits_as_told_is_let_in(rate: Rate, pauses: list[float]) -> None:
    buckets, now = Buckets(), 1_000.0
    for pause in pauses:
        now += pause
        if wait := buckets.take("who", rate, now):
            assert 0 < wait <= rate.interval + 1e-6
            assert buckets.take("who", rate, now + wait) == 0
            now += wait


@given(RATES, st.lists(st.floats(1, 3), max_size=60))
def test_who_stays_within_the_rate_never_waits(rate: Rate, slower: list[float]) -> None:
    _, waits = ask(rate, [rate.interval * each for each in slower])
    assert set(waits) <= {0.0}


@given(RATES)
def test_after_a_rest_as_much_as_ever_is_allowed_at_once(rate: Rate) -> None:
    buckets, rested = Buckets(), rate.at_once * rate.interval + 1
    for now in (0.0, rested):
        waits = [buckets.take("who", rate, now) for _ in range(rate.at_once)]
        assert waits == [0.0] * rate.at_once
    assert buckets.take("who", rate, rested) > 0


def test_one_who_asks_too_much_is_no_matter_to_others() -> None:
    buckets, rate = Buckets(), Rate(60, 2)
    assert [buckets.take("a", rate, 0) > 0 for _ in range(4)] == [False, False, True, True]
    assert buckets.take("b", rate, 0) == 0


@given(st.lists(st.tuples(st.integers(0, 50), st.floats(0, 10)), max_size=200))
def test_no_more_are_remembered_than_there_is_room_for(asked: list[tuple[int, float]]) -> None:
    buckets, now = Buckets(most=5), 0.0
    for who, pause in asked:
        now += pause
        buckets.take(who, Rate(60, 3), now)
        assert len(buckets) <= 5


def test_who_has_rested_is_forgotten() -> None:
    buckets = Buckets()
    for who in range(100):
        buckets.take(who, Rate(60, 1), now=0)
    buckets.take("later", Rate(60, 1), now=2)
    assert len(buckets) == 1


def test_a_setting_says_what_differs() -> None:
    assert read_limits("") == {name: usual(number) for name, number in DEFAULTS.items()}
    assert read_limits("session=60, sign-in=2")["session"] == Rate(60, 30)
    assert read_limits("sign-in=1")["sign-in"].at_once == 1
    assert read_limits("off") == {}


@pytest.mark.parametrize("wrong", ["sessions=60", "session", "session=0", "session=-1", "off,"])
def test_a_wrong_setting_is_refused_in_words(wrong: str) -> None:
    with pytest.raises(ValueError, match="write like session=1200"):
        read_limits(wrong)
