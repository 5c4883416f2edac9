import contextlib
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caredesk.wire.fhir.dates import (
    Moment,
    PartialDate,
    is_before,
    print_moment,
    read_date,
    read_moment,
)
from caredesk.wire.fhir.tests import samples


@pytest.mark.parametrize(
    ("text", "first", "last", "precision"),
    [
        ("1974", date(1974, 1, 1), date(1974, 12, 31), "year"),
        ("1974-02", date(1974, 2, 1), date(1974, 2, 28), "month"),
        ("2024-02-29", date(2024, 2, 29), date(2024, 2, 29), "day"),
    ],
)
def test_a_date_is_known_as_far_as_it_was_sent(
    text: str, first: date, last: date, precision: str
) -> None:
    read = read_date(text)
    assert (read.first, read.last, read.precision, str(read)) == (first, last, precision, text)


@pytest.mark.parametrize(
    "text",
    [
        "1974-13-02",
        "2023-02-29",
        "1974-00",
        "0000",
        "74",
        "1974-1-2",
        "19740102",
        "1974-01-02 ",
        "２０２４",
        "1974-01-02T00:00:00Z",
        "",
        "-1974",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_date(text)


@pytest.mark.parametrize(
    "text",
    [
        "2020-01-01T10:00:00",
        "2020-01-01T10:00Z",
        "2020-01-01T24:00:00Z",
        "2020-01-01T10:00:00+15:00",
        "2020-01-01 10:00:00Z",
        "2020-02-30T10:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59-12:00",
    ],
)
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_moment(text)


@pytest.mark.parametrize(
    "text", ["2020-01-01T10:00:00Z", "2020-01-01T10:00:00.000Z", "2020-01-01T05:00:00-05:00"]
)
def test_an_instant_keeps_its_moment(text: str) -> None:
    assert read_moment(text) == datetime(2020, 1, 1, 10, tzinfo=UTC)


def test_a_leap_second_is_the_last_second_of_its_minute() -> None:
    assert read_moment("2016-12-31T23:59:60Z") == datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)


@given(samples.moments)
def test_what_is_printed_is_read_again(moment: Moment) -> None:
    assert read_moment(print_moment(moment)) == moment


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading(text: str) -> None:
    with contextlib.suppress(ValueError):
        read_moment(text)


@given(samples.moments, samples.moments)
def test_before_is_never_true_both_ways(one: Moment, other: Moment) -> None:
    assert not (is_before(one, other) and is_before(other, one))


def test_an_instant_is_before_a_day_only_where_it_is_so_everywhere() -> None:
    evening_in_denver = datetime(2026, 11, 26, 2, tzinfo=UTC)
    assert not is_before(PartialDate(2026, 11, 25), evening_in_denver)
    assert is_before(PartialDate(2026, 11, 24), evening_in_denver)
    morning_in_auckland = datetime(2026, 11, 25, 20, tzinfo=UTC)
    assert not is_before(morning_in_auckland, PartialDate(2026, 11, 26))
    assert is_before(morning_in_auckland, PartialDate(2026, 11, 27))


def test_a_month_is_not_before_its_own_day() -> None:
    assert not is_before(PartialDate(2020, 5), PartialDate(2020, 5, 3))
    assert is_before(PartialDate(2020, 5), PartialDate(2020, 6, 1))
