"""Dates and times as people type them."""

import contextlib
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caredesk.ui import times
from caredesk.ui.typed import (
    MONTHS,
    PartialDate,
    ReadingError,
    read_date,
    read_partial_date,
    read_time,
)

TODAY = date(2026, 11, 24)  # a Tuesday


@pytest.mark.parametrize(
    "text",
    [
        *("3/7/74", "3/7/1974", "03/07/1974", "3-7-74", "3 7 74", "030774", "03071974"),
        *("7 mar 1974", "mar 7 1974", "March 7th, 1974", "7th of march 74", " 7  MAR  74 "),
        *("1974-03-07", "1974/3/7", "7.3.1974", "7.3.74", "thu 7 mar 1974"),
    ],
)
def test_a_date_of_birth_in_the_ways_people_say_it(text: str) -> None:
    assert read_partial_date(text, TODAY) == PartialDate(date(1974, 3, 7))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("13/7/1980", date(1980, 7, 13)),
        ("31.12.1980", date(1980, 12, 31)),
        ("11/24/26", date(2026, 11, 24)),
        ("11/25/26", date(1926, 11, 25)),
        ("1/1/00", date(2000, 1, 1)),
        ("29 feb", date(2024, 2, 29)),
    ],
)
def test_who_leans_to_the_past_means_what_has_been(text: str, meant: date) -> None:
    assert read_partial_date(text, TODAY, "past").value == meant


@pytest.mark.parametrize(
    ("text", "precision", "words"),
    [
        ("1974", "year", "1974"),
        ("mar 1974", "month", "Mar 1974"),
        ("3/1974", "month", "Mar 1974"),
        ("sept 1974", "month", "Sep 1974"),
    ],
)
def test_what_is_known_of_a_date(text: str, precision: str, words: str) -> None:
    found = read_partial_date(text, TODAY)
    assert found.precision == precision
    assert times.partial_date_words(found) == words
    with pytest.raises(ReadingError, match="lacks the day"):
        read_date(text, TODAY)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("today", date(2026, 11, 24)),
        ("tomorrow", date(2026, 11, 25)),
        ("Tom", date(2026, 11, 25)),
        ("tue", date(2026, 12, 1)),
        ("fri", date(2026, 11, 27)),
        ("next fri", date(2026, 12, 4)),
        ("thurs", date(2026, 11, 26)),
        ("1 dec", date(2026, 12, 1)),
        ("12/1", date(2026, 12, 1)),
        ("1/15", date(2027, 1, 15)),
        ("tue 24 nov", date(2026, 11, 24)),
        ("in 3 days", date(2026, 11, 27)),
        ("2 weeks", date(2026, 12, 8)),
        ("in a week", date(2026, 12, 1)),
        ("3 months", date(2027, 2, 24)),
        ("+10", date(2026, 12, 4)),
        ("3 days ago", date(2026, 11, 21)),
        ("3/7/27", date(2027, 3, 7)),
    ],
)
def test_a_day_to_come(text: str, meant: date) -> None:
    assert read_date(text, TODAY) == meant


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Write it like"),
        ("soon", "not a date"),
        ("7 foo 1974", "not a date"),
        ("30 feb 2026", "February 2026 has 28 days"),
        ("31 feb", "February never has more than 29 days"),
        ("feb 30", "February never has more than 29 days"),
        ("4/31", "April never has more than 30 days"),
        ("45/45/2020", "there is no month 45"),
        ("2026-13-01", "there is no month 13"),
        ("31/6/2026", "June 2026 has 30 days"),
        ("mon 24 nov 2026", "is a Tuesday"),
        ("3/7/974", "two or four digits"),
        ("x" * 10_000, "too long"),
    ],
)
def test_what_cannot_be_read_says_what_is_wrong(text: str, says: str) -> None:
    with pytest.raises(ReadingError, match=says):
        read_date(text, TODAY)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        *((each, time(9, 20)) for each in ("9:20", "920", "0920", "9.20", "9 20", "9h20")),
        *((each, time(14, 20)) for each in ("2:20", "2:20pm", "220 pm", "14:20", "1420")),
        *((each, time(14)) for each in ("2", "2pm", "2 p.m.", "2p", "14", "2 PM")),
        *((each, time(9)) for each in ("9", "9am", "9 a.m.", "09", "9:00")),
        *((each, time(12)) for each in ("12", "noon", "12pm", "12:00")),
        *((each, time(0)) for each in ("midnight", "12am", "0:00", "00:00")),
        *(("02:20", time(2, 20)), ("7", time(7)), ("6", time(18)), ("11a", time(11))),
    ],
)
def test_a_time_of_day(text: str, meant: time) -> None:
    assert read_time(text) == meant


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("25:10", "hours go from 0 to 23"),
        ("24:00", "hours go from 0 to 23"),
        ("9:75", "minutes go from 00 to 59"),
        ("13pm", "hours go from 1 to 12"),
        ("half past", "not a time"),
        ("99999", "not a time"),
        ("", "Write it like"),
    ],
)
def test_what_is_no_time_says_what_is_wrong(text: str, says: str) -> None:
    with pytest.raises(ReadingError, match=says):
        read_time(text)


@given(st.dates(date(1850, 1, 1), date(2026, 11, 24)))
def test_every_birthday_is_read_back_from_its_words(day: date) -> None:
    for text in (
        times.date_words(day),
        day.isoformat(),
        f"{day.month}/{day.day}/{day.year}",
        f"{MONTHS[day.month - 1]} {day.day}, {day.year}",
        f"{day:%m%d%Y}",
        times.full_day_words(day),
    ):
        assert read_partial_date(text, TODAY) == PartialDate(day)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_day_without_its_year_is_within_reach(day: date) -> None:
    found = read_date(f"{day.day} {day:%b}", TODAY)
    assert (found.month, found.day) == (day.month, day.day)
    assert TODAY <= found <= TODAY.replace(year=TODAY.year + 8)


@given(st.times())
def test_every_time_is_read_back_from_its_words(at: time) -> None:
    minute = at.replace(second=0, microsecond=0)
    assert read_time(times.clock_words(minute)) == minute
    assert read_time(f"{minute:%H:%M}") == minute


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    for read in (_day, _partial, read_time):
        with contextlib.suppress(ReadingError):
            assert read(text) is not None


def _day(text: str) -> date:
    return read_date(text, TODAY)


def _partial(text: str) -> PartialDate:
    return read_partial_date(text, TODAY)
