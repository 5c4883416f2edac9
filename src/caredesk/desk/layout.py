"""Where things stand on the day board: rows of five minutes, lanes side by side, gaps between."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

ROW = timedelta(minutes=5)

# The stylesheet has lanes for these numbers side by side.
LANES = (1, 2, 3, 4, 6)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of instants, end not included."""

    starts_at: datetime
    ends_at: datetime

    def overlaps(self, other: "Span") -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True, slots=True)
class Lane:
    """The `number`-th of so many lanes side by side, from 1."""

    number: int
    of: int


@dataclass(frozen=True, slots=True)
class Frame:
    """The stretch of the day that a board shows."""

    starts_at: datetime
    ends_at: datetime

    @property
    def rows(self) -> int:
        return -((self.starts_at - self.ends_at) // ROW)

    def row(self, instant: datetime) -> int:
        """The row in which an instant lies, within the frame."""
        return min(max((instant - self.starts_at) // ROW, 0), self.rows)

    def place(self, span: Span) -> tuple[int, int]:
        """The first row of a span and how many rows it covers, at least one."""
        first = min(self.row(span.starts_at), self.rows - 1)
        last = self.row(span.ends_at - timedelta(microseconds=1))
        return first, max(1, min(last, self.rows - 1) - first + 1)


def side_by_side(spans: Sequence[Span]) -> list[Lane]:
    """A lane for each span, so that no two that overlap share one; touching ones may."""
    lanes: list[Lane] = [Lane(1, 1)] * len(spans)
    for group in _overlapping_groups(spans):
        numbers = _numbered(spans, group)
        most = max(numbers.values())
        of = next((each for each in LANES if each >= most), LANES[-1])
        for index, number in numbers.items():
            lanes[index] = Lane(min(number, of), of)
    return lanes


def _overlapping_groups(spans: Sequence[Span]) -> Iterable[list[int]]:
    order = sorted(range(len(spans)), key=lambda i: (spans[i].starts_at, spans[i].ends_at))
    group: list[int] = []
    ends_at: datetime | None = None
    for index in order:
        if ends_at is not None and spans[index].starts_at >= ends_at:
            yield group
            group, ends_at = [], None
        group.append(index)
        ends_at = max(ends_at or spans[index].ends_at, spans[index].ends_at)
    if group:
        yield group


def _numbered(spans: Sequence[Span], group: list[int]) -> dict[int, int]:
    """The first lane that is free again when each span begins."""
    free_from: list[datetime] = []
    numbers: dict[int, int] = {}
    for index in group:
        lane = next(
            (n for n, ends_at in enumerate(free_from) if ends_at <= spans[index].starts_at),
            len(free_from),
        )
        if lane == len(free_from):
            free_from.append(spans[index].ends_at)
        free_from[lane] = spans[index].ends_at
        numbers[index] = lane + 1
    return numbers


def between(whole: Span, taken: Iterable[Span]) -> list[Span]:
    """What is left of `whole` when everything in `taken` is cut out of it."""
    left: list[Span] = []
    at = whole.starts_at
    for each in sorted(taken, key=lambda span: span.starts_at):
        if each.starts_at > at:
            left.append(Span(at, min(each.starts_at, whole.ends_at)))
        at = max(at, each.ends_at)
        if at >= whole.ends_at:
            break
    if at < whole.ends_at:
        left.append(Span(at, whole.ends_at))
    return left


def frame_around(spans: Iterable[Span], usual: Span, day: Span) -> Frame:
    """Whole hours around everything shown, at least the usual hours, within the day."""
    everything = [usual, *spans]
    starts_at = max(min(each.starts_at for each in everything), day.starts_at)
    ends_at = min(max(each.ends_at for each in everything), day.ends_at)
    hour = timedelta(hours=1)
    before = (starts_at - day.starts_at) // hour * hour
    after = -((day.starts_at - ends_at) // hour) * hour
    return Frame(day.starts_at + before, min(day.starts_at + after, day.ends_at))
