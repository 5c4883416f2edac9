from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caredesk.people.rules.birthdates import (
    BirthDate,
    age,
    age_words,
    is_possible,
    neighbours,
    readings,
)

TODAY = date(2026, 11, 24)
births = st.dates(date(1930, 1, 1), TODAY)


def shown(text: str) -> list[str]:
    return [each.words for each in readings(text, TODAY)]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("3/7/74", ["7 Mar 1974", "3 Jul 1974"]),
        ("03/07/1974", ["7 Mar 1974", "3 Jul 1974"]),
        ("3-7-1974", ["7 Mar 1974", "3 Jul 1974"]),
        ("3.7.1974", ["7 Mar 1974", "3 Jul 1974"]),
        ("3 7 74", ["7 Mar 1974", "3 Jul 1974"]),
        ("13/7/74", ["13 Jul 1974"]),
        ("7 mar 1974", ["7 Mar 1974"]),
        ("7 March 74", ["7 Mar 1974"]),
        ("7th of march", []),
        ("march 7 1974", ["7 Mar 1974"]),
        ("March 7th, 1974", ["7 Mar 1974"]),
        ("7mar1974", ["7 Mar 1974"]),
        ("1974 mar 7", ["7 Mar 1974"]),
        ("1974-03-07", ["7 Mar 1974"]),
        ("1974/3/7", ["7 Mar 1974"]),
        ("03071974", ["7 Mar 1974", "3 Jul 1974"]),
        ("19740307", ["7 Mar 1974"]),
        ("030774", ["7 Mar 1974", "3 Jul 1974"]),
        ("mar 1974", ["Mar 1974"]),
        ("sept 1974", ["Sep 1974"]),
        ("3/1974", ["Mar 1974"]),
        ("1974-03", ["Mar 1974"]),
        ("1974", ["1974"]),
        ("74", ["1974"]),
        ("26", ["2026", "1926"]),
        ("27", ["1927"]),
        ("2/29/2023", []),
        ("2/29/2024", ["29 Feb 2024"]),
        ("2/30/74", []),
        ("12/31/2026", []),
        ("1/1/1850", ["1 Jan 1850"]),
        ("1/1/1849", []),
        ("1/1/90", ["1 Jan 1990"]),
        ("3/7", []),
        ("7", []),
        ("smith", []),
        ("march", []),
        ("99/99/9999", []),
        ("0000", []),
        ("<7>", []),
        ("", []),
    ],
)
def test_readings(typed: str, read: list[str]) -> None:
    assert shown(typed) == read


@given(births)
def test_the_usual_spellings_are_read_as_meant(day: date) -> None:
    spellings = [
        f"{day:%Y-%m-%d}",
        f"{day.month}/{day.day}/{day.year}",
        f"{day:%m%d%Y}",
        f"{day:%-d %B %Y}",
        f"{day:%b} {day.day}, {day.year}",
    ]
    for text in spellings:
        assert readings(text, TODAY)[0] == BirthDate(day)


@given(births)
def test_two_digits_of_the_year_find_it_too(day: date) -> None:
    assert BirthDate(day) in readings(f"{day:%m/%d/%y}", TODAY)


@given(st.text(st.characters(codec="ascii"), max_size=20))
def test_whatever_is_typed_no_reading_is_in_the_future(text: str) -> None:
    assert all(is_possible(each, TODAY) for each in readings(text, TODAY))


@given(births, st.sampled_from(["day", "month", "year"]))
def test_a_date_lies_in_what_it_is_known_as(day: date, precision: str) -> None:
    first = {"day": day, "month": day.replace(day=1), "year": day.replace(month=1, day=1)}
    known = BirthDate(first[precision], precision)  # type: ignore[arg-type]
    assert known.day <= day <= known.last
    assert known.may_be(BirthDate(day))


@given(births)
def test_a_slip_is_mutual_or_a_neighbouring_day(day: date) -> None:
    near = neighbours(BirthDate(day))
    assert day not in near
    if day.day <= 12 and day.day != day.month:
        assert day.replace(day=day.month, month=day.day) in near


@pytest.mark.parametrize(
    ("born", "words"),
    [
        (BirthDate(date(2026, 11, 20)), "4 days"),
        (BirthDate(date(2026, 11, 1)), "3 weeks"),
        (BirthDate(date(2025, 9, 30)), "13 months"),
        (BirthDate(date(1974, 11, 25)), "51 years"),
        (BirthDate(date(1974, 11, 24)), "52 years"),
        (BirthDate(date(1974, 1, 1), "year"), "about 52 years"),
        (BirthDate(date(2027, 1, 1)), ""),
    ],
)
def test_age_in_words(born: BirthDate, words: str) -> None:
    assert age_words(born, TODAY) == words


def test_the_leap_day_is_a_year_older_on_the_first_of_march() -> None:
    born = BirthDate(date(2024, 2, 29))
    assert age(born, date(2025, 2, 28)) == 0
    assert age(born, date(2025, 3, 1)) == 1
