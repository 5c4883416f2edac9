"""Where things stand on the day board: rows of five minutes, and the gaps between them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

ROW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of instants, end not included."""

    starts_at: datetime
    ends_at: datetime


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
