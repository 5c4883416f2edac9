"""Weekly hours and their exceptions, written in a site's wall time, as open slots of UTC days.

Each edge of an opening is one instant: a repeated time is its first occurrence, a time that the
clock jumps over is the moment of the jump. So hours that meet on the wall meet in time as well,
on every night of the year, and no hour is open twice or lost between two of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from . import masks

ONE_DAY = timedelta(days=1)


class Kind(StrEnum):
    """Why hours differ from the weekly ones. Leave wins over extra hours, those over a holiday."""

    LEAVE = "leave"
    HOLIDAY = "holiday"
    EXTRA = "extra"


@dataclass(frozen=True, slots=True)
class Weekly:
    """Hours of one weekday (Monday is 0); an `until` not after `since` lies on the next day."""

    weekday: int
    since: time
    until: time
    valid_from: date
    valid_until: date | None = None
    visit_types: frozenset[UUID] | None = None


@dataclass(frozen=True, slots=True)
class Exceptional:
    """A stretch of wall time in which the weekly hours do not hold."""

    kind: Kind
    since: datetime
    until: datetime
    visit_types: frozenset[UUID] | None = None


@dataclass(frozen=True, slots=True)
class Openings:
    """Open slots for the visit types named, or (`all_but`) for every type except those named."""

    visit_types: frozenset[UUID]
    all_but: bool
    open: int


def edge(wall: datetime, zone: ZoneInfo) -> datetime:
    """The one instant that a wall time stands for as the edge of an opening."""
    instant = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall:
        return instant
    return _jump(wall, zone)


def _jump(wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which the clock jumps over a wall time."""
    low = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    high = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).replace(tzinfo=None) < wall:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)


def wall_day(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The instants between which a calendar day lies in a zone (23, 24 or 25 hours apart)."""
    start = datetime.combine(day, time.min)
    return edge(start, zone), edge(start + ONE_DAY, zone)


def stretch(day: date, since: time, until: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The instants of a stretch of a calendar day; past midnight when it does not end after it."""
    starts = datetime.combine(day, since)
    ends = datetime.combine(day if until > since else day + ONE_DAY, until)
    return edge(starts, zone), edge(ends, zone)


@dataclass(frozen=True, slots=True)
class Hours:
    """All hours of one resource at one site."""

    weekly: Sequence[Weekly]
    exceptions: Sequence[Exceptional]
    zone: ZoneInfo
    unless_given_always: bool = False
    """A room or device that was given no weekly hours is open at all times."""


def open_slots(hours: Hours, origin: date, days: int) -> list[list[Openings]]:
    """For each UTC day from `origin`, which slots are open for which visit types.

    Days on which all types share the same hours have one entry; closed days have none.
    """
    others = masks.split(_open_for(None, hours, origin, days), days)
    per_type = {
        visit_type: masks.split(_open_for(visit_type, hours, origin, days), days)
        for visit_type in sorted(_named(hours))
    }
    return [
        _grouped(others[n], {visit_type: split[n] for visit_type, split in per_type.items()})
        for n in range(days)
    ]


def _named(hours: Hours) -> set[UUID]:
    rows: Iterable[Weekly | Exceptional] = (*hours.weekly, *hours.exceptions)
    return {visit_type for row in rows for visit_type in row.visit_types or ()}


def _grouped(others: int, per_type: dict[UUID, int]) -> list[Openings]:
    groups: dict[int, set[UUID]] = {}
    for visit_type, mask in per_type.items():
        if mask != others:
            groups.setdefault(mask, set()).add(visit_type)
    special = frozenset(visit_type for group in groups.values() for visit_type in group)
    found = [Openings(special, True, others)] if others else []
    return found + [Openings(frozenset(group), False, m) for m, group in groups.items() if m]


def _open_for(visit_type: UUID | None, hours: Hours, origin: date, days: int) -> int:
    always = hours.unless_given_always and not hours.weekly
    usual = masks.span(0, days * masks.SLOTS) if always else 0
    for row in hours.weekly:
        if _applies(row.visit_types, visit_type):
            usual |= _weekly_slots(row, hours.zone, origin, days)
    by_kind = dict.fromkeys(Kind, 0)
    for exception in hours.exceptions:
        if _applies(exception.visit_types, visit_type):
            by_kind[exception.kind] |= _exceptional_slots(exception, hours.zone, origin, days)
    return (usual & ~by_kind[Kind.HOLIDAY] | by_kind[Kind.EXTRA]) & ~by_kind[Kind.LEAVE]


def _applies(visit_types: frozenset[UUID] | None, visit_type: UUID | None) -> bool:
    return visit_types is None or visit_type in visit_types


def _weekly_slots(row: Weekly, zone: ZoneInfo, origin: date, days: int) -> int:
    mask = 0
    # A calendar day lies on up to two UTC days and hours may run past midnight: look around.
    first = max(origin - 2 * ONE_DAY, row.valid_from)
    last = origin + (days + 1) * ONE_DAY
    if row.valid_until is not None:
        last = min(last, row.valid_until)
    day = first + (row.weekday - first.weekday()) % 7 * ONE_DAY
    while day <= last:
        starts, ends = stretch(day, row.since, row.until, zone)
        mask |= masks.inside(origin, days, starts, ends)
        day += 7 * ONE_DAY
    return mask


def _exceptional_slots(row: Exceptional, zone: ZoneInfo, origin: date, days: int) -> int:
    starts, ends = edge(row.since, zone), edge(row.until, zone)
    rounded = masks.inside if row.kind is Kind.EXTRA else masks.touched
    return rounded(origin, days, starts, ends)
