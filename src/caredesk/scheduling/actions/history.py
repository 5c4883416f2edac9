"""Visits that took place before, or elsewhere: kept as they came, without bookings."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from caredesk.kernel import clock
from caredesk.kernel.action import about, action
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import insert_many
from caredesk.kernel.dates import Instant
from caredesk.kernel.errors import Problem, Refused
from caredesk.kernel.sent import AsSent
from caredesk.kernel.text import Line, OptionalLine
from caredesk.practice.models import Site
from caredesk.scheduling.models import Appointment, AppointmentIdentifier, Participant

WESTERNMOST, EASTERNMOST = timedelta(hours=-12), timedelta(hours=14)


class VisitIdentifier(BaseModel):
    """Under which a system outside knows a visit."""

    system: Line
    value: Line


class PastVisit(BaseModel):
    """A visit that took place. Overlaps and overnight stays are kept as they are."""

    patient: UUID
    starts_at: Instant
    ends_at: Instant | None = None
    identifiers: Annotated[list[VisitIdentifier], Field(min_length=1, max_length=20)]
    state: Literal["done", "left", "cancelled", "no_show"] = "done"
    site: UUID | None = None
    outside_organization: UUID | None = None
    practitioners: list[UUID] = []
    codes: Annotated[list[AsSent], Field(max_length=100)] = []
    reason: OptionalLine = ""


class Recorded(BaseModel):
    """The visits in the order in which they were given, and how many of them were new."""

    appointments: list[UUID]
    added: int


@action(permission="import.run", no_undo="What came from outside is kept as it came.")
def record_past_visits(
    visits: Annotated[list[PastVisit], Field(max_length=5000)], *, by: Actor
) -> Recorded:
    """Keep visits that took place; those known under one of their identifiers are left alone."""
    _check(visits)
    known = _known(visits)
    zones = dict(Site.objects.values_list("id", "time_zone"))
    answers: list[UUID] = []
    new: list[tuple[PastVisit, Appointment]] = []
    for visit in visits:
        id = next((known[key] for key in _keys(visit) if key in known), None)
        if id is None:
            row = as_appointment(visit, zones, by)
            new.append((visit, row))
            id = row.id
            known |= dict.fromkeys(_keys(visit), id)
        answers.append(id)
    _insert(new)
    about(*{visit.patient for visit, _ in new})
    return Recorded(appointments=answers, added=len(new))


def _check(visits: Sequence[PastVisit]) -> None:
    now = clock.now()
    problems: list[Problem] = []
    for n, visit in enumerate(visits):
        problems += impossible_offsets(visit, f"visits.{n}")
        if visit.starts_at > now:
            problems.append(
                Problem(
                    f"visits.{n}.starts_at", "This visit has not begun yet.", "Book it instead."
                )
            )
        if visit.ends_at is not None and visit.ends_at < visit.starts_at:
            problems.append(Problem(f"visits.{n}.ends_at", "This ends before it begins."))
    if problems:
        raise Refused("Some of these visits cannot be kept.", problems=problems)


def impossible_offsets(visit: PastVisit, path: str) -> Iterator[Problem]:
    """The times whose offset from UTC no place on earth has."""
    for name, at in (("starts_at", visit.starts_at), ("ends_at", visit.ends_at)):
        offset = at.utcoffset() if at else None
        if offset is not None and not WESTERNMOST <= offset <= EASTERNMOST:
            yield Problem(
                f"{path}.{name}",
                "No place has this offset from UTC.",
                "Use one from -12:00 to +14:00.",
            )


def _keys(visit: PastVisit) -> list[tuple[str, str]]:
    return [(each.system, each.value) for each in visit.identifiers]


def _known(visits: Sequence[PastVisit]) -> dict[tuple[str, str], UUID]:
    keys = {key for visit in visits for key in _keys(visit)}
    rows = AppointmentIdentifier.objects.filter(
        system__in={system for system, _ in keys}, value__in={value for _, value in keys}
    ).values_list("system", "value", "appointment_id")
    return {
        (system, value): appointment
        for system, value, appointment in rows
        if (system, value) in keys
    }


def as_appointment(visit: PastVisit, zones: dict[UUID, str], by: Actor) -> Appointment:
    """The row that a past visit becomes; not written yet."""
    # Without a site of ours, the wall time is what was sent, with its own offset.
    zone = zones.get(visit.site, "") if visit.site else ""
    return Appointment(
        site_id=visit.site,
        outside_organization_id=visit.outside_organization,
        starts_at=visit.starts_at.astimezone(UTC),
        ends_at=(visit.ends_at or visit.starts_at).astimezone(UTC),
        wall_start=visit.starts_at.replace(tzinfo=None),
        zone=zone or _offset(visit.starts_at),
        state=visit.state,
        reason=visit.reason,
        codes=visit.codes,
        booked_at=clock.now(),
        booked_by=by.id,
        booked_by_label=by.label,
    )


def _offset(at: datetime) -> str:
    """A fixed offset as `clock.zone_named` reads it: sites alone have names of places."""
    return f"{at:%:z}" if at.utcoffset() else "UTC"


def _insert(new: Sequence[tuple[PastVisit, Appointment]]) -> None:
    insert_many([row for _, row in new])
    insert_many(
        [
            AppointmentIdentifier(appointment=row, system=system, value=value)
            for visit, row in new
            for system, value in dict.fromkeys(_keys(visit))
        ]
    )
    insert_many(
        [
            participant
            for visit, row in new
            for participant in (
                Participant(appointment=row, patient_id=visit.patient),
                *(
                    Participant(appointment=row, practitioner_id=one)
                    for one in dict.fromkeys(visit.practitioners)
                ),
            )
        ]
    )
