"""What somebody typed in the search box, taken apart into names and numbers.

A number can mean several things ("1974" a year, the end of a telephone number, a record number):
all are kept, and whoever fits any of them is found.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from caredesk.people.rules import phones, record_numbers
from caredesk.people.rules.birthdates import BirthDate, readings
from caredesk.people.rules.names import words

MAX_TYPED = 200
MAX_WORDS = 6
MAX_NUMBERS = 3

_HAS_DIGIT = re.compile(r"\d")
_HAS_LETTER = re.compile(r"[^\W\d_]")
_RECORD_MARK = re.compile(r"(?i)(?:cd|mrn|#)[\s:#-]*\d+")
_EXTENSION = re.compile(r"(?i)(?:x|ext\.?)\d*")


@dataclass(frozen=True, slots=True)
class Number:
    """One number that was typed, and all it can mean."""

    births: tuple[BirthDate, ...] = ()
    digits: str = ""
    record: str = ""
    identifier: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """One way to read the whole: all of `words` in the names, and each of `numbers`."""

    words: tuple[str, ...] = ()
    numbers: tuple[Number, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.words and not self.numbers


def read(text: str, today: date) -> tuple[Typed, ...]:
    """The ways to read what was typed, the likeliest first; none where there is nothing."""
    tokens = text[:MAX_TYPED].replace(",", " ").split()
    found = _read_one_way(tokens, today, with_month_year=True)
    other = _read_one_way(tokens, today, with_month_year=False)
    return tuple(dict.fromkeys(each for each in (found, other) if not each.is_empty))


def _read_one_way(tokens: list[str], today: date, *, with_month_year: bool) -> Typed:
    """`with_month_year`: "april 1990" is a month; else April is somebody's name."""
    named: list[str] = []
    numbers: list[Number] = []
    place = 0
    while place < len(tokens):
        size, number = _number_at(tokens, place, today, with_month_year)
        if number is None:
            named.append(tokens[place])
        else:
            numbers.append(number)
        place += size
    found = words(" ".join(named))[:MAX_WORDS]
    return Typed(found, tuple(numbers[:MAX_NUMBERS]))


def _number_at(
    tokens: list[str], place: int, today: date, with_month_year: bool
) -> tuple[int, Number | None]:
    """The number that begins at `place`, with how many tokens it takes."""
    for size in (3, 2, 1):
        window = tokens[place : place + size]
        if len(window) < size or (size == 2 and not with_month_year):
            continue
        text = " ".join(window)
        if _is_written_date(text) and (births := readings(text, today)):
            return size, Number(births=births)
    run = _run_of_numbers(tokens[place:])
    if run:
        return len(run), _number(" ".join(run), today)
    if _HAS_DIGIT.search(tokens[place]):
        return 1, Number(identifier=tokens[place].casefold())
    return 1, None


def _is_written_date(text: str) -> bool:
    """With a month's name, or three numbers apart."""
    if not _HAS_DIGIT.search(text):
        return False
    return bool(_HAS_LETTER.search(text)) or len(re.findall(r"\d+", text)) == 3


def _run_of_numbers(tokens: list[str]) -> list[str]:
    """As many tokens as make one number: "(415) 555 0123", "CD 123", "555-0123 x12"."""
    if len(tokens) > 1 and _RECORD_MARK.fullmatch("".join(tokens[:2])):
        return tokens[:2] if not _HAS_DIGIT.search(tokens[0]) else tokens[:1]
    if _RECORD_MARK.fullmatch(tokens[0]):
        return tokens[:1]
    return list(_only_numbers(tokens))


def _only_numbers(tokens: list[str]) -> Iterator[str]:
    for place, token in enumerate(tokens):
        is_number = _HAS_DIGIT.search(token) and not _HAS_LETTER.search(token)
        is_extension = place and _EXTENSION.fullmatch(token)
        if not is_number and not is_extension:
            return
        if place and "/" in token:
            return
        yield token


def _number(text: str, today: date) -> Number:
    record = record_numbers.read_record_number(text) or ""
    if record_numbers.is_marked(text):
        return Number(record=record)
    digits = phones.only_digits(text.partition("x")[0]) if phones.looks_like_phone(text) else ""
    return Number(
        births=readings(text, today),
        digits=digits,
        record=record if len(record) < 10 else "",
        identifier=text.casefold() if len(text) >= 4 else "",
    )
