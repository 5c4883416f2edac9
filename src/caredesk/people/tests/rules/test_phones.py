import pytest
from hypothesis import given
from hypothesis import strategies as st

from caredesk.people.rules.phones import (
    beginnings,
    looks_like_phone,
    read_phone,
    reversed_ends,
    show,
)


@pytest.mark.parametrize(
    ("typed", "e164", "extension"),
    [
        ("(415) 555-0123", "+14155550123", ""),
        ("415.555.0123", "+14155550123", ""),
        ("1 415 555 0123", "+14155550123", ""),
        ("+44 20 7946 0958", "+442079460958", ""),
        ("212-555-0199 x12", "+12125550199", "12"),
    ],
)
def test_numbers_as_they_are_typed(typed: str, e164: str, extension: str) -> None:
    read = read_phone(typed)
    assert (read.e164, read.extension, read.warning) == (e164, extension, "")


def test_a_number_nobody_can_have_is_read_with_a_warning() -> None:
    read = read_phone("555-826-5697")
    assert read.e164 == "+15558265697"
    assert "area code 555" in read.warning


@pytest.mark.parametrize(
    ("typed", "warning"),
    [
        ("826-5697", "Add the area code."),
        ("12", "Some digits are missing: ten are needed."),
        ("415555267112345", "There are too many digits: ten are needed."),
        ("ask her son", "This is not a telephone number."),
        ("", "This is not a telephone number."),
    ],
)
def test_what_cannot_be_called_keeps_what_was_typed(typed: str, warning: str) -> None:
    read = read_phone(typed)
    assert (read.e164, read.as_typed, read.warning) == ("", typed, warning)


def test_how_a_number_is_shown() -> None:
    assert show("+14155550123") == "(415) 555-0123"
    assert show("+14155550123", "7") == "(415) 555-0123 ext. 7"
    assert show("+442079460958") == "+44 20 7946 0958"


@given(st.from_regex(r"[2-9][0-9]{2}[2-9][0-9]{6}", fullmatch=True), st.integers(3, 10))
def test_a_number_is_found_from_both_ends(national: str, length: int) -> None:
    read = read_phone(national)
    start, end = national[:length], national[-length:]
    assert any(read.digits.startswith(each) for each in beginnings(start))
    if not end.startswith("0"):
        assert read.reversed_digits.startswith(reversed_ends(end))
    assert any(read.digits.startswith(each) for each in beginnings("1" + national))


@given(st.text(max_size=300))
def test_any_text_can_be_asked(text: str) -> None:
    read = read_phone(text)
    assert read.e164 or read.warning
    assert len(read.digits) <= 17
    looks_like_phone(text)
