"""What the board of a day is made of."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from caredesk.people.queries import PatientLine
from caredesk.scheduling.rules import flow
from caredesk.scheduling.rules.flow import State


@dataclass(frozen=True, slots=True)
class Opening:
    """A stretch of open time."""

    starts_at: datetime
    ends_at: datetime


@dataclass(slots=True)
class BoardVisit:
    """A visit in a column. `takes_from` and `takes_until` include set-up and clean-up there.

    `track` of `tracks` is where it is drawn beside visits that share its time.
    """

    appointment: UUID
    starts_at: datetime
    ends_at: datetime
    takes_from: datetime
    takes_until: datetime
    lane: int
    state: State
    visit_type: str
    colour: str
    reason: str
    patients: list[PatientLine]
    beside: list[str]
    since: datetime | None
    waited: timedelta | None
    waits_for: int
    is_outside_hours: bool = False
    is_restricted: bool = False
    """Its time is taken, and more is not said to this viewer."""
    track: int = 0
    tracks: int = 1

    @property
    def is_overbooked(self) -> bool:
        return self.lane > 0

    @property
    def next_steps(self) -> tuple[State, ...]:
        return flow.next_steps(self.state)


@dataclass(frozen=True, slots=True)
class BoardHold:
    """A time that is held. `is_own` where the viewer holds it."""

    hold: UUID
    starts_at: datetime
    ends_at: datetime
    by_label: str
    is_own: bool
    expires_at: datetime
    visit_type: str


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Time of a resource that is taken at another site."""

    starts_at: datetime
    ends_at: datetime
    site_name: str


@dataclass(slots=True)
class Column:
    """A resource's day at a site. One without hours of its own is open while the site is."""

    resource: UUID
    kind: str
    label: str
    site: UUID
    zone: str
    lanes: int
    opens: list[Opening]
    visits: list[BoardVisit] = field(default_factory=list)
    holds: list[BoardHold] = field(default_factory=list)
    elsewhere: list[Elsewhere] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A visit of the day that was called off."""

    appointment: UUID
    starts_at: datetime
    zone: str
    visit_type: str
    patients: list[PatientLine]
    reason: str
    asked_by: str
    by_label: str


@dataclass(frozen=True, slots=True)
class BoardSite:
    """A site of the board, and the instants between which its day lies."""

    id: UUID
    name: str
    zone: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class DayBoard:
    """A calendar day at one or more sites. `holidays` is why the sites are closed, if they are."""

    day: date
    by: str
    now: datetime
    sites: list[BoardSite]
    columns: list[Column]
    cancelled: list[Cancelled]
    holidays: list[str] = field(default_factory=list)
