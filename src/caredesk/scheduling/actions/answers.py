"""What the actions answer, in types that become JSON."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from caredesk.scheduling.taking import Taken, Visit
from caredesk.scheduling.words import when_words


class TakenResource(BaseModel):
    """A resource whose time the visit takes. Lanes above 0 are overbooked."""

    id: UUID
    kind: str
    label: str
    lane: int


class Placed(BaseModel):
    """Where and when a visit is, with whom and in which room."""

    starts_at: datetime
    ends_at: datetime
    wall_start: datetime
    zone: str
    site: UUID
    site_name: str
    resources: list[TakenResource]
    words: str


class Booked(Placed):
    """The visit that was booked or moved."""

    appointment: UUID


class Held(Placed):
    """The time that is held, until when."""

    hold: UUID
    expires_at: datetime


class Changed(BaseModel):
    """The visit that was changed and the state it is in."""

    appointment: UUID
    state: str
    words: str


def placed(taken: Taken) -> Placed:
    """What was just taken."""
    return place(
        taken.visit,
        [
            TakenResource(
                id=t.resource.id, kind=t.resource.kind, label=t.resource.label, lane=t.lane
            )
            for t in taken.takings
        ],
    )


def place(visit: Visit, resources: list[TakenResource]) -> Placed:
    """Where and when, in the words of the desk: "Tue 24 Nov, 9:20 with Dr Chen, Room 2"."""
    labels = ", ".join(each.label for each in resources)
    return Placed(
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        wall_start=visit.wall_start,
        zone=visit.site.zone,
        site=visit.site.id,
        site_name=visit.site.name,
        resources=resources,
        words=f"{when_words(visit.starts_at, visit.site.zone)} with {labels}",
    )
