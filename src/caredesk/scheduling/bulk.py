"""Many visits at once by COPY: for the demo practice and for benchmarks, never for the desk.

The database's constraints hold as ever; the masks are computed afterwards, and a check says what
does not add up.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection

from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import note
from caredesk.kernel.dates import Instant, WallTime
from caredesk.kernel.ids import new_id

from .hours import mend_all, whole_horizon

_APPOINTMENT = """COPY scheduling_appointment (id, visit_type_id, site_id, starts_at, ends_at,
 wall_start, zone, state, reason, asked_by, note, codes, booked_at, booked_by, booked_by_label)
FROM STDIN"""
_PARTICIPANT = """COPY scheduling_participant
 (id, appointment_id, patient_id, practitioner_id, status) FROM STDIN"""
_BOOKING = """COPY scheduling_booking (id, resource_id, appointment_id, lane, starts_at, ends_at)
FROM STDIN"""
_STEP = """COPY scheduling_step (id, appointment_id, state, at, recorded_at, by, by_label)
FROM STDIN"""


@dataclass(frozen=True, slots=True)
class BulkBooking:
    """Time of a resource, with its set-up and clean-up."""

    resource: UUID
    starts_at: Instant
    ends_at: Instant
    lane: int = 0


@dataclass(frozen=True, slots=True)
class BulkVisit:
    """A visit as it is written. `steps` are (state, at) in order; the state is the last one's."""

    patient: UUID
    visit_type: UUID
    site: UUID
    zone: str
    starts_at: Instant
    ends_at: Instant
    wall_start: WallTime
    booked_at: Instant
    bookings: Sequence[BulkBooking]
    practitioners: Sequence[UUID] = ()
    steps: Sequence[tuple[str, Instant]] = ()
    state: str = "booked"
    reason: str = ""
    asked_by: str = ""
    id: UUID = field(default_factory=new_id)


def copy_visits(visits: Iterable[BulkVisit], by: Actor) -> int:
    """Write visits within the action under way; call `finish` once all are there."""
    every = list(visits)
    with connection.cursor() as cursor:
        _copy(cursor, _APPOINTMENT, (_appointment(visit, by) for visit in every))
        _copy(cursor, _PARTICIPANT, (row for visit in every for row in _participants(visit)))
        _copy(cursor, _BOOKING, (row for visit in every for row in _bookings(visit)))
        _copy(cursor, _STEP, (row for visit in every for row in _steps(visit, by)))
    note("scheduling_appointment", "many", now={"rows": len(every)})
    return len(every)


def finish(resources: Iterable[UUID]) -> list[str]:
    """Compute the masks of these resources; returns what does not add up, nothing if all does."""
    mend_all(list(resources), whole_horizon())
    return [words for words, statement in _CHECKS.items() if _finds(statement)]


_CHECKS = {
    "a visit that stands has no booking": """SELECT 1 FROM scheduling_appointment a
        WHERE a.state IN ('booked', 'confirmed') AND NOT EXISTS (SELECT 1
          FROM scheduling_booking b WHERE b.appointment_id = a.id AND b.released_at IS NULL)""",
    "a visit has no patient": """SELECT 1 FROM scheduling_appointment a
        WHERE NOT EXISTS (SELECT 1 FROM scheduling_participant p
          WHERE p.appointment_id = a.id AND p.patient_id IS NOT NULL)""",
    "a booking does not hold its visit's time": """SELECT 1 FROM scheduling_booking b
        JOIN scheduling_appointment a ON a.id = b.appointment_id
        WHERE b.released_at IS NULL AND (b.starts_at > a.starts_at OR b.ends_at < a.ends_at)""",
    "a state is not that of the last step": """SELECT 1 FROM (SELECT DISTINCT ON
          (t.appointment_id) t.appointment_id, t.state FROM scheduling_step t
          WHERE t.retracted_at IS NULL ORDER BY t.appointment_id, t.recorded_at DESC, t.id DESC) t
        JOIN scheduling_appointment a ON a.id = t.appointment_id
        WHERE a.state <> t.state AND a.state NOT IN ('cancelled', 'withdrawn')""",
}


def _finds(statement: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS ({statement})")
        return bool(cursor.fetchone()[0])


def _copy(cursor: object, statement: str, rows: Iterable[Sequence[object]]) -> None:
    with cursor.copy(statement) as copy:  # type: ignore[attr-defined]
        for row in rows:
            copy.write_row(row)


def _appointment(visit: BulkVisit, by: Actor) -> Sequence[object]:
    return (
        visit.id,
        visit.visit_type,
        visit.site,
        visit.starts_at,
        visit.ends_at,
        visit.wall_start,
        visit.zone,
        visit.steps[-1][0] if visit.steps else visit.state,
        visit.reason,
        visit.asked_by,
        "",
        "[]",
        visit.booked_at,
        by.id,
        by.label,
    )


def _participants(visit: BulkVisit) -> Iterable[Sequence[object]]:
    yield new_id(), visit.id, visit.patient, None, "accepted"
    for practitioner in visit.practitioners:
        yield new_id(), visit.id, None, practitioner, "accepted"


def _bookings(visit: BulkVisit) -> Iterable[Sequence[object]]:
    for one in visit.bookings:
        yield new_id(), one.resource, visit.id, one.lane, one.starts_at, one.ends_at


def _steps(visit: BulkVisit, by: Actor) -> Iterable[Sequence[object]]:
    for state, at in visit.steps:
        yield new_id(), visit.id, state, at, at, by.id, by.label
