from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from caredesk.desk.layout import LANES, Frame, Span, between, frame_around, side_by_side

START = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = Span(START, START + timedelta(hours=24))


def span(first: int, minutes: int) -> Span:
    begins = START + timedelta(minutes=first)
    return Span(begins, begins + timedelta(minutes=minutes))


spans = st.lists(
    st.builds(span, st.integers(0, 600), st.integers(5, 240)), min_size=1, max_size=12
)


@given(spans)
def test_what_overlaps_never_shares_a_lane_while_there_are_lanes(found: list[Span]) -> None:
    lanes = side_by_side(found)
    for i, first in enumerate(found):
        for j in range(i):
            if first.overlaps(found[j]) and lanes[i].number < LANES[-1]:
                assert lanes[i].number != lanes[j].number or lanes[i].of != lanes[j].of


@given(spans)
def test_lanes_are_those_of_the_stylesheet_and_no_more_than_needed(found: list[Span]) -> None:
    for lane, each in zip(side_by_side(found), found, strict=True):
        assert lane.of in LANES
        assert 1 <= lane.number <= lane.of
        if not any(each.overlaps(other) for other in found if other is not each):
            assert (lane.number, lane.of) == (1, 1)


@given(spans)
def test_gaps_and_what_is_taken_make_up_the_whole(found: list[Span]) -> None:
    whole = span(60, 480)
    gaps = between(whole, found)
    for minute in range(0, 480, 5):
        at = whole.starts_at + timedelta(minutes=minute)
        taken = any(each.starts_at <= at < each.ends_at for each in found)
        free = any(each.starts_at <= at < each.ends_at for each in gaps)
        assert taken != free


def test_two_at_once_stand_side_by_side_and_the_next_has_the_column_again() -> None:
    lanes = side_by_side([span(0, 30), span(15, 30), span(45, 15)])
    assert [(lane.number, lane.of) for lane in lanes] == [(1, 2), (2, 2), (1, 1)]


def test_a_place_is_rows_of_five_minutes_within_the_frame() -> None:
    frame = Frame(START, START + timedelta(hours=10))
    assert frame.rows == 120
    assert frame.place(span(20, 20)) == (4, 4)
    assert frame.place(span(22, 1)) == (4, 1)
    assert frame.place(span(590, 60)) == (118, 2)
    assert frame.place(Span(START - timedelta(hours=2), START - timedelta(hours=1))) == (0, 1)


def test_a_frame_is_whole_hours_around_everything() -> None:
    usual = span(60, 480)
    assert frame_around([], usual, DAY) == Frame(usual.starts_at, usual.ends_at)
    wide = frame_around([span(50, 20), span(530, 40)], usual, DAY)
    assert wide == Frame(START, START + timedelta(minutes=600))
    assert frame_around([span(-500, 3000)], usual, DAY) == Frame(DAY.starts_at, DAY.ends_at)
