"""The flow of the day: what may follow what."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from caredesk.scheduling.rules.flow import (
    FOLLOWS,
    STEPS,
    State,
    Taken,
    refusal,
    state_after,
    waited,
)

PHOENIX = ZoneInfo("America/Phoenix")
NINE = datetime(2026, 11, 24, 16, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def refused(state: State, wanted: State, at: datetime = NINE, **more: object) -> str | None:
    facts = {
        "now": NINE + 60 * MINUTE,
        "last_step_at": None,
        "starts_at": NINE,
        "booked_at": NINE - 20 * DAY,
        **more,
    }
    return refusal(state, wanted, at=at, zone=PHOENIX, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "day",
    [
        "confirmed arrived in_room with_practitioner done left",
        "arrived with_practitioner in_room with_practitioner done",
        "arrived done left",
        "arrived left",
        "confirmed no_show",
        "no_show arrived in_room done",
    ],
)
def test_days_that_happen(day: str) -> None:
    state = State.BOOKED
    for word in day.split():
        assert refused(state, State(word)) is None
        state = State(word)


def test_nothing_is_confirmed_before_it_is_booked() -> None:
    long_ago = datetime(1900, 1, 1, tzinfo=UTC)
    said = refused(State.BOOKED, State.CONFIRMED, long_ago)
    assert said == "The visit was not booked until Wed 4 Nov 2026."
    # A call is answered, and the visit written down a minute later.
    assert refused(State.BOOKED, State.CONFIRMED, NINE - 20 * DAY - MINUTE) is None


def test_an_arrival_can_be_caught_up_with_for_a_week() -> None:
    for days, may in ((1, True), (7, True), (8, False), (40, False)):
        at = NINE + days * DAY
        assert (refused(State.BOOKED, State.ARRIVED, at, now=at) is None) is may, days
    late = NINE + 40 * DAY
    assert refused(State.BOOKED, State.ARRIVED, NINE, now=late) is None
    assert refused(State.BOOKED, State.NO_SHOW, late, now=late) is None


@pytest.mark.parametrize(
    ("state", "wanted", "says"),
    [
        ("booked", "in_room", "can become confirmed or arrived or no-show"),
        ("booked", "done", "cannot become done"),
        ("arrived", "no_show", "cannot become no-show"),
        ("done", "arrived", "can become left"),
        ("left", "done", "nothing follows"),
        ("cancelled", "arrived", "is cancelled; nothing follows"),
        ("withdrawn", "confirmed", "nothing follows"),
    ],
)
def test_days_that_do_not(state: str, wanted: str, says: str) -> None:
    assert says in (refused(State(state), State(wanted)) or "")


def test_times_of_steps() -> None:
    assert "not come yet" in (refused(State.BOOKED, State.ARRIVED, NINE + 61 * MINUTE) or "")
    before = refused(State.ARRIVED, State.IN_ROOM, NINE, last_step_at=NINE + 5 * MINUTE)
    assert before == "This is before the last step, 9:05."
    early = refused(State.BOOKED, State.NO_SHOW, now=NINE, starts_at=NINE + 15 * MINUTE)
    assert "begins at 9:15" in (early or "")
    tomorrow = refused(State.BOOKED, State.ARRIVED, starts_at=NINE + timedelta(days=1))
    assert tomorrow == "The visit is on Wed 25 Nov 2026, not today."
    assert refused(State.BOOKED, State.CONFIRMED, starts_at=NINE + timedelta(days=1)) is None


def test_retracting_the_last_step_brings_back_the_state_before() -> None:
    steps = [Taken(State.CONFIRMED, NINE), Taken(State.ARRIVED, NINE + MINUTE)]
    assert state_after(steps) is State.ARRIVED
    assert state_after(steps[:-1]) is State.CONFIRMED
    assert state_after([]) is State.BOOKED


def test_waiting_counts_from_the_arrival_until_somebody_comes() -> None:
    steps = [Taken(State.ARRIVED, NINE), Taken(State.IN_ROOM, NINE + 10 * MINUTE)]
    assert waited(steps, NINE + 25 * MINUTE) == 25 * MINUTE
    seen = [*steps, Taken(State.WITH_PRACTITIONER, NINE + 20 * MINUTE)]
    assert waited(seen, NINE + 25 * MINUTE) is None
    assert waited([], NINE) is None


def test_every_state_has_its_place() -> None:
    assert set(FOLLOWS) == set(State)
    assert {after for states in FOLLOWS.values() for after in states} == STEPS
