from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from caredesk.desk.layout import Frame, Span, between, frame_around

START = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = Span(START, START + timedelta(hours=24))


def span(first: int, minutes: int) -> Span:
    begins = START + timedelta(minutes=first)
    return Span(begins, begins + timedelta(minutes=minutes))


spans = st.lists(st.builds(span, st.integers(0, 600), st.integers(5, 240)), min_size=1, max_size=12)


@given(spans)
def test_gaps_and_what_is_taken_make_up_the_whole(found: list[Span]) -> None:
    whole = span(60, 480)
    gaps = between(whole, found)
    for minute in range(0, 480, 5):
        at = whole.starts_at + timedelta(minutes=minute)
        taken = any(each.starts_at <= at < each.ends_at for each in found)
        free = any(each.starts_at <= at < each.ends_at for each in gaps)
        assert taken != free


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
