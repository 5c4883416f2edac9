"""The first times at which everything a visit needs is free together.

Per resource one integer holds its free slots from the first day on; a run of k slots is found by
shifts, "all of these" is AND and "any of these" is OR. The cost depends on the days looked at,
never on how many visits there are or were.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from hashlib import blake2b
from itertools import islice
from uuid import UUID
from zoneinfo import ZoneInfo

from . import masks
from .openings import ONE_DAY, stretch

WINDOWS = (3, 11, 28, 48)
ALL_WEEK = frozenset(range(7))

_SPARE_MINUTES = 10 * 60


@dataclass(frozen=True, slots=True)
class Need:
    """One thing a visit takes: any one of the resources, with margins in slots around the visit."""

    any_of: tuple[UUID, ...]
    before: int = 0
    after: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """A site with its zone and what the visit needs there; the first need leads.

    Options differ in their leading resource (the practitioner); the rest is chosen for them.
    """

    site: UUID
    zone: ZoneInfo
    needs: tuple[Need, ...]

    @property
    def resources(self) -> tuple[UUID, ...]:
        """Every resource that the visit may take at this site."""
        return tuple(dict.fromkeys(one for need in self.needs for one in need.any_of))


@dataclass(frozen=True, slots=True)
class Times:
    """Weekdays (Monday is 0) and a time of day; from midnight to midnight is the whole day."""

    weekdays: frozenset[int] = ALL_WEEK
    since: time = time.min
    until: time = time.min


ANY_TIME = Times()


@dataclass(frozen=True, slots=True)
class Wish:
    """What the caller asks for. A visit starts within the times of day, it may end after them."""

    minutes: int
    grid_minutes: int
    after: datetime
    days: int = 90
    times: Times = ANY_TIME
    limit: int = 10
    each_time: int = 3


@dataclass(frozen=True, slots=True)
class Option:
    """A free time with one resource for each need, in the order of the needs."""

    site: UUID
    starts_at: datetime
    ends_at: datetime
    chosen: tuple[UUID, ...]


type Calendar = Mapping[tuple[UUID, UUID], int]
"""Free slots by (resource, site), counted from the first day asked for."""

type Reader = Callable[[date, int], Calendar]
"""Reads the free slots of so many UTC days from a day on."""


@dataclass(slots=True)
class _Search:
    wish: Wish
    origin: date
    known: dict[tuple[UUID, UUID], int] = field(default_factory=dict)
    days: int = 0

    def extend(self, read: Reader, days: int) -> None:
        shift = self.days * masks.SLOTS
        for key, mask in read(self.origin + self.days * ONE_DAY, days).items():
            self.known[key] = self.known.get(key, 0) | mask << shift
        self.days += days


def first_free(places: Sequence[Place], wish: Wish, read: Reader) -> list[Option]:
    """The first free times, read in windows that grow until there are enough or the days end."""
    return list(islice(_every(places, wish, read), wish.limit))


def nearest_free(
    places: Sequence[Place], wish: Wish, read: Reader, moment: datetime
) -> list[Option]:
    """The free times nearest to a moment by the clock, the nearest first.

    Earlier ones count from `wish.after` on; of two that are as near, the earlier stands first.
    """
    found: list[Option] = []
    following = 0
    for option in _every(places, wish, read):
        found.append(option)
        following += option.starts_at >= moment
        if following == wish.limit:
            break
    return sorted(found, key=lambda one: abs(one.starts_at - moment))[: wish.limit]


def _every(places: Sequence[Place], wish: Wish, read: Reader) -> Iterator[Option]:
    """All free times in their order. What is read grows as they are asked for."""
    search = _Search(wish, masks.days_of(wish.after, wish.after)[0] - ONE_DAY)
    # One day before the first and one after the last: set-up and visits cross a UTC midnight.
    done, margin = 1, 2
    for window in windows(wish.days):
        search.extend(read, window + margin)
        margin = 0
        until = search.days - 1
        yield from _options(search, places, done, until)
        done = until


def days_touched(places: Sequence[Place], wish: Wish) -> frozenset[int]:
    """The weekdays of all UTC days that a visit on the wished weekdays may touch.

    A day on the wall begins up to 14 hours before the UTC day and ends up to 12 hours after it:
    with ten hours of visit and margins to spare on either side, the days beside it suffice.
    """
    margins = max(max(need.before, need.after) for place in places for need in place.needs)
    longest = wish.minutes + margins * masks.SLOT_MINUTES
    if longest > _SPARE_MINUTES:
        return ALL_WEEK
    return frozenset((day + beside) % 7 for day in wish.times.weekdays for beside in (-1, 0, 1))


def windows(days: int) -> Iterator[int]:
    """The sizes of the windows in which so many days are read."""
    sizes = iter(WINDOWS)
    while days > 0:
        size = min(next(sizes, WINDOWS[-1]), days)
        yield size
        days -= size


def _options(
    search: _Search, places: Sequence[Place], first_day: int, until_day: int
) -> Iterator[Option]:
    """Options that start on these days (counted from the origin) in the order of time."""
    leads: list[tuple[Place, UUID, int]] = []
    rest: dict[UUID, list[dict[UUID, int]]] = {}
    anyone = 0
    for place in places:
        allowed, rest[place.site] = _rest(search, place, first_day, until_day)
        for lead in dict.fromkeys(place.needs[0].any_of):
            starts = allowed and allowed & _starts(search, place, place.needs[0], lead)
            if starts:
                leads.append((place, lead, starts))
                anyone |= starts
    for slot in masks.slots(anyone):
        bit = 1 << slot
        yield from _at(search, [(p, r) for p, r, starts in leads if starts & bit], rest, slot)


def _rest(
    search: _Search, place: Place, first_day: int, until_day: int
) -> tuple[int, list[dict[UUID, int]]]:
    """When the visit may start for everything but the leading need, and what is free then."""
    wish = search.wish
    allowed = masks.span(first_day * masks.SLOTS, until_day * masks.SLOTS)
    allowed &= ~masks.span(0, _slot_from(search.origin, wish.after))
    allowed &= masks.grid(place.zone, search.origin, search.days, wish.grid_minutes)
    if wish.times != ANY_TIME:
        allowed &= starting_times(wish.times, place.zone, search.origin, search.days)
    pools = []
    for need in place.needs[1:]:
        pool = {one: _starts(search, place, need, one) for one in dict.fromkeys(need.any_of)}
        together = 0
        for starts in pool.values():
            together |= starts
        allowed &= together
        pools.append(pool)
    return allowed, pools


def _slot_from(origin: date, after: datetime) -> int:
    return max(-((masks.midnight(origin) - after) // masks.SLOT), 0)


def _starts(search: _Search, place: Place, need: Need, resource: UUID) -> int:
    """The slots at which a visit may start so that the resource is free with its margins."""
    mask = search.known.get((resource, place.site), 0)
    length = need.before + masks.slots_of(search.wish.minutes) + need.after
    return masks.runs(mask, length) << need.before


@lru_cache(maxsize=256)
def starting_times(times: Times, zone: ZoneInfo, origin: date, days: int) -> int:
    """The slots at which a visit may start for the wall's weekday and time of day."""
    mask = 0
    for n in range(-2, days + 2):
        day = origin + n * ONE_DAY
        if day.weekday() in times.weekdays:
            starts, ends = stretch(day, times.since, times.until, zone)
            mask |= _starting_slots(origin, days, starts, ends)
    return mask


def _starting_slots(origin: date, days: int, starts: datetime, ends: datetime) -> int:
    first, until = _slot_from(origin, starts), _slot_from(origin, ends)
    return masks.span(first, min(until, days * masks.SLOTS))


def _at(
    search: _Search,
    leads: list[tuple[Place, UUID]],
    rest: dict[UUID, list[dict[UUID, int]]],
    slot: int,
) -> Iterator[Option]:
    """The options of one moment: a few of those who could lead it, taken in turn."""
    starts_at = masks.instant_of(search.origin, slot)
    ends_at = starts_at + timedelta(minutes=search.wish.minutes)
    given = 0
    for place, lead in sorted(leads, key=lambda one: turn(one[1], starts_at)):
        pools = [
            [one for one, starts in pool.items() if starts >> slot & 1] for pool in rest[place.site]
        ]
        chosen = assign([[lead], *pools], starts_at)
        if chosen is not None:
            yield Option(place.site, starts_at, ends_at, chosen)
            given += 1
            if given == search.wish.each_time:
                return


def turn(resource: UUID, starts_at: datetime, beside: UUID | None = None) -> bytes:
    """A fixed number for resource and moment: the least is chosen, so everyone comes in turn."""
    seed = resource.bytes + int(starts_at.timestamp()).to_bytes(8, "big", signed=True)
    return blake2b(seed + (beside.bytes if beside else b""), digest_size=8).digest()


def assign(pools: Sequence[Sequence[UUID]], starts_at: datetime) -> tuple[UUID, ...] | None:
    """One resource of each pool, none twice; None when that cannot be. The first pool leads.

    Beside another leading resource another room has its turn, so two visits of the same moment
    seldom want the same one.
    """
    beside = pools[0][0] if pools and len(pools[0]) == 1 else None
    in_turn = [sorted(pool, key=lambda one: turn(one, starts_at, beside)) for pool in pools]
    return _assign(in_turn, ())


def _assign(pools: Sequence[Sequence[UUID]], chosen: tuple[UUID, ...]) -> tuple[UUID, ...] | None:
    if len(chosen) == len(pools):
        return chosen
    for one in pools[len(chosen)]:
        if one not in chosen:
            found = _assign(pools, (*chosen, one))
            if found is not None:
                return found
    return None
