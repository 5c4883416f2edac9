"""Dates that may be no more than a year or a month, and instants with their offset."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

type Precision = Literal["year", "month", "day"]
type Moment = PartialDate | datetime

_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d{1,9})?"
    r"(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))",
    re.ASCII,
)
_FURTHEST_WEST, _FURTHEST_EAST = timedelta(hours=12), timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date as far as it is known."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.month is None and self.day is not None:
            raise ValueError("a day needs its month")
        date(
            self.year,
            1 if self.month is None else self.month,
            1 if self.day is None else self.day,
        )

    @property
    def precision(self) -> Precision:
        if self.day is not None:
            return "day"
        return "year" if self.month is None else "month"

    @property
    def first(self) -> date:
        """The first day that it can be."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> date:
        """The last day that it can be."""
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])

    def __str__(self) -> str:
        parts = [f"{self.year:04d}"]
        parts += [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)

    @classmethod
    def of(cls, day: date, precision: Precision = "day") -> "PartialDate":
        month = None if precision == "year" else day.month
        return cls(day.year, month, day.day if precision == "day" else None)


def read_date(text: str) -> PartialDate:
    """A FHIR date: YYYY, YYYY-MM or YYYY-MM-DD. ValueError where it is none."""
    found = _DATE.fullmatch(text)
    if found is None:
        raise ValueError("not a date")
    year, month, day = (None if part is None else int(part) for part in found.groups())
    return PartialDate(year or 0, month, day)


def read_moment(text: str) -> Moment:
    """A FHIR dateTime: a date, or an instant with its offset. ValueError where it is neither."""
    if "T" not in text:
        return read_date(text)
    if _INSTANT.fullmatch(text) is None:
        raise ValueError("not an instant")
    # A leap second is the last second of its minute here: no clock of ours shows it.
    instant = datetime.fromisoformat(re.sub(r"(T\d\d:\d\d):60", r"\1:59", text))
    try:
        _days(instant)
    except OverflowError:
        raise ValueError("out of range") from None
    return instant


def print_moment(moment: Moment) -> str:
    return str(moment) if isinstance(moment, PartialDate) else moment.isoformat()


def is_before(one: Moment, other: Moment) -> bool:
    """Whether `one` lies before `other` beyond doubt, whatever zone a plain date is in."""
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one < other
    return _days(one)[1] < _days(other)[0]


def _days(moment: Moment) -> tuple[date, date]:
    """The first and last day that it can be, wherever one looks at a calendar."""
    if isinstance(moment, PartialDate):
        return moment.first, moment.last
    instant = moment.astimezone(UTC)
    return (instant - _FURTHEST_WEST).date(), (instant + _FURTHEST_EAST).date()
