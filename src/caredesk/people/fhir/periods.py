"""What of a patient holds at a moment, by the periods that were sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from caredesk.wire.fhir.datatypes import Period
from caredesk.wire.fhir.dates import Moment, PartialDate
from caredesk.wire.fhir.patient import Patient

type State = Literal["holds", "ended", "later"]


@dataclass(frozen=True, slots=True)
class At:
    """A moment, and our zone: whose day it is where only a day was sent."""

    now: datetime
    zone: str

    @property
    def today(self) -> date:
        return self.now.astimezone(ZoneInfo(self.zone)).date()

    def state(self, period: Period | None) -> State:
        """Whether a period holds, has ended before, or begins later."""
        if period is None:
            return "holds"
        if period.end is not None and self._is_over(period.end):
            return "ended"
        return "later" if period.start is not None and self._is_ahead(period.start) else "holds"

    def _is_over(self, end: Moment) -> bool:
        return end.last < self.today if isinstance(end, PartialDate) else end < self.now

    def _is_ahead(self, start: Moment) -> bool:
        return start.first > self.today if isinstance(start, PartialDate) else start > self.now


def states(sent: Patient, at: At) -> tuple[State, ...]:
    """Of everything with a period whether it holds; empty where all of it does.

    An unchanged file says something else once one of them has begun or ended.
    """
    found = tuple(at.state(each) for each in _periods(sent))
    return found if set(found) - {"holds"} else ()


def _periods(sent: Patient) -> Iterator[Period | None]:
    yield from (each.period for each in sent.names)
    yield from (each.period for each in sent.telecom)
    yield from (each.period for each in sent.addresses)
    for contact in sent.contacts:
        yield contact.period
        yield from (each.period for each in contact.telecom)


def day_words(moment: Moment | None) -> str:
    """A moment as a remark names it."""
    return str(moment if isinstance(moment, PartialDate) or moment is None else moment.date())
