"""The states of a visit on its day, and what may follow what.

A step forward may pass over others (a short visit goes from arrived to done), but whoever is in
a room has arrived. A wrong step is retracted, which brings back the state before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum


class State(StrEnum):
    """Where a visit stands."""

    BOOKED = "booked"
    CONFIRMED = "confirmed"
    ARRIVED = "arrived"
    IN_ROOM = "in_room"
    WITH_PRACTITIONER = "with_practitioner"
    DONE = "done"
    LEFT = "left"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"

    @property
    def words(self) -> str:
        """As one says it at the desk."""
        return self.value.replace("_", "-" if self is State.NO_SHOW else " ")


FOLLOWS: dict[State, tuple[State, ...]] = {
    State.BOOKED: (State.CONFIRMED, State.ARRIVED, State.NO_SHOW),
    State.CONFIRMED: (State.ARRIVED, State.NO_SHOW),
    State.ARRIVED: (State.IN_ROOM, State.WITH_PRACTITIONER, State.DONE, State.LEFT),
    State.IN_ROOM: (State.WITH_PRACTITIONER, State.DONE, State.LEFT),
    State.WITH_PRACTITIONER: (State.DONE, State.IN_ROOM, State.LEFT),
    State.DONE: (State.LEFT,),
    State.LEFT: (),
    State.NO_SHOW: (State.ARRIVED,),
    State.CANCELLED: (),
    State.WITHDRAWN: (),
}

AHEAD = frozenset({State.BOOKED, State.CONFIRMED})
"""Still to come: may be moved and cancelled."""

HERE = frozenset({State.ARRIVED, State.IN_ROOM, State.WITH_PRACTITIONER})
"""The patient is in the house."""

GONE = frozenset({State.CANCELLED, State.WITHDRAWN})
"""Holds no time any more."""

STEPS = frozenset(State) - GONE - {State.BOOKED}
"""What can be recorded as a step; cancelling and withdrawing are actions of their own."""


LATEST_ARRIVAL_DAYS = 7
"""After its day a visit's arrival can be recorded for a week: a desk catches up."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was recorded and not retracted."""

    state: State
    at: datetime


def way_back(state: State) -> str:
    """What to press on the visit's panel, so that it is still to come again."""
    if state is State.CANCELLED:
        return "Press “Take back the cancellation” on the visit first, or book a new visit."
    if state in AHEAD or state in GONE:
        return "Book a new visit instead."
    return f"If it is wrong, press Take back “{state.words.capitalize()}” on the visit first."


def next_steps(state: State) -> tuple[State, ...]:
    """What may follow, the usual first."""
    return FOLLOWS[state]


def state_after(steps: Sequence[Taken]) -> State:
    """The state that the steps lead to, in the order in which they were recorded."""
    return steps[-1].state if steps else State.BOOKED


def refusal(
    state: State,
    wanted: State,
    *,
    at: datetime,
    now: datetime,
    last_step_at: datetime | None,
    starts_at: datetime,
    booked_at: datetime,
    zone: tzinfo,
) -> str | None:
    """Why a step cannot be recorded; None when it can."""
    if wanted not in FOLLOWS[state]:
        return _not_after(state, wanted)
    if at > now:
        return "This time has not come yet."
    if last_step_at is not None and at < last_step_at:
        return f"This is before the last step, {_clock(last_step_at, zone)}."
    return _not_then(wanted, at, starts_at, booked_at, zone)


def _not_then(
    wanted: State, at: datetime, starts_at: datetime, booked_at: datetime, zone: tzinfo
) -> str | None:
    """Why a step cannot have been on that day."""
    if wanted is State.NO_SHOW and at < starts_at:
        return f"The visit begins at {_clock(starts_at, zone)}; until then nobody has missed it."
    if wanted is State.CONFIRMED and _days_apart(at, booked_at, zone) < 0:
        return f"The visit was not booked until {_day(booked_at, zone)}."
    if wanted not in (State.CONFIRMED, State.NO_SHOW) and _days_apart(at, starts_at, zone) < 0:
        return f"The visit is on {_day(starts_at, zone)}, not today."
    if wanted is State.ARRIVED and _days_apart(at, starts_at, zone) > LATEST_ARRIVAL_DAYS:
        return f"The visit was on {_day(starts_at, zone)}; nobody arrives for it any more."
    return None


def _not_after(state: State, wanted: State) -> str:
    if not FOLLOWS[state]:
        return f"This visit is {state.words}; nothing follows that."
    can = " or ".join(step.words for step in FOLLOWS[state])
    return f"A visit that is {state.words} cannot become {wanted.words}; it can become {can}."


def _clock(at: datetime, zone: tzinfo) -> str:
    local = at.astimezone(zone)
    return f"{local:%-I:%M}" + (" pm" if local.hour >= 12 else "")


def _day(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%a %-d %b %Y}"


def _days_apart(at: datetime, starts_at: datetime, zone: tzinfo) -> int:
    return (at.astimezone(zone).date() - starts_at.astimezone(zone).date()).days


def waited(steps: Sequence[Taken], now: datetime) -> timedelta | None:
    """How long somebody who arrived has been waiting to be seen; None when nobody waits."""
    state = state_after(steps)
    if state not in (State.ARRIVED, State.IN_ROOM):
        return None
    arrived = [step.at for step in steps if step.state is State.ARRIVED]
    return now - max(arrived) if arrived else None
