"""One visit with all that is known of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from caredesk.kernel.actor import Actor
from caredesk.kernel.barred import barred, refuse_barred
from caredesk.kernel.errors import Missing
from caredesk.people.queries import PatientLine, patient_lines
from caredesk.people.rules.restrictions import kind_words
from caredesk.scheduling.rows import instant, listed, read_rows
from caredesk.scheduling.rules import flow
from caredesk.scheduling.rules.flow import State
from caredesk.scheduling.words import local_day, when_words


@dataclass(frozen=True, slots=True)
class UsedResource:
    """A resource whose time a visit takes."""

    id: UUID
    kind: str
    label: str
    lane: int
    takes_from: datetime
    takes_until: datetime
    overbooking_reason: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """Something that happened to a visit: when, what, by whom, why; and its taking back."""

    at: datetime
    what: str
    by_label: str
    why: str
    id: UUID
    taken_back_at: datetime | None = None
    on: date | None = None
    """The day, where the time of the day says nothing."""

    @property
    def is_taken_back(self) -> bool:
        return self.taken_back_at is not None


@dataclass(frozen=True, slots=True)
class AppointmentDetails:
    """A visit, where and with whom, and its history with the newest last."""

    id: UUID
    state: State
    starts_at: datetime
    ends_at: datetime
    wall_start: datetime
    zone: str
    site: UUID | None
    place: str
    visit_type: UUID | None
    visit_type_name: str
    instructions: str
    colour: str
    reason: str
    note: str
    asked_by: str
    codes: list[Any]
    booked_at: datetime
    booked_by_label: str
    patients: list[PatientLine]
    practitioners: list[str]
    resources: list[UsedResource]
    steps: list[HistoryLine]
    cancellations: list[HistoryLine]
    history: list[HistoryLine]
    open_requirements: list[str]
    identifiers: list[tuple[str, str]]
    restricted_as: list[str]
    """The kinds of its own restrictions, for who is in the circle of each: others do not see it."""
    is_hidden: bool
    """Whether any of these hides it."""

    @property
    def next_steps(self) -> tuple[State, ...]:
        """What may be recorded next, the usual first."""
        return flow.next_steps(self.state)

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds()) // 60

    @property
    def is_ahead(self) -> bool:
        """Whether it may be moved and cancelled."""
        return self.state in flow.AHEAD and bool(self.resources)

    @property
    def last_step(self) -> HistoryLine | None:
        """The step that may be taken back."""
        return _last_that_holds(self.steps)

    @property
    def cancellation(self) -> HistoryLine | None:
        """That it was called off, while it is; an imported visit may have none."""
        return _last_that_holds(self.cancellations) if self.state is State.CANCELLED else None

    @property
    def state_since(self) -> datetime | None:
        """Since when it is what it is; unknown of one that was just booked, or taken out."""
        if self.state in flow.GONE:
            return self.cancellation.at if self.cancellation else None
        return self.last_step.at if self.last_step else None


def _last_that_holds(lines: Sequence[HistoryLine]) -> HistoryLine | None:
    held = [line for line in lines if not line.is_taken_back]
    return held[-1] if held else None


_APPOINTMENT = """
SELECT a.id, a.state, a.starts_at, a.ends_at, a.wall_start, a.zone, a.site_id,
  coalesce(s.name, o.name, '') AS place, a.visit_type_id, coalesce(v.name, '') AS visit_type,
  coalesce(v.instructions, '') AS instructions, coalesce(v.colour, 'slate') AS colour,
  a.reason, a.note, a.asked_by, a.codes::text AS codes, a.booked_at, a.booked_by_label,
  array(SELECT p.patient_id FROM scheduling_participant p WHERE p.appointment_id = a.id
    AND p.patient_id IS NOT NULL AND p.ended_at IS NULL) AS patients,
  array(SELECT btrim(concat_ws(' ', nullif(rtrim(w.prefix, '.'), ''),
      nullif(w.given, ''), w.family))
    FROM scheduling_participant p
    JOIN workforce_practitioner w ON w.id = p.practitioner_id
    WHERE p.appointment_id = a.id AND p.ended_at IS NULL) AS practitioners,
  (SELECT json_agg(json_build_array(r.id, r.kind, r.label, b.lane, b.starts_at, b.ends_at,
      coalesce(x.reason, '')) ORDER BY r.kind = 'practitioner' DESC, r.label)
    FROM scheduling_booking b JOIN scheduling_resource r ON r.id = b.resource_id
    LEFT JOIN scheduling_overbooking x ON x.booking_id = b.id
    WHERE b.appointment_id = a.id AND b.released_at IS NULL)::text AS resources,
  (SELECT json_agg(json_build_array(t.at, t.state, t.by_label, t.id, t.retracted_at)
      ORDER BY t.recorded_at, t.id)
    FROM scheduling_step t WHERE t.appointment_id = a.id)::text AS steps,
  (SELECT json_agg(json_build_array(m.at, m.undoes_id IS NOT NULL, m.from_starts_at,
      m.to_starts_at, m.by_label, m.reason, m.asked_by, m.id) ORDER BY m.at, m.id)
    FROM scheduling_move m WHERE m.appointment_id = a.id)::text AS moves,
  (SELECT json_agg(json_build_array(c.at, c.reason, c.asked_by, c.by_label, c.id,
      c.withdrawn_at) ORDER BY c.at, c.id)
    FROM scheduling_cancellation c WHERE c.appointment_id = a.id)::text AS cancellations,
  (SELECT json_agg(json_build_array(j.at, j.code, j.by_label, j.reason, j.id) ORDER BY j.at, j.id)
    FROM scheduling_justification j WHERE j.appointment_id = a.id)::text AS stops,
  array(SELECT w.kind FROM scheduling_openrequirement w
    WHERE w.appointment_id = a.id AND w.settled_at IS NULL ORDER BY w.kind) AS open_requirements,
  (SELECT json_agg(json_build_array(i.system, i.value) ORDER BY i.system, i.value)
    FROM scheduling_appointmentidentifier i WHERE i.appointment_id = a.id)::text AS identifiers,
  array(SELECT DISTINCT x.kind FROM people_restriction x
    WHERE x.piece_id = a.id AND x.ended_at IS NULL ORDER BY x.kind) AS restricted_as,
  EXISTS (SELECT FROM people_restriction x WHERE x.piece_id = a.id AND x.ended_at IS NULL
    AND x.level = 'hidden') AS is_hidden
FROM scheduling_appointment a
  LEFT JOIN practice_site s ON s.id = a.site_id
  LEFT JOIN practice_outsideorganization o ON o.id = a.outside_organization_id
  LEFT JOIN scheduling_visittype v ON v.id = a.visit_type_id
WHERE a.id = %(id)s
"""

_STOPS = {
    "own_overlap": "Booked beside another visit",
    "outside_availability": "Booked outside the hours",
}


def appointment(viewer: Actor, id: UUID) -> AppointmentDetails:
    """A visit with its history; two statements. Not to be seen by `viewer`, it is `Missing`."""
    refuse_barred(viewer, [id], "appointment")
    rows = read_rows(_APPOINTMENT, {"id": id})
    if not rows:
        raise Missing("appointment")
    row = rows[0]
    refuse_barred(viewer, row.patients, "appointment")
    steps, cancellations = _steps(row), _cancellations(row)
    return AppointmentDetails(
        id=row.id,
        state=State(row.state),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        wall_start=row.wall_start,
        zone=row.zone,
        site=row.site_id,
        place=row.place,
        visit_type=row.visit_type_id,
        visit_type_name=row.visit_type,
        instructions=row.instructions,
        colour=row.colour,
        reason=row.reason,
        note=row.note,
        asked_by=row.asked_by,
        codes=listed(row.codes),
        booked_at=row.booked_at,
        booked_by_label=row.booked_by_label,
        patients=_patients(viewer, row),
        practitioners=list(row.practitioners),
        resources=[
            UsedResource(UUID(r), kind, label, lane, instant(since), instant(until), why)
            for r, kind, label, lane, since, until, why in listed(row.resources)
        ],
        steps=steps,
        cancellations=cancellations,
        history=_history(row, [*steps, *cancellations]),
        open_requirements=list(row.open_requirements),
        identifiers=[(system, value) for system, value in listed(row.identifiers)],
        restricted_as=_restricted_as(viewer, row),
        is_hidden=row.is_hidden,
    )


def _restricted_as(viewer: Actor, row: Any) -> list[str]:
    """Nothing for who broke the glass: the strip says that already."""
    return [] if row.id in barred(viewer).lifted else [kind_words(x) for x in row.restricted_as]


def _patients(viewer: Actor, row: Any) -> list[PatientLine]:
    """By the clock of the visit's site; an outside visit is at none of ours."""
    zone = row.zone if row.site_id else ""
    people = patient_lines(viewer, row.patients, zone=zone, visit=row.wall_start.date(), told=True)
    return [people[one] for one in row.patients if one in people]


def _steps(row: Any) -> list[HistoryLine]:
    return [
        HistoryLine(
            instant(at), State(state).words.capitalize(), by, "", UUID(step), _instant(gone)
        )
        for at, state, by, step, gone in listed(row.steps)
    ]


def _cancellations(row: Any) -> list[HistoryLine]:
    return [
        HistoryLine(instant(at), "Cancelled", by, _why(reason, asked_by), UUID(id), _instant(gone))
        for at, reason, asked_by, by, id, gone in listed(row.cancellations)
    ]


def _instant(text: str | None) -> datetime | None:
    return instant(text) if text else None


def _history(row: Any, changes: Sequence[HistoryLine]) -> list[HistoryLine]:
    imported_on = None if row.visit_type_id else local_day(row.booked_at, row.zone)
    booked = HistoryLine(
        row.booked_at,
        "Imported" if imported_on else "Booked",
        row.booked_by_label,
        _why("", row.asked_by),
        row.id,
        on=imported_on,
    )
    moves = [
        HistoryLine(
            instant(at),
            f"{'Moved back' if back else 'Moved'} from {when_words(instant(was), row.zone)}",
            by,
            _why(reason, asked_by),
            UUID(move),
        )
        for at, back, was, _, by, reason, asked_by, move in listed(row.moves)
    ]
    stops = [
        HistoryLine(instant(at), _STOPS.get(code, code), by, reason, UUID(id))
        for at, code, by, reason, id in listed(row.stops)
    ]
    return sorted([booked, *stops, *moves, *changes], key=lambda line: line.at)


def _why(reason: str, asked_by: str) -> str:
    return ", ".join(filter(None, [reason, asked_by and f"asked by {asked_by}"]))
