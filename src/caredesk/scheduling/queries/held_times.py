"""A time that is held while somebody decides."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from caredesk.kernel import clock
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import NeedsReason
from caredesk.scheduling.free_days import hints
from caredesk.scheduling.rows import instant, listed, read_rows
from caredesk.scheduling.rules import masks
from caredesk.scheduling.stops import not_hidden, outside_availability, own_overlap


@dataclass(frozen=True, slots=True)
class Kept:
    """What a hold keeps of one resource, with set-up and clean-up."""

    resource: UUID
    kind: str
    label: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class HeldTime:
    """What one holds oneself: until when, and what is kept by it, who leads first."""

    id: UUID
    visit_type: UUID
    site: UUID
    site_name: str
    zone: str
    starts_at: datetime
    expires_at: datetime
    kept: list[Kept]
    overlapping: list[UUID]
    """Other visits of the patient for whom it is held that share time with it."""

    @property
    def labels(self) -> list[str]:
        return [one.label for one in self.kept]

    @property
    def seconds_left(self) -> int:
        return max(0, int((self.expires_at - clock.now()).total_seconds()))


_HELD = """
SELECT h.id, h.visit_type_id, h.site_id, s.name AS site_name, s.time_zone, h.starts_at,
  h.expires_at,
  (SELECT json_agg(json_build_array(r.id, r.kind, r.label, b.starts_at, b.ends_at)
      ORDER BY r.kind <> 'practitioner', r.label)
    FROM scheduling_booking b JOIN scheduling_resource r ON r.id = b.resource_id
    WHERE b.hold_id = h.id AND b.released_at IS NULL)::text AS kept,
  array(SELECT a.id FROM scheduling_participant p
    JOIN scheduling_appointment a ON a.id = p.appointment_id
    WHERE p.patient_id IN (SELECT same.id FROM people_patient one
        JOIN people_patient same ON same.identity_id = one.identity_id
        WHERE one.id = h.patient_id)
      AND p.ended_at IS NULL AND a.state NOT IN ('cancelled', 'withdrawn', 'no_show')
      AND a.starts_at < h.ends_at AND a.ends_at > h.starts_at
      AND a.id IS DISTINCT FROM h.moving_id
    ORDER BY a.starts_at) AS overlapping
FROM scheduling_hold h JOIN practice_site s ON s.id = h.site_id
WHERE h.by = %(by)s AND h.released_at IS NULL AND h.expires_at > %(now)s
"""
_THIS = f"{_HELD} AND h.id = %(id)s"
_OF_ERRAND = f"""{_HELD} AND h.patient_id = %(patient)s
  AND h.moving_id IS NOT DISTINCT FROM %(moving)s::uuid ORDER BY h.at DESC LIMIT 1"""


def held_time(viewer: Actor, hold: UUID) -> HeldTime | None:
    """The viewer's own hold while it lasts."""
    return _first(viewer, _THIS, id=hold)


def held_for(viewer: Actor, patient: UUID, moving: UUID | None = None) -> HeldTime | None:
    """What the viewer holds for a patient, or for a visit of theirs that is moved."""
    return _first(viewer, _OF_ERRAND, patient=patient, moving=moving)


def _first(viewer: Actor, statement: str, **more: UUID | None) -> HeldTime | None:
    rows = read_rows(statement, {"by": viewer.id, "now": clock.now(), **more})
    return _told(rows[0]) if rows else None


def _told(row: Any) -> HeldTime:
    return HeldTime(
        row.id,
        row.visit_type_id,
        row.site_id,
        row.site_name,
        row.time_zone,
        row.starts_at,
        row.expires_at,
        [
            Kept(UUID(id), kind, label, instant(starts), instant(ends))
            for id, kind, label, starts, ends in listed(row.kept)
        ],
        list(row.overlapping),
    )


def stops_ahead(
    viewer: Actor, held: HeldTime, *, anyone: bool, answered: str = ""
) -> list[NeedsReason]:
    """The soft stops that booking a held time will meet, but for one that is told already.

    With `anyone` nobody was asked for.
    """
    stops = [own_overlap(id, viewer) for id in not_hidden(held.overlapping, viewer)[:1]]
    closed = _closed(held)
    if closed:
        searched = anyone and any(one.kind == "practitioner" for one in closed)
        labels = [one.label for one in closed]
        stops.append(outside_availability(labels, held.site_name if searched else ""))
    return [stop for stop in stops if stop.code != answered]


def _closed(held: HeldTime) -> list[Kept]:
    """What is kept outside its hours at the site."""
    if not held.kept:
        return []
    ends = max(one.ends_at for one in held.kept)
    days = masks.days_of(min(one.starts_at for one in held.kept), ends)
    known = hints(held.visit_type, [one.resource for one in held.kept], days)
    closed = []
    for one in held.kept:
        wanted = masks.touched(days[0], len(days), one.starts_at, one.ends_at)
        for hint in known.get(one.resource, ()):
            if hint.site == held.site:
                wanted &= ~hint.open
        if wanted:
            closed.append(one)
    return closed
