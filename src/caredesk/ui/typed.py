"""Dates and times as people type them, read without a calendar in the hand.

Month first, as in the United States, unless that cannot be ("13/7") or dots say otherwise
("7.3.1974"). What was understood is echoed in words, so a wrong guess is seen at once.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Literal

Leaning = Literal["past", "future"]
Precision = Literal["day", "month", "year"]

DATE_HELP = "Write it like 3/7/74, 7 mar 1974, tomorrow or tue."
TIME_HELP = "Write it like 9, 9:20, 920, 2pm or 14:20."
LONGEST = 40

MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_LONGEST_MONTHS = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
_DAYS_FROM_TODAY = {"today": 0, "tod": 0, "tomorrow": 1, "tom": 1, "tmrw": 1, "yesterday": -1}
_UNITS = {"day": 1, "d": 1, "week": 7, "wk": 7, "w": 7}
_NUMBERS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}

_SHIFT = re.compile(
    r"(?:in )?(\d{1,4}|a|one|two|three|four|five|six) ?(\w+?)s?(?: from now| (ago))?"
)
_NUMERIC = re.compile(r"(\d{1,4})([/.\- ])(\d{1,2})(?:\2(\d{1,4}))?")
_MONTH_AND_YEAR = re.compile(r"(\d{1,2})[/.\-](\d{4})")
_PACKED = re.compile(r"(\d\d)(\d\d)(\d{4}|\d\d)")
_CLOCK = re.compile(r"(\d{1,2})(?:[:.h ]?(\d\d))?(?:[:.]\d\d)?(am|pm|a|p|h)?")


class ReadingError(ValueError):
    """Says what is wrong with the typed text, in the reader's words."""


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date known to the day, the month or only the year; the unknown parts are 1."""

    value: date
    precision: Precision = "day"


def read_date(text: str, today: date, leaning: Leaning = "future") -> date:
    """A date known to the day."""
    found = read_partial_date(text, today, leaning)
    if found.precision != "day":
        raise ReadingError(f"“{text.strip()}” lacks the day. {DATE_HELP}")
    return found.value


def read_partial_date(text: str, today: date, leaning: Leaning = "past") -> PartialDate:
    """A date, or a month or year where that is all that is known."""
    words = _plain(text, DATE_HELP)
    near = _from_today(words, today, leaning)
    if near is not None:
        return PartialDate(near)
    return _written(words, text.strip(), today, leaning)


def read_time(text: str) -> time:
    """A time of day. One to six without am or pm is the afternoon, as at a practice's desk."""
    words = _plain(text, TIME_HELP).replace("o'clock", "").replace("a.m.", "am")
    words = words.replace("p.m.", "pm").replace("a.m", "am").replace("p.m", "pm").strip()
    if words in {"noon", "midday"}:
        return time(12)
    if words == "midnight":
        return time(0)
    found = _CLOCK.fullmatch(re.sub(r"\s+(?=[ap])", "", words))
    if found is None:
        raise ReadingError(f"“{text.strip()}” is not a time. {TIME_HELP}")
    return _clock_time(text.strip(), found)


def _plain(text: str, help_text: str) -> str:
    words = " ".join(text.lower().split())
    if not words:
        raise ReadingError(help_text)
    if len(words) > LONGEST:
        raise ReadingError(f"This is too long. {help_text}")
    return words


def _clock_time(text: str, found: re.Match[str]) -> time:
    hour, minute = int(found[1]), int(found[2] or 0)
    half = (found[3] or "").rstrip("m").rstrip("h")
    if minute > 59:
        raise ReadingError(f"“{text}” is not a time: minutes go from 00 to 59.")
    if half and not 1 <= hour <= 12:
        raise ReadingError(f"“{text}” is not a time: with am or pm, hours go from 1 to 12.")
    if hour > 23:
        raise ReadingError(f"“{text}” is not a time: hours go from 0 to 23.")
    if half:
        return time(hour % 12 + (12 if half == "p" else 0), minute)
    is_afternoon = 1 <= hour <= 6 and not found[1].startswith("0")
    return time(hour + 12 if is_afternoon else hour, minute)


def _from_today(words: str, today: date, leaning: Leaning) -> date | None:
    if words in _DAYS_FROM_TODAY:
        return today + timedelta(days=_DAYS_FROM_TODAY[words])
    weekday = _weekday(words.removeprefix("next ").removeprefix("on "))
    if weekday is not None:
        return _coming(weekday, today, leaning, next_week=words.startswith("next "))
    shift = _SHIFT.fullmatch(words)
    if shift is None:
        return _plus(words, today)
    count, unit = shift[1], shift[2]
    number = (_NUMBERS.get(count) or int(count)) * (-1 if shift[3] else 1)
    if unit in {"month", "mo", "m"}:
        return _months_on(today, number)
    return today + timedelta(days=number * _UNITS[unit]) if unit in _UNITS else None


def _plus(words: str, today: date) -> date | None:
    found = re.fullmatch(r"\+ ?(\d{1,3})", words)
    return today + timedelta(days=int(found[1])) if found else None


def _weekday(word: str) -> int | None:
    if len(word) < 2:
        return None
    fits = [at for at, name in enumerate(WEEKDAYS) if name.startswith(word.rstrip("."))]
    if word in {"thurs", "thur", "tues", "weds"}:
        fits = [["mo", "tu", "we", "th"].index(word[:2])]
    return fits[0] if len(fits) == 1 else None


def _coming(weekday: int, today: date, leaning: Leaning, *, next_week: bool) -> date:
    if next_week:
        return today + timedelta(days=7 - today.weekday() + weekday)
    if leaning == "past":
        return today - timedelta(days=(today.weekday() - weekday) % 7 or 7)
    return today + timedelta(days=(weekday - today.weekday()) % 7 or 7)


def _months_on(today: date, months: int) -> date:
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    if not 1 < year < 9998:
        raise ReadingError(f"That is too far away. {DATE_HELP}")
    return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))


def _written(words: str, text: str, today: date, leaning: Leaning) -> PartialDate:
    if found := _MONTH_AND_YEAR.fullmatch(words):
        return PartialDate(_real(text, int(found[2]), int(found[1]), 1), "month")
    if found := _NUMERIC.fullmatch(words):
        return PartialDate(_numeric(text, found, today, leaning))
    if re.fullmatch(r"\d{4}", words) and 1800 <= int(words) <= 2200:
        return PartialDate(_real(text, int(words), 1, 1), "year")
    if found := _PACKED.fullmatch(words):
        parts = (int(found[1]), int(found[2]))
        return PartialDate(_dated(text, *parts, found[3], today, leaning))
    return _named_month(words, text, today, leaning)


def _numeric(text: str, found: re.Match[str], today: date, leaning: Leaning) -> date:
    first, mark, second, third = found[1], found[2], found[3], found[4]
    if len(first) > 2:
        if third is None:
            raise ReadingError(f"“{text}” lacks the day. {DATE_HELP}")
        return _real(text, int(first), int(second), int(third))
    day_first = mark == "." and int(second) <= 12
    month, day = (int(second), int(first)) if day_first else (int(first), int(second))
    if third is None:
        return _without_year(text, month, day, today, leaning)
    return _dated(text, month, day, third, today, leaning)


def _named_month(words: str, text: str, today: date, leaning: Leaning) -> PartialDate:
    parts = re.findall(r"[a-zé]+\.?|\d+", re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", words))
    said = [_weekday(part) for part in parts if _weekday(part) is not None]
    parts = [part for part in parts if part not in {"of", "the"} and _weekday(part) is None]
    months = [_month(part) for part in parts if not part.isdigit()]
    numbers = [part for part in parts if part.isdigit()]
    if len(months) != 1 or months[0] is None or not 1 <= len(numbers) <= 2:
        raise ReadingError(f"“{text}” is not a date. {DATE_HELP}")
    if len(numbers) == 1 and len(numbers[0]) == 4:
        return PartialDate(_real(text, int(numbers[0]), months[0], 1), "month")
    found = _named_day(text, months[0], numbers, today, leaning)
    if said and said[0] != found.weekday():
        raise ReadingError(f"{found.day} {found:%b} {found.year} is a {found:%A}.")
    return PartialDate(found)


def _named_day(text: str, month: int, numbers: list[str], today: date, leaning: Leaning) -> date:
    if len(numbers) == 1:
        return _without_year(text, month, int(numbers[0]), today, leaning)
    if len(numbers[0]) == 4:
        numbers.reverse()
    return _dated(text, month, int(numbers[0]), numbers[1], today, leaning)


def _month(word: str) -> int | None:
    word = word.rstrip(".")
    fits = [at for at, name in enumerate(MONTHS, 1) if name.startswith(word)]
    if word == "sept":
        return 9
    return fits[0] if len(fits) == 1 and len(word) >= 3 else None


def _dated(text: str, month: int, day: int, year: str, today: date, leaning: Leaning) -> date:
    """With a year of two digits: the one of the century that is not ahead, or not far ahead."""
    if len(year) == 3:
        raise ReadingError(f"“{year}” is not a year: write two or four digits.")
    month, day = _sorted(month, day)
    if len(year) == 4:
        return _real(text, int(year), month, day)
    near = (today.year, today.month, today.day) if leaning == "past" else (today.year + 50, 1, 1)
    full = today.year // 100 * 100 + int(year)
    return _real(text, full - 100 if (full, month, day) > near else full, month, day)


def _without_year(text: str, month: int, day: int, today: date, leaning: Leaning) -> date:
    """The nearest such day on the side one leans to; 29 February waits for its year."""
    month, day = _sorted(month, day)
    longest = _LONGEST_MONTHS.get(month, 31)
    if longest < day:
        name = MONTHS[month - 1].capitalize()
        raise ReadingError(f"“{text}” is not a date: {name} never has more than {longest} days.")
    step = 1 if leaning == "future" else -1
    for year in range(today.year, today.year + 9 * step, step):
        if (month, day) == (2, 29) and not calendar.isleap(year):
            continue
        found = _real(text, year, month, day)
        if found >= today if leaning == "future" else found <= today:
            return found
    raise ReadingError(f"“{text}” is not a date. {DATE_HELP}")


def _sorted(month: int, day: int) -> tuple[int, int]:
    return (day, month) if month > 12 >= day else (month, day)


def _real(text: str, year: int, month: int, day: int) -> date:
    if not 1 <= month <= 12:
        raise ReadingError(f"“{text}” is not a date: there is no month {month}.")
    if not 1 <= year <= 9999:
        raise ReadingError(f"“{text}” is not a date: there is no year {year}.")
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        name = MONTHS[month - 1].capitalize()
        raise ReadingError(f"“{text}” is not a date: {name} {year} has {last} days.")
    return date(year, month, day)
