"""The visits of a patient: those to come, and those that were."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from caredesk.kernel import clock
from caredesk.kernel.actor import Actor
from caredesk.kernel.barred import barred, refuse_barred
from caredesk.kernel.looks import seen
from caredesk.practice.queries import zone_of
from caredesk.scheduling.rows import listed, read_rows
from caredesk.scheduling.rules import flow
from caredesk.scheduling.rules.flow import State
from caredesk.ui import times


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A visit in a list. `place` is the site, or the organisation outside."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    zone: str
    state: State
    visit_type: str
    colour: str
    reason: str
    place: str
    with_whom: list[str]
    rooms: list[str]
    codes: list[Any]
    is_imported: bool
    late: str
    """How long ago it should have begun, of a visit of today at which nobody has arrived."""
    is_restricted: bool = False
    """Then nothing is said of it but when it is."""

    @property
    def title(self) -> str:
        """What kind of visit it was, in the best words there are."""
        if self.is_restricted:
            return "Restricted"
        return self.visit_type or self.reason or _display(self.codes) or "Visit"


def _display(codes: Sequence[Any]) -> str:
    found = [str(each.get("display") or each.get("text") or "") for each in codes]
    return next(filter(None, found), "")


_VISITS = """
SELECT a.id, a.starts_at, a.ends_at, a.wall_start, a.zone, a.state,
  coalesce(v.name, '') AS visit_type, coalesce(v.colour, 'slate') AS colour,
  a.reason, coalesce(s.name, o.name, '') AS place,
  array(SELECT btrim(concat_ws(' ', nullif(rtrim(w.prefix, '.'), ''),
      nullif(w.given, ''), w.family))
    FROM scheduling_participant p JOIN workforce_practitioner w ON w.id = p.practitioner_id
    WHERE p.appointment_id = a.id AND p.ended_at IS NULL) AS with_whom,
  array(SELECT r.label FROM scheduling_booking b
    JOIN scheduling_resource r ON r.id = b.resource_id
    WHERE b.appointment_id = a.id AND b.released_at IS NULL AND r.kind <> 'practitioner'
    ORDER BY r.label) AS rooms,
  a.codes::text AS codes, a.visit_type_id IS NULL AS is_imported
FROM scheduling_participant p JOIN scheduling_appointment a ON a.id = p.appointment_id
  LEFT JOIN scheduling_visittype v ON v.id = a.visit_type_id
  LEFT JOIN practice_site s ON s.id = a.site_id
  LEFT JOIN practice_outsideorganization o ON o.id = a.outside_organization_id
WHERE p.patient_id = ANY(ARRAY(SELECT same.id FROM people_patient one
    JOIN people_patient same ON same.identity_id = one.identity_id
    WHERE one.id = %(patient)s))
  AND p.ended_at IS NULL AND a.state <> 'withdrawn' AND a.id <> ALL(%(hidden)s::uuid[])
"""
_EXPECTED = "a.state IN ('booked', 'confirmed', 'arrived', 'in_room', 'with_practitioner')"
_UNDER_WAY = f"""({_EXPECTED}
  AND a.starts_at <= %(now)s
  AND a.wall_start >= %(today)s AND a.wall_start < %(tomorrow)s)"""
_PAST = f""" AND (a.starts_at, a.id) < (%(at)s, %(id)s) AND NOT {_UNDER_WAY}
ORDER BY a.starts_at DESC, a.id DESC LIMIT %(limit)s"""
_NEXT = f""" AND (a.starts_at >= %(now)s
  AND {_EXPECTED} OR {_UNDER_WAY})
ORDER BY a.starts_at, a.id LIMIT %(limit)s"""

_A_MINUTE = timedelta(minutes=1)
_LAST_ID = UUID(int=2**128 - 1)


def visits_of(
    viewer: Actor,
    patient: UUID,
    *,
    before: tuple[datetime, UUID] | None = None,
    limit: int = 20,
) -> list[VisitLine]:
    """A patient's visits that have begun, newest first, of all records of the same person.

    Who is late today is still expected: that visit is among the next.

    The next page is what lies `before` the (starts_at, id) of the last line.
    """
    at, id = before or (clock.now(), _LAST_ID)
    return _visits(viewer, patient, _PAST, {"at": at, "id": id, "limit": limit})


def next_visits_of(viewer: Actor, patient: UUID, *, limit: int = 20) -> list[VisitLine]:
    """A patient's visits still to come, the next first, also where one came early or is late."""
    return _visits(viewer, patient, _NEXT, {"limit": limit})


def _visits(
    viewer: Actor, patient: UUID, which: str, parameters: dict[str, Any]
) -> list[VisitLine]:
    now, today = clock.now(), clock.today(zone_of(viewer))
    days = {"today": today, "tomorrow": today + timedelta(days=1)}
    unseen = barred(viewer)
    refuse_barred(viewer, [patient], "patient")
    about = {"patient": patient, "now": now, "hidden": unseen.hidden_ids, **days, **parameters}
    rows = read_rows(_VISITS + which, about)
    seen(viewer, [patient])
    return [
        _restricted(row)
        if row.id in unseen
        else VisitLine(
            id=row.id,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            zone=row.zone,
            state=State(row.state),
            visit_type=row.visit_type,
            colour=row.colour,
            reason=row.reason,
            place=row.place,
            with_whom=list(row.with_whom),
            rooms=list(row.rooms),
            codes=listed(row.codes),
            is_imported=row.is_imported,
            late=_late(row, now, today),
        )
        for row in rows
    ]


def _restricted(row: Any) -> VisitLine:
    return VisitLine(
        id=row.id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        zone=row.zone,
        state=State(row.state),
        visit_type="",
        colour="slate",
        reason="",
        place="",
        with_whom=[],
        rooms=[],
        codes=[],
        is_imported=False,
        late="",
        is_restricted=True,
    )


def _late(row: Any, now: datetime, today: date) -> str:
    is_expected = State(row.state) in flow.AHEAD and row.wall_start.date() == today
    late = now - row.starts_at
    return f"{times.wait_words(late)} late" if is_expected and late >= _A_MINUTE else ""
