"""Times in words."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from caredesk.ui import times
from caredesk.ui.typed import PartialDate

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (time(9, 20), "9:20"),
        (time(12), "12:00 pm"),
        (time(14, 5), "2:05 pm"),
        (time(0, 20), "12:20 am"),
        (time(3), "3:00 am"),
        (time(6, 59), "6:59 am"),
        (time(7), "7:00"),
    ],
)
def test_the_clock(at: time, words: str) -> None:
    assert times.clock_words(at) == words


def test_a_zone_of_a_fixed_offset_is_named_like_the_others_without_letters() -> None:
    half = timezone(timedelta(hours=5, minutes=30))
    assert times.zone_words(datetime(2019, 3, 10, 9, tzinfo=half)) == "UTC+5:30"
    assert times.zone_words(datetime(2019, 3, 10, 9, tzinfo=UTC)) == "UTC"


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("America/New_York", "10:20"),
        ("America/Detroit", "10:20"),
        ("America/Phoenix", "8:20 MST"),
        ("America/Los_Angeles", "7:20 PST"),
        ("Asia/Kathmandu", "9:05 pm UTC+5:45"),
        ("America/Sao_Paulo", "12:20 pm UTC-3"),
    ],
)
def test_the_zone_is_named_where_the_desks_clock_shows_another_time(zone: str, words: str) -> None:
    at, desk = datetime(2026, 11, 24, 15, 20, tzinfo=UTC), ZoneInfo("America/New_York")
    assert times.clock_words_beside(at, ZoneInfo(zone), desk) == words


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 11, 24, 9, 20, tzinfo=UTC), "9:20"),
        (datetime(2026, 11, 25, 9, 20, tzinfo=UTC), "Wed 25 Nov, 9:20"),
        (datetime(2027, 1, 4, 14, 0, tzinfo=UTC), "Mon 4 Jan 2027, 2:00 pm"),
    ],
)
def test_today_without_the_date_and_others_with_the_weekday(at: datetime, words: str) -> None:
    assert times.moment_words(at, TODAY) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "today"),
        (1, "in 1 day"),
        (-1, "yesterday"),
        (7, "in 7 days"),
        (21, "in 3 weeks"),
        (-28, "4 weeks ago"),
        (365, "in 12 months"),
        (-3653, "10 years ago"),
    ],
)
def test_how_far_away(days: int, words: str) -> None:
    assert times.distance_words(TODAY + timedelta(days=days), TODAY) == words


def test_a_date_is_said_back() -> None:
    assert times.echo_day(date(2026, 11, 25), TODAY) == "Wed 25 Nov 2026, in 1 day"
    born = PartialDate(date(1974, 3, 7))
    assert times.echo_birth(born, TODAY) == "7 Mar 1974, 52 years old"
    about = PartialDate(date(1974, 1, 1), "year")
    assert times.echo_birth(about, TODAY) == "1974, about 52 years old"


@pytest.mark.parametrize(
    ("born", "words"),
    [
        (date(2026, 11, 24), "0 days old"),
        (date(2026, 11, 23), "1 day old"),
        (date(2026, 8, 25), "2 months old"),
        (date(2024, 11, 25), "23 months old"),
        (date(2024, 11, 24), "2 years old"),
        (date(2026, 11, 25), "not yet born"),
    ],
)
def test_age(born: date, words: str) -> None:
    assert times.age_words(born, TODAY) == words


def test_durations_and_waits() -> None:
    assert [times.duration_words(each) for each in (1, 20, 60, 90, 121, 0)] == [
        "1 minute",
        "20 minutes",
        "1 hour",
        "1 hour 30 minutes",
        "2 hours 1 minute",
        "0 minutes",
    ]
    assert times.wait_words(timedelta(minutes=14, seconds=59)) == "14 min"
    assert times.wait_words(timedelta(minutes=65)) == "1 h 5 min"
    assert times.wait_words(timedelta(seconds=-5)) == "0 min"
