"""Overlaps, and the tracks in which a column draws them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from caredesk.scheduling.rules.overlaps import meeting, meets, side_by_side

MIDNIGHT = datetime(2026, 11, 24, tzinfo=UTC)


@dataclass(frozen=True)
class Visit:
    starts_at: datetime
    ends_at: datetime


def visit(since: int, until: int) -> Visit:
    return Visit(MIDNIGHT + timedelta(minutes=since), MIDNIGHT + timedelta(minutes=until))


def test_touching_is_not_meeting() -> None:
    assert not meets(visit(0, 30), visit(30, 60))
    assert meets(visit(0, 31), visit(30, 60))
    assert meeting(visit(10, 20), [visit(15, 40), visit(0, 11), visit(20, 30)]) == [
        visit(0, 11),
        visit(15, 40),
    ]


VISITS = st.lists(st.tuples(st.integers(0, 200), st.integers(1, 60)), max_size=12).map(
    lambda pairs: [visit(since, since + length) for since, length in pairs]
)


@given(VISITS)
def test_visits_that_meet_are_drawn_in_different_tracks(visits: list[Visit]) -> None:
    drawn = side_by_side(visits)
    assert sorted(one.starts_at for one, _, _ in drawn) == sorted(v.starts_at for v in visits)
    for (one, track, tracks), (other, other_track, _) in combinations(drawn, 2):
        assert 0 <= track < tracks
        if meets(one, other):
            assert track != other_track
