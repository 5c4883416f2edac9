"""What stands in a column of the board, and that nothing typed is taken for HTML."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from caredesk.desk.board import Cell, Lane
from caredesk.desk.layout import Span
from caredesk.desk.templatetags.board import cells
from caredesk.people.queries import PatientLine
from caredesk.scheduling.queries import BoardHold, BoardVisit, Column
from caredesk.scheduling.rules.flow import State

AT = datetime(2026, 11, 24, 14, 20, tzinfo=UTC)
SPAN = Span(AT, AT + timedelta(minutes=20))
ID = UUID("0193543e-0000-7000-8000-000000000001")
TYPED = "<b>&\"'"
ESCAPED = "&lt;b&gt;&amp;&quot;&#x27;"
PATIENT = PatientLine(ID, "CD-000001", "Grace Hall", "7 Mar 1974", "52 years old", [])
VISIT = BoardVisit(
    appointment=ID,
    starts_at=SPAN.starts_at,
    ends_at=SPAN.ends_at,
    takes_from=SPAN.starts_at,
    takes_until=SPAN.ends_at,
    lane=0,
    state=State.BOOKED,
    visit_type="Check-up",
    colour="slate",
    reason="",
    patients=[PATIENT],
    beside=[],
    since=None,
    waited=None,
    waits_for=0,
)
HOLD = BoardHold(ID, SPAN.starts_at, SPAN.ends_at, "Ben Ode", False, SPAN.ends_at, "Check-up")


def shown(cell: Cell, *, may_book: bool = True) -> str:
    column = Column(ID, "practitioner", "Dr Mei Chen", ID, "America/New_York", 1, [])
    return cells(Lane("column-0", column, "", [cell]), "America/New_York", may_book)


def visit(of: BoardVisit) -> str:
    return shown(Cell("visit", 4, 4, SPAN, visit=of))


@pytest.mark.parametrize(
    "of",
    [
        replace(VISIT, reason=TYPED),
        replace(VISIT, visit_type=TYPED),
        replace(VISIT, visit_type=TYPED, state=State.DONE),
        replace(VISIT, beside=[TYPED]),
        replace(VISIT, patients=[replace(PATIENT, name=TYPED)]),
    ],
)
def test_what_was_typed_of_a_visit_is_text(of: BoardVisit) -> None:
    html = visit(of)
    assert ESCAPED in html
    assert TYPED not in html


@pytest.mark.parametrize(
    "cell",
    [
        Cell("hold", 4, 4, SPAN, hold=replace(HOLD, by_label=TYPED)),
        Cell("hold", 4, 4, SPAN, hold=replace(HOLD, visit_type=TYPED)),
        Cell("closed", 4, 4, SPAN, words=f"At {TYPED}"),
    ],
)
def test_what_was_typed_elsewhere_is_text(cell: Cell) -> None:
    html = shown(cell)
    assert ESCAPED in html
    assert TYPED not in html


def test_a_visit_says_when_who_and_what() -> None:
    other = replace(PATIENT, name="Ruth Hall")
    html = visit(replace(VISIT, patients=[PATIENT, other], beside=["Exam 1"], reason="Cough"))
    assert 'class="visit-place at-4 for-4 lane-1-of-1"' in html
    assert f'href="/appointments/{ID}/"' in html
    assert "9:20</time>" in html
    assert "Grace Hall, Ruth Hall" in html
    assert "Check-up" in html
    assert " · Exam 1 · Cough" in html
    assert "7 Mar 1974 · CD-000001" in html


def test_a_visit_says_its_state_how_long_one_waits_and_what_is_unusual() -> None:
    html = visit(
        replace(
            VISIT,
            state=State.ARRIVED,
            lane=1,
            patients=[],
            since=AT,
            waited=timedelta(minutes=12),
            is_outside_hours=True,
        )
    )
    assert '<span class="visit-state">Arrived</span> · Check-up' in html
    assert f'data-since="{AT.isoformat()}"' in html
    assert " · overbooked · outside hours" in html
    assert ">over</span>" in html
    assert "Nobody" in html


def test_free_time_is_a_link_for_who_may_book() -> None:
    free = Cell("free", 4, 4, SPAN)
    assert "?at=2026-11-24T14%3A20%3A00%2B00%3A00&amp;resource=" in shown(free)
    assert shown(free, may_book=False) == '<li class="free at-4 for-4"></li>'


def test_a_hold_says_whose_it_is() -> None:
    assert "Held by Ben Ode · Check-up" in shown(Cell("hold", 4, 4, SPAN, hold=HOLD))
    own = replace(HOLD, is_own=True)
    assert "Held by you · Check-up" in shown(Cell("hold", 4, 4, SPAN, hold=own))
