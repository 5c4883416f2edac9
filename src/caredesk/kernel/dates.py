"""Days and times for the input of actions, so that every door has the same bounds.

Outside of them the calendar itself ends: a zone's offset or a day more would leave it.
"""

from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field, NaiveDatetime
from pydantic_core import PydanticCustomError

FIRST_YEAR, LAST_YEAR = 1850, 2200


def is_within_reach(day: date) -> bool:
    """Whether anything at a desk can be on this day."""
    return FIRST_YEAR <= day.year <= LAST_YEAR


def within_reach[D: date](day: D) -> D:
    """For every day and time that comes from outside."""
    if not is_within_reach(day):
        raise PydanticCustomError(
            "out_of_reach",
            f"This date is out of reach. Give a year from {FIRST_YEAR} to {LAST_YEAR}.",
        )
    return day


Day = Annotated[date, AfterValidator(within_reach)]
Instant = Annotated[AwareDatetime, AfterValidator(within_reach)]
WallTime = Annotated[NaiveDatetime, AfterValidator(within_reach)]
InstantOrWallTime = Annotated[datetime, AfterValidator(within_reach)]

Fold = Annotated[int, Field(ge=0, le=1)]
"""Which of a repeated hour: 0 the first, 1 the second (PEP 495)."""
