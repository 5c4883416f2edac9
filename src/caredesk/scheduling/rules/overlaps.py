"""Intervals that meet in time; touching ends do not meet."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol


class Interval(Protocol):
    """Anything that begins and ends."""

    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...


def meets(one: Interval, other: Interval) -> bool:
    """Whether two intervals share a moment."""
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def meeting[T: Interval](one: Interval, others: Iterable[T]) -> list[T]:
    """Those of the others that share a moment with the one, in the order of time."""
    return sorted((other for other in others if meets(one, other)), key=lambda o: o.starts_at)


def side_by_side[T: Interval](visits: Sequence[T]) -> list[tuple[T, int, int]]:
    """Each visit with its track and how many tracks its group needs: how a column draws overlaps.

    Imported visits may overlap without any booking, so the lanes of bookings do not tell this.
    """
    drawn: list[tuple[T, int, int]] = []
    group: list[tuple[T, int]] = []
    ends: list[datetime] = []
    for visit in sorted(visits, key=lambda one: (one.starts_at, one.ends_at)):
        if ends and visit.starts_at >= max(ends):
            drawn += [(one, track, len(ends)) for one, track in group]
            group, ends = [], []
        track = next((n for n, end in enumerate(ends) if end <= visit.starts_at), len(ends))
        ends[track : track + 1] = [visit.ends_at]
        group.append((visit, track))
    return drawn + [(one, track, len(ends)) for one, track in group]
