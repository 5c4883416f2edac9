"""Writing what was taken: the visit, who takes part, its bookings and the masks, in one statement.

The kernel is told of each row, so that the audit row is the same as if the ORM had written them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg.errors
from django.db import IntegrityError, connection

from caredesk.kernel import clock
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import insert_many, note
from caredesk.kernel.ids import new_id

from . import free_days
from .diary import Diary, Entry
from .models import Justification, Overbooking
from .plans import Plan
from .rows import as_array
from .rules.flow import State
from .stops import Passed
from .taking import Taken, Taking, release

_APPOINTMENT = """INSERT INTO scheduling_appointment
 (id, visit_type_id, site_id, starts_at, ends_at, wall_start, zone, state, reason, asked_by, note,
  codes, booked_at, booked_by, booked_by_label)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '[]', %s, %s, %s)"""

_PARTICIPANTS = """INSERT INTO scheduling_participant
 (id, appointment_id, patient_id, practitioner_id, status)
SELECT id, %s, patient, practitioner, 'accepted'
FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[]) AS new(id, patient, practitioner)"""

_BOOKINGS = """INSERT INTO scheduling_booking
 (id, appointment_id, hold_id, resource_id, lane, starts_at, ends_at)
SELECT id, %s::uuid, %s::uuid, resource, lane, starts, ends
FROM unnest(%s::uuid[], %s::uuid[], %s::smallint[], %s::timestamptz[], %s::timestamptz[])
 AS new(id, resource, lane, starts, ends)"""


# The trigger on bookings raises it by this name.
_LANES = "scheduling_booking_lane_of_resource"


class Lost(Exception):  # noqa: N818  not an error: somebody was faster
    """A constraint refused a booking that the lock and the check had let through."""


@dataclass(frozen=True, slots=True)
class About:
    """What is said of a visit besides its time."""

    patients: Sequence[UUID]
    reason: str = ""
    asked_by: str = ""
    note: str = ""


def write_visit(plan: Plan, taken: Taken, about: About, by: Actor) -> tuple[UUID, list[UUID]]:
    """A new appointment with everything it takes; returns its id and those of its bookings."""
    now = clock.now()
    id = new_id()
    release(taken.diary, taken.given_back, now)
    bookings = _enter(taken, appointment=id)
    parts = {
        "appointment": _appointment(id, plan, taken, about, by, now),
        "participant": _participants(id, about.patients, taken.takings),
        "booking": _bookings(bookings, taken.takings, appointment=id),
    }
    _run(parts, free_days.update_statement(taken.diary.changed_masks()))
    return id, bookings


def write_bookings(
    taken: Taken, now: datetime, *, appointment: UUID | None = None, hold: UUID | None = None
) -> list[UUID]:
    """Bookings for an appointment that is there, or for a hold; what they replace is released."""
    release(taken.diary, taken.given_back, now)
    bookings = _enter(taken, appointment=appointment, hold=hold)
    parts = {"booking": _bookings(bookings, taken.takings, appointment=appointment, hold=hold)}
    _run(parts, free_days.update_statement(taken.diary.changed_masks()))
    return bookings


def write_passed(
    appointment: UUID, bookings: Sequence[UUID], taken: Taken, passed: Passed, by: Actor
) -> None:
    """Why soft stops were passed, and why time was taken that others had."""
    who = {"at": clock.now(), "by": by.id, "by_label": by.label}
    insert_many(
        [
            Justification(appointment_id=appointment, code=code, reason=reason, facts=facts, **who)
            for code, reason, facts in passed.stops
        ]
    )
    insert_many(
        [
            Overbooking(booking_id=booking, reason=passed.overbook_reason, **who)
            for booking, taking in zip(bookings, taken.takings, strict=True)
            if taking.resource.id in taken.conflicts
        ]
    )


def _enter(
    taken: Taken, *, appointment: UUID | None = None, hold: UUID | None = None
) -> list[UUID]:
    ids = [new_id() for _ in taken.takings]
    taken.diary.enter(
        [
            Entry(id, t.resource.id, t.lane, t.starts_at, t.ends_at, appointment, hold)
            for id, t in zip(ids, taken.takings, strict=True)
        ]
    )
    return ids


type Statement = tuple[str, list[Any]]


def _run(parts: dict[str, Statement], last: Statement) -> None:
    written = ", ".join(f"{name} AS ({text})" for name, (text, _) in parts.items())
    parameters = [value for _, values in parts.values() for value in values]
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"WITH {written} {last[0]}", [*parameters, *last[1]])
    except IntegrityError as error:
        if is_lost(error):
            raise Lost from error
        raise


def is_lost(error: IntegrityError) -> bool:
    """Whether somebody was faster: took the time, or lowered the number of lanes."""
    cause = error.__cause__
    return isinstance(cause, psycopg.errors.ExclusionViolation) or (
        isinstance(cause, psycopg.errors.CheckViolation) and cause.diag.constraint_name == _LANES
    )


def _appointment(
    id: UUID, plan: Plan, taken: Taken, about: About, by: Actor, now: datetime
) -> Statement:
    visit = taken.visit
    values = {
        "visit_type_id": plan.visit_type,
        "site_id": visit.site.id,
        "starts_at": visit.starts_at,
        "ends_at": visit.ends_at,
        "wall_start": visit.wall_start,
        "zone": visit.site.zone,
        "state": State.BOOKED.value,
        "reason": about.reason,
        "asked_by": about.asked_by,
        "note": about.note,
        "booked_at": now,
        "booked_by": by.id,
        "booked_by_label": by.label,
    }
    _note("scheduling_appointment", id, values)
    return _APPOINTMENT, [id, *values.values()]


def _participants(id: UUID, patients: Sequence[UUID], takings: Sequence[Taking]) -> Statement:
    practitioners = [t.resource.practitioner for t in takings if t.resource.practitioner]
    rows: list[tuple[UUID, UUID | None, UUID | None]] = [
        *((new_id(), patient, None) for patient in patients),
        *((new_id(), None, practitioner) for practitioner in practitioners),
    ]
    for row_id, patient, practitioner in rows:
        _note(
            "scheduling_participant",
            row_id,
            {"appointment_id": id, "patient_id": patient, "practitioner_id": practitioner},
        )
    return _PARTICIPANTS, [id, *(list(column) for column in zip(*rows, strict=True))]


def _bookings(
    ids: Sequence[UUID],
    takings: Sequence[Taking],
    *,
    appointment: UUID | None = None,
    hold: UUID | None = None,
) -> Statement:
    for id, t in zip(ids, takings, strict=True):
        _note(
            "scheduling_booking",
            id,
            {
                "appointment_id": appointment,
                "hold_id": hold,
                "resource_id": t.resource.id,
                "lane": t.lane,
                "starts_at": t.starts_at,
                "ends_at": t.ends_at,
            },
        )
    return _BOOKINGS, [
        appointment,
        hold,
        list(ids),
        [t.resource.id for t in takings],
        as_array(t.lane for t in takings),
        [t.starts_at for t in takings],
        [t.ends_at for t in takings],
    ]


def _note(table: str, id: UUID, values: dict[str, Any]) -> None:
    shown = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
        if value not in (None, "")
    }
    note(table, id, now={n: str(v) if isinstance(v, UUID) else v for n, v in shown.items()})


def give_back(diary: Diary, entries: Sequence[Entry], now: datetime) -> None:
    """Release bookings of an appointment or a hold, and free their time in the masks."""
    release(diary, entries, now)
    diary.write_masks()
