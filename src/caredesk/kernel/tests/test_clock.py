from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caredesk.kernel import clock
from caredesk.kernel.errors import Refused

NEW_YORK = "America/New_York"


def test_an_ordinary_wall_time_is_one_instant() -> None:
    found = clock.instant(datetime(2026, 11, 24, 9, 20), NEW_YORK)
    assert found == datetime(2026, 11, 24, 14, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wall", "zone", "following"),
    [
        (datetime(2026, 3, 8, 2, 0), NEW_YORK, "3:00 am"),
        (datetime(2026, 3, 8, 2, 30), NEW_YORK, "3:00 am"),
        (datetime(2026, 3, 8, 2, 59), "America/Chicago", "3:00 am"),
        (datetime(2026, 10, 4, 2, 10), "Australia/Lord_Howe", "2:30 am"),
    ],
)
def test_a_skipped_time_is_refused_with_the_next_that_exists(
    wall: datetime, zone: str, following: str
) -> None:
    with pytest.raises(Refused) as refused:
        clock.instant(wall, zone, field="starts_at")
    assert refused.value.field == "starts_at"
    assert following in refused.value.next_step


def test_phoenix_skips_nothing() -> None:
    found = clock.instant(datetime(2026, 3, 8, 2, 30), "America/Phoenix")
    assert found == datetime(2026, 3, 8, 9, 30, tzinfo=UTC)


def test_a_repeated_hour_is_asked_about_and_the_answer_taken() -> None:
    wall = datetime(2026, 11, 1, 1, 30)
    with pytest.raises(Refused) as refused:
        clock.instant(wall, NEW_YORK)
    assert [words for _, words in refused.value.choices] == ["1:30 am EDT", "1:30 am EST"]
    first = clock.instant(wall, NEW_YORK, fold=0)
    second = clock.instant(wall, NEW_YORK, fold=1)
    assert second - first == timedelta(hours=1)


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)),
    st.sampled_from([NEW_YORK, "America/Phoenix", "America/Los_Angeles", "Pacific/Chatham"]),
    st.sampled_from([0, 1]),
)
def test_an_instant_shows_the_wall_time_it_was_made_from(
    wall: datetime, zone: str, fold: int
) -> None:
    try:
        found = clock.instant(wall, zone, fold=fold)
    except Refused:
        shown = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).astimezone(ZoneInfo(zone))
        assert shown.replace(tzinfo=None) != wall
    else:
        assert found.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall


def test_the_clock_can_be_stopped() -> None:
    moment = datetime(2026, 11, 24, 15, 10, tzinfo=UTC)
    with clock.stopped_at(moment):
        assert clock.now() == moment
        assert clock.today("Pacific/Auckland").isoformat() == "2026-11-25"
