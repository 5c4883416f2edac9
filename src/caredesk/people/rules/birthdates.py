"""Dates of birth and death: every way people say them, and how exactly they are known."""

import calendar
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Precision = Literal["day", "month", "year"]
PRECISIONS: tuple[Precision, ...] = ("day", "month", "year")
OLDEST_AGE = 130
EARLIEST_BIRTH = date(1850, 1, 1)
"""Older archives are not kept here."""

_MONTHS = [name.lower() for name in calendar.month_name]
_ORDINAL = re.compile(r"(?<=\d)(st|nd|rd|th)\b")
_TOKEN = re.compile(r"\d+|[a-z]+")
_SHAPE = re.compile(r"[\da-z\s./,'’-]+")


@dataclass(frozen=True, slots=True, order=True)
class BirthDate:
    """A date of birth; of one known to the month or year only, the first day of it."""

    day: date
    precision: Precision = "day"

    @property
    def last(self) -> date:
        """The last day it can mean."""
        if self.precision == "day":
            return self.day
        if self.precision == "month":
            days = calendar.monthrange(self.day.year, self.day.month)[1]
            return self.day.replace(day=days)
        return self.day.replace(month=12, day=31)

    @property
    def words(self) -> str:
        """As it is read out: "7 Mar 1974", "Mar 1974", "1974"."""
        if self.precision == "day":
            return f"{self.day:%-d %b} {self.day.year}"
        return f"{self.day:%b} {self.day.year}" if self.precision == "month" else str(self.day.year)

    def may_be(self, other: "BirthDate") -> bool:
        """Whether both can be said of one person."""
        return self.day <= other.last and other.day <= self.last


@dataclass(frozen=True, slots=True)
class Death:
    """That somebody has died; `on` is None where nobody knows when."""

    on: BirthDate | None = None

    @property
    def words(self) -> str:
        """As it is read out: "died 3 Mar 2025", "died Mar 2025", "deceased"."""
        return f"died {self.on.words}" if self.on else "deceased"


def death_words(deceased: bool, on: date | None, precision: Precision) -> str:
    """A death as it is kept in columns, read out; empty of the living."""
    if not deceased:
        return ""
    return Death(None if on is None else BirthDate(on, precision)).words


def readings(text: str, today: date) -> tuple[BirthDate, ...]:
    """Everything that `text` can mean as a date of birth, the likeliest first.

    Of numbers alone the month comes first as in the United States. A year of two digits is never
    in the future or longer ago than anyone has lived: the later century first.
    """
    typed = _ORDINAL.sub("", text.casefold().strip())
    if not typed or not _SHAPE.fullmatch(typed):
        return ()
    tokens = _TOKEN.findall(typed)
    if any(token.isalpha() for token in tokens):
        found = _with_month_name(tokens, today)
    else:
        found = _of_numbers(tokens, typed, today)
    return tuple(dict.fromkeys(each for each in found if is_possible(each, today)))


def is_possible(birth: BirthDate, today: date) -> bool:
    """Not in the future, and not before all archives."""
    return EARLIEST_BIRTH <= birth.day <= today


def is_too_old(birth: BirthDate, today: date, death: Death | None) -> bool:
    """Whether nobody can have lived from that birth until today, or until the death if known."""
    if death is not None and death.on is None:
        return False
    end = today if death is None or death.on is None else death.on.day
    return birth.last.year < end.year - OLDEST_AGE


def age(birth: BirthDate, on: date) -> int:
    """Whole years on a day, counted from the first day the birth date can mean."""
    born = birth.day
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def age_words(birth: BirthDate, on: date) -> str:
    """As it is said: "3 weeks", "14 months", "7 years"; "about" where the day is not known."""
    about = "" if birth.precision == "day" else "about "
    days = (on - birth.day).days
    months = (on.year - birth.day.year) * 12 + on.month - birth.day.month
    months -= on.day < birth.day.day
    if days < 0:
        return ""
    if birth.precision == "day" and days < 14:
        return _count(days, "day")
    if birth.precision == "day" and months < 3:
        return _count(days // 7, "week")
    if birth.precision != "year" and months < 24:
        return about + _count(months, "month")
    return about + _count(age(birth, on), "year")


def life_words(birth: BirthDate, death: Death | None, today: date) -> str:
    """The age of the living; of the dead "Deceased 3 Mar 1981, aged 68 years"."""
    if death is None:
        return age_words(birth, today)
    if death.on is None:
        return "Deceased"
    age = age_words(birth, death.on.day)
    about = "about " if death.on.precision != "day" and not age.startswith("about") else ""
    return f"Deceased {death.on.words}" + (f", aged {about}{age}" if age else "")


def neighbours(birth: BirthDate) -> tuple[date, ...]:
    """The days one slip away: day and month exchanged, or one digit off."""
    if birth.precision != "day":
        return ()
    day = birth.day
    found = dict.fromkeys(_exchanged(day))
    found |= dict.fromkeys(_one_digit_off(day))
    found.pop(day, None)
    return tuple(found)


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _with_month_name(tokens: list[str], today: date) -> Iterator[BirthDate]:
    names = [token for token in tokens if token.isalpha()]
    numbers = [token for token in tokens if token.isdigit()]
    month = _month(names[0])
    if len(names) != 1 or not month or not 1 <= len(numbers) <= 2:
        return
    if len(numbers) == 1:
        if tokens[0] == names[0]:
            for year in _years(numbers[0], today):
                yield BirthDate(date(year, month, 1), "month")
        return
    first, second = numbers
    yield from _days(second, str(month), first, today)
    yield from _days(first, str(month), second, today)


def _month(name: str) -> int:
    if len(name) < 3:
        return 0
    if name == "sept":
        return 9
    return next((number for number in range(1, 13) if _MONTHS[number].startswith(name)), 0)


def _of_numbers(tokens: list[str], typed: str, today: date) -> Iterator[BirthDate]:
    match tokens:
        case [one]:
            yield from _unseparated(one, today)
        case [month, year] if len(year) == 4:
            yield from _months(year, month, today)
        case [year, month] if len(year) == 4 and "-" in typed:
            yield from _months(year, month, today)
        case [year, month, day] if len(year) == 4:
            yield from _days(year, month, day, today)
        case [month, day, year]:
            yield from _days(year, month, day, today)
            yield from _days(year, day, month, today)


def _unseparated(digits: str, today: date) -> Iterator[BirthDate]:
    match len(digits):
        case 2 | 4:
            for year in _years(digits, today):
                yield BirthDate(date(year, 1, 1), "year")
        case 6 | 8:
            first, second, rest = digits[:2], digits[2:4], digits[4:]
            yield from _days(rest, first, second, today)
            yield from _days(rest, second, first, today)
            century = len(digits) - 4
            yield from _days(digits[:century], digits[-4:-2], digits[-2:], today)


def _days(year: str, month: str, day: str, today: date) -> Iterator[BirthDate]:
    if len(month) > 2 or len(day) > 2:
        return
    for full_year in _years(year, today):
        try:
            yield BirthDate(date(full_year, int(month), int(day)), "day")
        except ValueError:
            continue


def _months(year: str, month: str, today: date) -> Iterator[BirthDate]:
    if len(month) <= 2 and 1 <= int(month) <= 12:
        for full_year in _years(year, today):
            yield BirthDate(date(full_year, int(month), 1), "month")


def _years(digits: str, today: date) -> Iterable[int]:
    if len(digits) == 4:
        return [int(digits)] if int(digits) >= 1 else []
    if len(digits) != 2:
        return []
    latest = today.year - (today.year - int(digits)) % 100
    return [year for year in (latest, latest - 100) if year >= today.year - OLDEST_AGE]


def _exchanged(day: date) -> Iterator[date]:
    if day.day <= 12:
        yield day.replace(month=day.day, day=day.month)


def _one_digit_off(day: date) -> Iterator[date]:
    text = f"{day:%Y%m%d}"
    if day.year < 1000:
        return
    for place in range(2, 8):
        for digit in "0123456789":
            changed = text[:place] + digit + text[place + 1 :]
            try:
                yield date.fromisoformat(changed)
            except ValueError:
                continue
    yield from (day - timedelta(days=1), day + timedelta(days=1))
