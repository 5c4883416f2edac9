"""The one clock, and the one place where wall times become instants.

Rules never read the clock: `now` is passed to them. SQL only ever sees instants.
"""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache
from typing import cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings

from caredesk.kernel.errors import Refused

_stopped_at: ContextVar[datetime | None] = ContextVar("stopped_at", default=None)


def now() -> datetime:
    """The instant at the desk. A demo practice's clock is moved by a fixed offset."""
    return _stopped_at.get() or datetime.now(UTC) + timedelta(
        seconds=settings.CAREDESK_CLOCK_OFFSET
    )


def today(zone: str) -> date:
    return now().astimezone(zone_named(zone)).date()


@cache
def zone_named(name: str) -> tzinfo:
    """A zone by its name, or a fixed offset as it is kept of what was sent ("+05:30").

    What is neither is read as UTC: a row that was kept wrongly must still be readable.
    """
    try:
        return cast(tzinfo, datetime.strptime(name, "%z").tzinfo)
    except ValueError:
        pass
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


@contextlib.contextmanager
def stopped_at(instant: datetime) -> Iterator[None]:
    """The clock stands at `instant` in this context: for tests and for made-up history."""
    token = _stopped_at.set(instant)
    try:
        yield
    finally:
        _stopped_at.reset(token)


def instant(wall: datetime, zone: str, *, fold: int | None = None, field: str = "") -> datetime:
    """The UTC instant at which clocks in `zone` show `wall` (naive).

    A time that the clocks skip is refused with the next that exists; a time that comes twice is
    refused with both as choices, unless `fold` says which (0 the first, 1 the second: PEP 495).
    """
    if wall.tzinfo is not None:
        raise ValueError("a wall time carries no zone")
    local = ZoneInfo(zone)
    first = wall.replace(tzinfo=local, fold=0)
    second = wall.replace(tzinfo=local, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    if _shown(first, local) != wall:
        _refuse_skipped(wall, first, local, field)
    if fold is None:
        _ask_which(wall, first, second, field)
    return (second if fold else first).astimezone(UTC)


def _shown(moment: datetime, local: ZoneInfo) -> datetime:
    return moment.astimezone(UTC).astimezone(local).replace(tzinfo=None)


def _refuse_skipped(wall: datetime, moment: datetime, local: ZoneInfo, field: str) -> None:
    # Read with the offset before the change, a skipped time lies exactly the gap further on.
    following = _first_after_gap(moment.replace(fold=1), local)
    raise Refused(
        f"{_clock_words(wall)} does not exist on {wall:%a %-d %b %Y}: the clocks go forward.",
        field=field,
        next_step=f"The next time that exists is {_clock_words(following)}.",
        choices=((following.isoformat(), _clock_words(following)),),
    )


def _clock_words(wall: datetime) -> str:
    """2:30 am: where the clocks change, the half of the day is always said."""
    return f"{wall:%-I:%M} {'am' if wall.hour < 12 else 'pm'}"


def _first_after_gap(moment: datetime, local: ZoneInfo) -> datetime:
    before = moment.astimezone(UTC)
    gap_end = before
    offset_before = before.astimezone(local).utcoffset()
    while gap_end.astimezone(local).utcoffset() == offset_before:
        gap_end += timedelta(minutes=1)
    return gap_end.replace(second=0, microsecond=0).astimezone(local).replace(tzinfo=None)


def _ask_which(wall: datetime, first: datetime, second: datetime, field: str) -> None:
    names = [(str(moment.fold), f"{_clock_words(wall)} {moment:%Z}") for moment in (first, second)]
    raise Refused(
        f"{_clock_words(wall)} comes twice on {wall:%a %-d %b %Y}: the clocks go back.",
        field=field,
        next_step=f"Choose {names[0][1]} (the first) or {names[1][1]} (the second).",
        choices=tuple(names),
    )
