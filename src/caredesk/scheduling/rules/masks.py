"""A UTC day as 288 bits of five minutes, bit 0 first; a set bit is free (or open) time.

Days are joined by shifting, so a search over weeks is arithmetic on one integer and a day of 23
or 25 hours needs no case of its own: the bits are instants.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

SLOT_MINUTES = 5
SLOT = timedelta(minutes=SLOT_MINUTES)
SLOTS = 24 * 60 // SLOT_MINUTES
FULL_DAY = (1 << SLOTS) - 1

_BYTES = SLOTS // 8


def slots_of(minutes: int) -> int:
    """How many slots a duration touches; a begun slot counts."""
    return -(-minutes // SLOT_MINUTES)


def midnight(day: date) -> datetime:
    """The instant at which a UTC day begins."""
    return datetime.combine(day, time.min, UTC)


def instant_of(origin: date, slot: int) -> datetime:
    """The instant at which a slot begins, counted from the UTC day `origin`."""
    return midnight(origin) + slot * SLOT


def days_of(starts: datetime, ends: datetime) -> list[date]:
    """The UTC days that an interval touches; an end at midnight does not touch the next day."""
    first = starts.astimezone(UTC).date()
    last = max(starts, ends - timedelta(microseconds=1)).astimezone(UTC).date()
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def span(first: int, until: int) -> int:
    """The slots from `first` up to but without `until`; nothing when it is not after it."""
    return ((1 << (until - first)) - 1) << first if until > first else 0


def touched(origin: date, days: int, starts: datetime, ends: datetime) -> int:
    """Every slot the interval touches: what a booking takes, rounded outwards."""
    base = midnight(origin)
    first = (starts - base) // SLOT
    until = -((base - ends) // SLOT)
    return span(max(first, 0), min(until, days * SLOTS))


def inside(origin: date, days: int, starts: datetime, ends: datetime) -> int:
    """Only whole slots within the interval: what an opening gives, rounded inwards."""
    base = midnight(origin)
    first = -((base - starts) // SLOT)
    until = (ends - base) // SLOT
    return span(max(first, 0), min(until, days * SLOTS))


def join(days: Iterable[int]) -> int:
    """Consecutive days as one integer."""
    octets = b"".join(day.to_bytes(_BYTES, "little") for day in days)
    return int.from_bytes(octets, "little")


def split(mask: int, days: int) -> list[int]:
    """One integer as `days` consecutive days; what lies beyond is left out."""
    return [(mask >> (n * SLOTS)) & FULL_DAY for n in range(days)]


def runs(mask: int, length: int) -> int:
    """The slots at which a run of at least `length` set slots begins."""
    have = 1
    while have < length and mask:
        step = min(have, length - have)
        mask &= mask >> step
        have += step
    return mask


def longest_run(mask: int) -> int:
    """The length of the longest run of set slots."""
    return max(map(len, f"{mask:b}".split("0")))


def slots(mask: int) -> Iterable[int]:
    """The set slots in order."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def ranges(mask: int) -> list[tuple[int, int]]:
    """The runs of set slots as (first, until) in order."""
    found = []
    at = 0
    while mask:
        skip = (mask & -mask).bit_length() - 1
        mask >>= skip
        length = (~mask & (mask + 1)).bit_length() - 1
        found.append((at + skip, at + skip + length))
        mask >>= length
        at += skip + length
    return found


def to_bits(mask: int) -> str:
    """A day as PostgreSQL writes a bit(288): the leftmost digit is the first slot."""
    return f"{mask:0{SLOTS}b}"[::-1]


def from_bits(bits: str) -> int:
    """A day, or days written one after the other, from PostgreSQL's bit string."""
    return int(bits[::-1] or "0", 2)


def from_days(days: Sequence[str | None]) -> int:
    """Consecutive days from their bit strings in one conversion; None is a day without a row."""
    return from_bits("".join(bits or _NO_BITS for bits in days))


_NO_BITS = "0" * SLOTS


def grid(zone: ZoneInfo, origin: date, days: int, minutes: int) -> int:
    """The slots whose wall time in the zone falls on the grid of `minutes` from the full hour.

    Offsets of 30 and 45 minutes shift the grid, and a clock change within the day shifts it there.
    """
    mask = 0
    for n in range(days):
        mask |= _grid_of_day(zone, origin + timedelta(days=n), minutes) << (n * SLOTS)
    return mask


@lru_cache(maxsize=4096)
def _grid_of_day(zone: ZoneInfo, day: date, minutes: int) -> int:
    start = midnight(day)
    before = _offset_minutes(zone, start)
    after = _offset_minutes(zone, start + (SLOTS - 1) * SLOT)
    if before == after:
        return _stride(minutes, before % minutes)
    change = _first_slot_with(zone, start, after)
    early, late = span(0, change), span(change, SLOTS)
    return _stride(minutes, before % minutes) & early | _stride(minutes, after % minutes) & late


@lru_cache
def _stride(minutes: int, offset: int) -> int:
    return sum(1 << n for n in range(SLOTS) if (n * SLOT_MINUTES + offset) % minutes == 0)


def _offset_minutes(zone: ZoneInfo, at: datetime) -> int:
    offset = at.astimezone(zone).utcoffset()
    assert offset is not None
    return int(offset.total_seconds()) // 60


def _first_slot_with(zone: ZoneInfo, start: datetime, offset: int) -> int:
    low, high = 0, SLOTS - 1
    while low < high:
        middle = (low + high) // 2
        if _offset_minutes(zone, start + middle * SLOT) == offset:
            high = middle
        else:
            low = middle + 1
    return low
