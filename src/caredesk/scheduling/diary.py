"""The pages of some resources' days, locked and read: open time, and what is entered.

Bookings are the truth. Whoever changes them does so through a diary, which keeps the masks of its
days in step: what is entered is cut out of them, and after anything was struck out they are
computed anew from all entries.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from caredesk.kernel.errors import Missing, Refused

from . import free_days
from .locks import lock_days
from .rules import masks

_ENTRIES = """SELECT json_agg(json_build_array(b.id, b.resource_id, b.lane,
    extract(epoch FROM b.starts_at), extract(epoch FROM b.ends_at),
    b.appointment_id, b.hold_id, h.by, extract(epoch FROM h.expires_at)))::text
  FROM unnest(%(begins)s::timestamptz[]) AS d(begin) JOIN scheduling_booking b
    ON b.released_at IS NULL AND b.resource_id = ANY(%(resources)s::uuid[])
    AND b.starts_at > d.begin - interval '2 days' AND b.starts_at < d.begin + interval '1 day'
    AND b.ends_at > d.begin
   LEFT JOIN scheduling_hold h ON h.id = b.hold_id"""

# Of the entries only what may be in the way or may have expired. The patients are kept as they are
# until the visit is written: whoever takes a registration back waits for it, or is waited for.
_READ = f"""
SELECT
 (SELECT json_agg(json_build_array(f.id, f.resource_id, f.site_id, f.day, f.all_but,
    f.visit_types, f.open, f.free))
  FROM scheduling_freeday f
  WHERE f.resource_id = ANY(%(resources)s::uuid[]) AND f.day = ANY(%(days)s::date[]))::text,
 ({_ENTRIES} WHERE b.hold_id IS NOT NULL OR EXISTS (
    SELECT 1 FROM unnest(%(span_starts)s::timestamptz[], %(span_ends)s::timestamptz[])
      AS wanted(since, until) WHERE b.starts_at < wanted.until AND b.ends_at > wanted.since)),
 array(SELECT a.id FROM scheduling_participant p
  JOIN scheduling_appointment a ON a.id = p.appointment_id
  WHERE p.patient_id = ANY(ARRAY(SELECT same.id FROM people_patient one
      JOIN people_patient same ON same.identity_id = one.identity_id
      WHERE one.id = ANY(%(patients)s::uuid[])))
    AND p.ended_at IS NULL AND a.state NOT IN ('cancelled', 'withdrawn', 'no_show')
    AND a.starts_at < %(ends)s AND a.ends_at > %(starts)s),
 array(SELECT deceased FROM people_patient
  WHERE id = ANY(%(patients)s::uuid[]) AND withdrawn_at IS NULL ORDER BY id FOR KEY SHARE),
 (SELECT version FROM scheduling_setup)
"""


@dataclass(slots=True)
class Entry:
    """A booking that holds time: of an appointment, or of a hold until it expires."""

    id: UUID
    resource: UUID
    lane: int
    starts_at: datetime
    ends_at: datetime
    appointment: UUID | None = None
    hold: UUID | None = None
    held_by: UUID | None = None
    expires_at: datetime | None = None

    def has_expired(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now


@dataclass(frozen=True, slots=True)
class Page:
    """One row of masks."""

    id: UUID
    resource: UUID
    site: UUID
    day: date
    all_but: bool
    visit_types: frozenset[UUID]
    open: int
    free: int


@dataclass(slots=True)
class Diary:
    """Locked days of some resources. Enter and strike out, then `write_masks`."""

    resources: Collection[UUID]
    days: list[date]
    pages: list[Page]
    entries: list[Entry]
    own_visits: list[UUID] = field(default_factory=list)
    """Other visits of the same patient that share time with the one wanted."""
    setup: UUID | None = None
    """The version of what visits need, and of which resources there are."""
    entered: list[Entry] = field(default_factory=list)
    was_struck: bool = False

    def is_open(
        self, resource: UUID, site: UUID, visit_type: UUID, starts: datetime, ends: datetime
    ) -> bool:
        """Whether the whole time lies within the hours of the resource at the site."""
        wanted = masks.touched(self.days[0], self._length, starts, ends)
        given = 0
        for page in self.pages:
            if (page.resource, page.site) == (resource, site) and page.all_but != (
                visit_type in page.visit_types
            ):
                given |= page.open << self._shift(page.day)
        return wanted & ~given == 0

    def taken_by(self, resource: UUID, starts: datetime, ends: datetime) -> list[Entry]:
        """The entries of a resource that share a moment with this time."""
        return [
            entry
            for entry in self.entries
            if entry.resource == resource and entry.starts_at < ends and starts < entry.ends_at
        ]

    def enter(self, entries: Sequence[Entry]) -> None:
        """These take their time from now on; they are written by whoever enters them."""
        self.entries += entries
        self.entered += entries

    def strike_out(self, entries: Iterable[Entry]) -> list[UUID]:
        """These hold no time any more; returns their ids, to be released in the database."""
        gone = {entry.id for entry in entries}
        self.entries = [entry for entry in self.entries if entry.id not in gone]
        self.was_struck = self.was_struck or bool(gone)
        return list(gone)

    def changed_masks(self) -> list[tuple[UUID, int]]:
        """The rows whose mask no longer fits the entries, with what it must be.

        Call it once what was struck out is released in the database.
        """
        counted = [*self._all_entries(), *self.entered] if self.was_struck else self.entered
        taken: dict[UUID, int] = {}
        for entry in counted:
            slots = masks.touched(self.days[0], self._length, entry.starts_at, entry.ends_at)
            taken[entry.resource] = taken.get(entry.resource, 0) | slots
        changed = []
        for page in self.pages:
            before = page.open if self.was_struck else page.free
            free = before & ~(taken.get(page.resource, 0) >> self._shift(page.day))
            if free != page.free:
                changed.append((page.id, free))
        return changed

    def _all_entries(self) -> list[Entry]:
        with connection.cursor() as cursor:
            begins = [masks.midnight(day) for day in self.days]
            cursor.execute(_ENTRIES, {"begins": begins, "resources": list(self.resources)})
            return _entries(cursor.fetchone()[0])

    def write_masks(self) -> None:
        free_days.write(self.changed_masks())

    @property
    def _length(self) -> int:
        return (self.days[-1] - self.days[0]).days + 1

    def _shift(self, day: date) -> int:
        return (day - self.days[0]).days * masks.SLOTS


def open_diary(
    resources: Collection[UUID],
    spans: Sequence[tuple[datetime, datetime]],
    *,
    patients: Collection[UUID] = (),
    visit: tuple[datetime, datetime] | None = None,
) -> Diary:
    """Lock the resources on the UTC days of the spans, and read what is entered there.

    With patients, their own visits during `visit` are read as well (of all records that are the
    same person); `Missing` when there is no such patient. Nobody sits through set-up or clean-up.
    """
    days = sorted({day for starts, ends in spans for day in masks.days_of(starts, ends)})
    lock_days(resources, days, patients)
    return _read(resources, days, patients, spans, visit or spans[0])


def _read(
    resources: Collection[UUID],
    days: list[date],
    patients: Collection[UUID],
    spans: Sequence[tuple[datetime, datetime]],
    visit: tuple[datetime, datetime],
) -> Diary:
    with connection.cursor() as cursor:
        cursor.execute(
            _READ,
            {
                "resources": list(resources),
                "days": days,
                "begins": [masks.midnight(day) for day in days],
                "span_starts": [starts for starts, _ in spans],
                "span_ends": [ends for _, ends in spans],
                "patients": list(patients),
                "starts": visit[0],
                "ends": visit[1],
            },
        )
        pages, entries, own_visits, deceased, setup = cursor.fetchone()
    _check(patients, deceased)
    return Diary(
        resources=resources,
        days=days,
        pages=[_page(row) for row in json.loads(pages or "[]")],
        entries=_entries(entries),
        own_visits=own_visits,
        setup=setup,
    )


def _check(patients: Collection[UUID], deceased: Sequence[bool]) -> None:
    if len(deceased) != len(patients):
        raise Missing("patient")
    if any(deceased):
        raise Refused(
            "This patient is recorded as deceased.",
            field="patient",
            next_step="Correct the record first if that is wrong.",
        )


def _entries(gathered: str | None) -> list[Entry]:
    # An entry over midnight is found once for each of its days.
    rows = {row[0]: row for row in json.loads(gathered or "[]")}
    return [_entry(row) for row in rows.values()]


def _page(row: list[Any]) -> Page:
    id, resource, site, day, all_but, visit_types, is_open, is_free = row
    return Page(
        UUID(id),
        UUID(resource),
        UUID(site),
        date.fromisoformat(day),
        all_but,
        frozenset(map(UUID, visit_types)),
        masks.from_bits(is_open),
        masks.from_bits(is_free),
    )


def _entry(row: list[Any]) -> Entry:
    id, resource, lane, starts, ends, appointment, hold, held_by, expires = row
    return Entry(
        UUID(id),
        UUID(resource),
        lane,
        _instant(starts),
        _instant(ends),
        appointment and UUID(appointment),
        hold and UUID(hold),
        held_by and UUID(held_by),
        expires and _instant(expires),
    )


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
