"""The day as a board: a column per practitioner or room, with a fixed number of statements."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from caredesk.kernel import clock
from caredesk.kernel.actor import Actor
from caredesk.kernel.barred import barred
from caredesk.people.queries import PatientLine, patient_lines
from caredesk.practice.queries import SiteLine
from caredesk.practice.queries import sites as all_sites
from caredesk.scheduling.queries.board_parts import (
    BoardHold,
    BoardSite,
    BoardVisit,
    Cancelled,
    Column,
    DayBoard,
    Elsewhere,
    Opening,
)
from caredesk.scheduling.queries.unseen import is_barred, taken_time
from caredesk.scheduling.rows import instant, listed, read_rows
from caredesk.scheduling.rules import flow, masks
from caredesk.scheduling.rules.flow import State
from caredesk.scheduling.rules.openings import wall_day
from caredesk.scheduling.rules.overlaps import side_by_side

type By = Literal["practitioner", "room", "device", "other"]

_RESOURCES = """
SELECT r.id, r.kind, r.label, r.site_id, r.lanes,
  (SELECT json_agg(json_build_array(f.site_id, f.day, f.open)) FROM scheduling_freeday f
   WHERE f.resource_id = r.id AND f.day = ANY(%(days)s::date[])
     AND f.site_id = ANY(%(sites)s::uuid[]))::text AS pages,
  array(SELECT DISTINCT e.reason FROM scheduling_availabilityexception e
   WHERE e.kind = 'holiday' AND e.withdrawn_at IS NULL AND e.resource_id IS NULL
     AND (e.site_id IS NULL OR e.site_id = ANY(%(sites)s::uuid[])) AND e.reason <> ''
     AND e.starts < %(day)s::date + 1 AND e.ends > %(day)s::date ORDER BY e.reason) AS holidays
FROM scheduling_resource r
WHERE r.kind IN (%(kind)s, 'practitioner')
  AND (r.site_id IS NULL OR r.site_id = ANY(%(sites)s::uuid[]))
ORDER BY r.label, r.id
"""

# A booking elsewhere is read of whom these sites show only. The names of what is booked beside a
# visit are looked up one by one (OFFSET 0): a join would read all resources for every visit.
_BOOKINGS = """
WITH taken AS MATERIALIZED (
  SELECT b.resource_id, b.lane, b.starts_at AS takes_from, b.ends_at AS takes_until,
    h.id AS hold, h.by AS held_by, h.by_label AS held_by_label, h.expires_at,
    a.id AS appointment, a.starts_at, a.ends_at, a.state, a.reason,
    coalesce(a.site_id, h.site_id) AS site, coalesce(a.visit_type_id, h.visit_type_id) AS type
  FROM scheduling_booking b
    LEFT JOIN scheduling_hold h ON h.id = b.hold_id
    LEFT JOIN scheduling_appointment a ON a.id = b.appointment_id
  WHERE b.released_at IS NULL AND b.resource_id = ANY(%(resources)s::uuid[])
    AND b.starts_at > %(begin)s - interval '2 days' AND b.starts_at < %(end)s
    AND b.ends_at > %(begin)s AND (h.id IS NULL OR h.expires_at > %(now)s)
)
SELECT b.*, s.name AS site_name,
  coalesce(v.name, '') AS visit_type, coalesce(v.colour, 'slate') AS colour,
  coalesce(v.confidential, '') AS confidential,
  array(SELECT p.patient_id FROM scheduling_participant p
    WHERE p.appointment_id = b.appointment AND p.patient_id IS NOT NULL AND p.ended_at IS NULL)
    AS patients,
  array(SELECT other.label FROM scheduling_booking o CROSS JOIN LATERAL (
      SELECT r.kind, r.label FROM scheduling_resource r WHERE r.id = o.resource_id OFFSET 0) other
    WHERE o.appointment_id = b.appointment AND o.released_at IS NULL
      AND o.resource_id <> b.resource_id
    ORDER BY other.kind = 'practitioner' DESC, other.label) AS beside,
  (SELECT json_agg(json_build_array(t.state, t.at) ORDER BY t.recorded_at, t.id)
    FROM scheduling_step t WHERE t.appointment_id = b.appointment AND t.retracted_at IS NULL)::text
    AS steps,
  (SELECT count(*) FROM scheduling_openrequirement w
    WHERE w.appointment_id = b.appointment AND w.settled_at IS NULL) AS waits_for
FROM taken b
  LEFT JOIN scheduling_visittype v ON v.id = b.type
  LEFT JOIN practice_site s ON s.id = b.site
WHERE b.site = ANY(%(sites)s::uuid[]) OR b.resource_id = ANY(%(shown)s::uuid[])
  OR b.resource_id IN (SELECT here.resource_id FROM taken here
    WHERE here.site = ANY(%(sites)s::uuid[]))
ORDER BY b.takes_from, b.lane
"""

_CANCELLED = """
SELECT a.id, a.starts_at, a.zone, coalesce(v.name, '') AS visit_type, c.reason, c.asked_by,
  c.by_label,
  array(SELECT p.patient_id FROM scheduling_participant p
    WHERE p.appointment_id = a.id AND p.patient_id IS NOT NULL AND p.ended_at IS NULL)
    AS patients
FROM scheduling_appointment a
  JOIN scheduling_cancellation c ON c.appointment_id = a.id AND c.withdrawn_at IS NULL
  LEFT JOIN scheduling_visittype v ON v.id = a.visit_type_id
WHERE a.site_id = ANY(%(sites)s::uuid[]) AND a.starts_at >= %(begin)s AND a.starts_at < %(end)s
  AND a.state = 'cancelled'
ORDER BY a.starts_at, a.id
"""


def day_board(
    viewer: Actor, sites: Collection[UUID], day: date, by: By = "practitioner"
) -> DayBoard:
    """The day at some sites (all, where none is named). Five statements, whatever is on it."""
    places = [_site(line, day) for line in all_sites(viewer) if not sites or line.id in sites]
    now = clock.now()
    if not places:
        return DayBoard(day, by, now, [], [], [])
    begin = min(place.starts_at for place in places)
    end = max(place.ends_at for place in places)
    about = {"sites": [p.id for p in places], "begin": begin, "end": end, "now": now, "kind": by}
    days = masks.days_of(begin, end)
    everyone = read_rows(_RESOURCES, {**about, "day": day, "days": days})
    resources = [row for row in everyone if row.kind == by]
    columns = [column for row in resources for column in _columns(row, by, places)]
    asked = {"resources": [row.id for row in resources], "shown": _shown(columns)}
    bookings = read_rows(_BOOKINGS, {**about, **asked})
    cancelled = read_rows(_CANCELLED, about)
    # Whoever has a visit at another site is not shown here, so is not looked at either.
    shown_at = {place.id for place in places}
    unseen = barred(viewer)
    here = [row for row in bookings if row.site in shown_at and not is_barred(row, unseen)]
    cancelled = [row for row in cancelled if not is_barred(row, unseen)]
    ids = {id for row in (*here, *cancelled) for id in row.patients}
    people = patient_lines(viewer, ids, zone=places[0].zone, visit=day)
    _fill(columns, bookings, people, viewer, now)
    if by != "practitioner":
        staff = [row for row in everyone if row.kind == "practitioner"]
        _open_with_the_site(
            columns, places, [c for row in staff for c in _columns(row, by, places)]
        )
    return DayBoard(
        day,
        by,
        now,
        places,
        [column for column in columns if _is_shown(column)],
        [_cancelled(row, people) for row in cancelled],
        everyone[0].holidays if everyone else [],
    )


def _site(line: SiteLine, day: date) -> BoardSite:
    starts_at, ends_at = wall_day(day, ZoneInfo(line.time_zone))
    return BoardSite(line.id, line.name, line.time_zone, starts_at, ends_at)


def _shown(columns: Iterable[Column]) -> list[UUID]:
    """The resources that are shown already before anything is booked."""
    return list({column.resource for column in columns if _is_shown(column)})


def _is_shown(column: Column) -> bool:
    """Rooms always; a practitioner who is not there that day only with something on it."""
    return column.kind != "practitioner" or bool(column.opens or column.visits or column.holds)


def _columns(row: Any, kind: str, places: Sequence[BoardSite]) -> list[Column]:
    """A column at each site where the resource may be."""
    pages: dict[str, list[Any]] = {}
    for page in listed(row.pages):
        pages.setdefault(page[0], []).append(page)
    return [
        Column(
            resource=row.id,
            kind=kind,
            label=row.label,
            site=place.id,
            zone=place.zone,
            lanes=row.lanes,
            opens=_opens(pages.get(str(place.id), []), place),
        )
        for place in places
        if row.site_id in (None, place.id)
    ]


def _opens(pages: Sequence[Any], place: BoardSite) -> list[Opening]:
    """What is open for any kind of visit, within the site's day."""
    days = masks.days_of(place.starts_at, place.ends_at)
    mask = 0
    for _, day, bits in pages:
        shift = (date.fromisoformat(day) - days[0]).days * masks.SLOTS
        if shift >= 0:
            mask |= masks.from_bits(bits) << shift
    mask &= masks.touched(days[0], len(days), place.starts_at, place.ends_at)
    return [
        Opening(masks.instant_of(days[0], since), masks.instant_of(days[0], until))
        for since, until in masks.ranges(mask)
    ]


def _open_with_the_site(
    columns: Sequence[Column], places: Sequence[BoardSite], staff: Sequence[Column]
) -> None:
    """What is open round the clock is so while somebody sees patients there."""
    for place in places:
        hours = [each for column in staff if column.site == place.id for each in column.opens]
        since = min((each.starts_at for each in hours), default=place.ends_at)
        until = max((each.ends_at for each in hours), default=place.starts_at)
        for column in columns:
            if column.site == place.id:
                column.opens = _within(column.opens, place, since, until)


def _within(
    opens: Sequence[Opening], place: BoardSite, since: datetime, until: datetime
) -> list[Opening]:
    """The openings; those that begin or end with the calendar day, with the site instead."""
    found = [
        Opening(
            since if each.starts_at == place.starts_at else each.starts_at,
            until if each.ends_at == place.ends_at else each.ends_at,
        )
        for each in opens
    ]
    return [each for each in found if each.starts_at < each.ends_at]


def _fill(
    columns: Sequence[Column],
    bookings: Sequence[Any],
    people: dict[UUID, PatientLine],
    viewer: Actor,
    now: datetime,
) -> None:
    unseen = barred(viewer)
    by_resource: dict[UUID, list[Column]] = {}
    for column in columns:
        by_resource.setdefault(column.resource, []).append(column)
    for row in bookings:
        for column in by_resource[row.resource_id]:
            if column.site != row.site:
                column.elsewhere.append(Elsewhere(row.takes_from, row.takes_until, row.site_name))
            elif row.hold is not None:
                column.holds.append(_hold(row, viewer))
            else:
                restricted = is_barred(row, unseen)
                visit = (
                    BoardVisit(**taken_time(row))
                    if restricted
                    else _visit(row, column, people, now)
                )
                column.visits.append(visit)
    for column in columns:
        for visit, track, tracks in side_by_side(column.visits):
            visit.track, visit.tracks = track, tracks


def _hold(row: Any, viewer: Actor) -> BoardHold:
    """A hold; of others' not that it is for a confidential kind of visit."""
    is_own = row.held_by == viewer.id
    return BoardHold(
        hold=row.hold,
        starts_at=row.takes_from,
        ends_at=row.takes_until,
        by_label=row.held_by_label,
        is_own=is_own,
        expires_at=row.expires_at,
        visit_type=row.visit_type if is_own or not row.confidential else "",
    )


def _visit(row: Any, column: Column, people: dict[UUID, PatientLine], now: datetime) -> BoardVisit:
    steps = [flow.Taken(State(state), instant(at)) for state, at in listed(row.steps)]
    return BoardVisit(
        appointment=row.appointment,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        takes_from=row.takes_from,
        takes_until=row.takes_until,
        lane=row.lane,
        state=State(row.state),
        visit_type=row.visit_type,
        colour=row.colour,
        reason=row.reason,
        patients=[people[id] for id in row.patients if id in people],
        beside=list(row.beside),
        since=steps[-1].at if steps else None,
        waited=flow.waited(steps, now),
        waits_for=row.waits_for,
        is_outside_hours=not any(
            opening.starts_at <= row.takes_from and row.takes_until <= opening.ends_at
            for opening in column.opens
        ),
    )


def _cancelled(row: Any, people: dict[UUID, PatientLine]) -> Cancelled:
    return Cancelled(
        appointment=row.id,
        starts_at=row.starts_at,
        zone=row.zone,
        visit_type=row.visit_type,
        patients=[people[id] for id in row.patients if id in people],
        reason=row.reason,
        asked_by=row.asked_by,
        by_label=row.by_label,
    )
