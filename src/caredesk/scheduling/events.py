"""What happened to visits. `day` is the calendar day at the site, for whoever shows that day."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from caredesk.kernel.events import Event


@dataclass(frozen=True)
class AppointmentBooked(Event):
    """A visit was given its time."""

    version: ClassVar[int] = 1
    appointment: UUID
    patient: UUID
    site: UUID
    day: date


@dataclass(frozen=True)
class AppointmentMoved(Event):
    """A visit was moved, from one day and site to another or the same."""

    version: ClassVar[int] = 1
    appointment: UUID
    site: UUID
    day: date
    from_site: UUID
    from_day: date


@dataclass(frozen=True)
class AppointmentCancelled(Event):
    """A visit was called off: its time is free again."""

    version: ClassVar[int] = 1
    appointment: UUID
    site: UUID
    day: date


@dataclass(frozen=True)
class AppointmentReinstated(Event):
    """A cancellation was taken back: the visit has its time again."""

    version: ClassVar[int] = 1
    appointment: UUID
    site: UUID
    day: date


@dataclass(frozen=True)
class AppointmentWithdrawn(Event):
    """A booking was taken back, as though it had never been made."""

    version: ClassVar[int] = 1
    appointment: UUID
    site: UUID
    day: date


@dataclass(frozen=True)
class AppointmentRestricted(Event):
    """Only a circle sees the visit from now on; for all others its time is taken."""

    version: ClassVar[int] = 1
    appointment: UUID
    site: UUID
    day: date


@dataclass(frozen=True)
class StepRecorded(Event):
    """A visit went on: confirmed, arrived, in room … `step` names the row."""

    version: ClassVar[int] = 1
    appointment: UUID
    step: UUID
    state: str
    site: UUID
    day: date


@dataclass(frozen=True)
class StepRetracted(Event):
    """A step was recorded by mistake; `state` is what holds again."""

    version: ClassVar[int] = 1
    appointment: UUID
    step: UUID
    state: str
    site: UUID
    day: date


@dataclass(frozen=True)
class TimeHeld(Event):
    """A time is kept while a caller decides."""

    version: ClassVar[int] = 1
    hold: UUID
    site: UUID
    day: date


@dataclass(frozen=True)
class HoldReleased(Event):
    """A kept time is free again."""

    version: ClassVar[int] = 1
    hold: UUID
    site: UUID
    day: date


@dataclass(frozen=True)
class RequirementSettled(Event):
    """Something that a visit waited for is there."""

    version: ClassVar[int] = 1
    appointment: UUID
    kind: str


@dataclass(frozen=True)
class HoursChanged(Event):
    """When resources are open has changed: at a site, or at all; on these days, or from then on.

    Of version 1 only the resources are known.
    """

    version: ClassVar[int] = 2
    resources: list[UUID]
    site: UUID | None = None
    first_day: date | None = None
    last_day: date | None = None

    @classmethod
    def of_older(cls, version: int, body: dict[str, Any]) -> dict[str, Any]:
        return body
