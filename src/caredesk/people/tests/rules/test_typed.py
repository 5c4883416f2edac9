from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caredesk.people.rules.typed import MAX_NUMBERS, MAX_WORDS, Typed, read

TODAY = date(2026, 11, 24)


def first(text: str) -> Typed:
    return read(text, TODAY)[0]


def births(typed: Typed) -> list[str]:
    return [birth.words for number in typed.numbers for birth in number.births]


@pytest.mark.parametrize("typed", ["smith john 3/7/74", "3/7/74 Smith, John", "smith 3/7/74 john"])
def test_names_and_a_date_in_any_order(typed: str) -> None:
    assert first(typed).words[:1] == ("smith",)
    assert set(first(typed).words) == {"smith", "john"}
    assert births(first(typed)) == ["7 Mar 1974", "3 Jul 1974"]


@pytest.mark.parametrize("typed", ["7 mar 1974", "march 7, 1974", "March 7th 74", "3 7 1974"])
def test_dates_of_several_words(typed: str) -> None:
    assert births(first(typed))[0] == "7 Mar 1974"
    assert first(typed).words == ()


def test_a_month_may_be_a_name() -> None:
    month, name = read("april 1990", TODAY)
    assert births(month) == ["Apr 1990"]
    assert name.words == ("april",)
    assert births(name) == ["1990"]


def test_a_lone_number_can_mean_several_things() -> None:
    (number,) = first("1974").numbers
    assert [each.words for each in number.births] == ["1974"]
    assert (number.digits, number.record) == ("1974", "1974")


@pytest.mark.parametrize("typed", ["(415) 555-0123", "415 555 0123", "+1 415-555-0123 x7"])
def test_phones(typed: str) -> None:
    (number,) = first(typed).numbers
    assert number.digits.removeprefix("1") == "4155550123"


@pytest.mark.parametrize("typed", ["CD-000123", "cd 000123", "#000123", "mrn 000123", "mrn000123"])
def test_record_numbers(typed: str) -> None:
    (number,) = first(typed).numbers
    assert (number.record, number.digits, number.births) == ("000123", "", ())
    assert first(typed).words == ()


def test_an_identifier_from_elsewhere() -> None:
    (number,) = first("S99991568").numbers
    assert number.identifier == "s99991568"


def test_a_date_beside_a_phone() -> None:
    assert len(first("4155550123 3/7/74").numbers) == 2


@pytest.mark.parametrize("typed", ["", "   ", ",,", "!?"])
def test_nothing_typed_is_nothing(typed: str) -> None:
    assert read(typed, TODAY) == ()


@given(st.text(max_size=400))
def test_any_text_can_be_read(text: str) -> None:
    for typed in read(text, TODAY):
        assert len(typed.words) <= MAX_WORDS
        assert len(typed.numbers) <= MAX_NUMBERS


@given(st.text(st.sampled_from("0123456789/-.+() #xcdmrna"), max_size=30))
def test_any_number_can_be_read(text: str) -> None:
    read(text, TODAY)
