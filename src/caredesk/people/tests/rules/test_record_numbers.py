import pytest
from hypothesis import given
from hypothesis import strategies as st

from caredesk.people.rules.record_numbers import ranges_of, read_record_number, record_number


@pytest.mark.parametrize("typed", ["CD-000123", "cd 000123", "#000123", "000123", "MRN: 000123"])
def test_reading(typed: str) -> None:
    assert read_record_number(typed) == "000123"


@pytest.mark.parametrize("typed", ["", "CD-", "smith", "12345678901", "CD-12a"])
def test_what_is_none(typed: str) -> None:
    assert read_record_number(typed) is None


@given(st.integers(1, 9_999_999), st.data())
def test_a_record_number_is_found_by_every_beginning(number: int, data: st.DataObject) -> None:
    printed = record_number(number).removeprefix("CD-")
    typed = printed[: data.draw(st.integers(1, len(printed)))]
    found = any(first <= number <= last for first, last in ranges_of(typed))
    assert found or printed == typed


@given(st.integers(1, 9_999_999))
def test_a_record_number_is_found_without_its_zeros(number: int) -> None:
    assert ranges_of(str(number))[0] == (number, number)
