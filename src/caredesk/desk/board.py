"""The day board as the template wants it: every visit, gap and closed stretch at its rows."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from caredesk.desk.layout import ROW, Frame, Span, between, frame_around
from caredesk.scheduling.queries import BoardHold, BoardVisit, Cancelled, Column, DayBoard
from caredesk.ui.times import clock_words

USUAL_HOURS = (time(8), time(17))

_COUNTED = (
    ("arrived", "arrived", ("arrived", "in_room")),
    ("with_practitioner", "with practitioner", ("with_practitioner",)),
    ("booked", "to come", ("booked", "confirmed")),
    ("no_show", "no-show", ("no_show",)),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """Something at its rows; `kind` says which of the others is set."""

    kind: str
    at: int
    rows: int
    span: Span
    visit: BoardVisit | None = None
    hold: BoardHold | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """A column of the board."""

    id: str
    column: Column
    hours: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many visits are in a state, with its mark."""

    mark: str
    count: int
    words: str


@dataclass(frozen=True, slots=True)
class Board:
    """A day at a site, ready to be drawn. `now_row` is None on other days."""

    day: DayBoard
    frame: Frame
    zone: str
    lanes: list[Lane]
    hours: list[Cell]
    tallies: list[Tally]
    now_row: int | None
    cancelled: list[Cancelled] = field(default_factory=list)


def drawn(day: DayBoard) -> Board:
    """Give everything on the day its place. The day is of one site."""
    site = day.sites[0]
    zone = ZoneInfo(site.zone)
    usual = Span(*(datetime.combine(day.day, at, zone) for at in USUAL_HOURS))
    frame = frame_around(_everything(day), usual, Span(site.starts_at, site.ends_at))
    lanes = [_lane(column, frame, day.now, number) for number, column in enumerate(day.columns)]
    is_now = frame.starts_at <= day.now < frame.ends_at
    return Board(
        day=day,
        frame=frame,
        zone=site.zone,
        lanes=lanes,
        hours=list(_hours(frame, zone)),
        tallies=list(_tallies(day)),
        now_row=frame.row(day.now) if is_now else None,
        cancelled=day.cancelled,
    )


def _everything(day: DayBoard) -> Iterable[Span]:
    for column in day.columns:
        yield from (Span(each.starts_at, each.ends_at) for each in column.opens)
        yield from (Span(each.takes_from, each.takes_until) for each in column.visits)
        yield from (Span(each.starts_at, each.ends_at) for each in column.holds)


def _hours(frame: Frame, zone: ZoneInfo) -> Iterable[Cell]:
    at = frame.starts_at
    while at < frame.ends_at:
        span = Span(at, at + timedelta(hours=1))
        local = at.astimezone(zone)
        words = f"{local.hour % 12 or 12} {'am' if local.hour < 12 else 'pm'}"
        yield Cell("hour", *frame.place(span), span, words=words)
        at = span.ends_at


def _tallies(day: DayBoard) -> Iterable[Tally]:
    states = {
        visit.appointment: visit.state
        for c in day.columns
        for visit in c.visits
        if not visit.is_restricted
    }
    counts = Counter(str(state) for state in states.values())
    for mark, words, counted in _COUNTED:
        count = sum(counts[state] for state in counted)
        if count:
            yield Tally(mark, count, words)


def _lane(column: Column, frame: Frame, now: datetime, number: int) -> Lane:
    cells = [_visit(visit, frame) for visit in column.visits]
    cells += [_hold(hold, frame) for hold in column.holds]
    cells += [
        Cell("closed", *frame.place(span), span, words=f"At {each.site_name}")
        for each in column.elsewhere
        for span in [Span(each.starts_at, each.ends_at)]
    ]
    taken = [cell.span for cell in cells]
    opens = [Span(each.starts_at, each.ends_at) for each in column.opens]
    cells += _gaps(opens, taken, frame, now)
    whole = Span(frame.starts_at, frame.ends_at)
    cells += [Cell("closed", *frame.place(span), span) for span in between(whole, [*opens, *taken])]
    cells.sort(key=lambda cell: (cell.span.starts_at, cell.visit.track if cell.visit else 0))
    return Lane(f"column-{number}", column, _hours_words(opens, column.zone), cells)


def _visit(visit: BoardVisit, frame: Frame) -> Cell:
    span = Span(visit.takes_from, visit.takes_until)
    return Cell("visit", *frame.place(span), span, visit=visit)


def _hold(hold: BoardHold, frame: Frame) -> Cell:
    span = Span(hold.starts_at, hold.ends_at)
    return Cell("hold", *frame.place(span), span, hold=hold)


def _gaps(opens: list[Span], taken: list[Span], frame: Frame, now: datetime) -> Iterable[Cell]:
    """Open time from now on that nobody has, in whole rows."""
    soonest = frame.starts_at + -((frame.starts_at - now) // ROW) * ROW
    for opening in opens:
        for gap in between(opening, taken):
            span = Span(max(gap.starts_at, soonest), gap.ends_at)
            if span.ends_at - span.starts_at >= ROW:
                yield Cell("free", *frame.place(span), span)


def _hours_words(opens: list[Span], zone: str) -> str:
    if not opens:
        return "no hours"
    local = ZoneInfo(zone)
    first, last = opens[0].starts_at.astimezone(local), opens[-1].ends_at.astimezone(local)
    return f"{clock_words(first)} to {clock_words(last)}"
