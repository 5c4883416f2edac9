"""What has happened in the practice, and what is booked: written in bulk, as the database's own.

Past visits have all that the product leaves of a visit: participants, bookings, the steps of the
day, and the deed, audit row, event and jobs of their booking. The rows are made in SQL because
there are millions; that they are such as the product writes is checked by what it makes of them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from caredesk.config.bench.place import Place
from caredesk.config.bench.practice import (
    AT,
    MINUTES,
    STARTS,
    TODAY,
    ZONE,
    Practice,
    workdays,
)
from caredesk.scheduling.actions import mend_masks

_TABLES = """
CREATE TEMP TABLE bench_working (n int, resource uuid, person uuid, site uuid);
CREATE TEMP TABLE bench_room (site uuid, n int, resource uuid);
CREATE TEMP TABLE bench_patient (n serial, id uuid);
CREATE TEMP TABLE bench_day (n int, day date, share float8);
CREATE TEMP TABLE bench_visit (id uuid, day date, p int, s int, starts_at timestamptz,
  ends_at timestamptz, patient uuid, site uuid, resource uuid, person uuid, room uuid);
"""

# The same room is never given to two visits of one time: see Practice.room.
_VISITS = """
INSERT INTO bench_visit
SELECT uuidv7(least(d.day - current_date, 0) * interval '1 day'), d.day, w.n, s - 1, at.starts,
  at.starts + make_interval(mins => %(minutes)s), q.id, w.site, w.resource, w.person, r.resource
FROM bench_day d CROSS JOIN bench_working w CROSS JOIN generate_series(1, %(starts)s) s
CROSS JOIN LATERAL (SELECT (d.day + (%(times)s::time[])[s]) AT TIME ZONE %(zone)s AS starts) at
JOIN LATERAL (SELECT count(*) AS rooms FROM bench_room WHERE site = w.site) c ON true
JOIN LATERAL (SELECT min(n) AS first FROM bench_working WHERE site = w.site) f ON true
JOIN bench_room r ON r.site = w.site AND r.n = (w.n - f.first + d.n + s - 1) %% c.rooms
JOIN bench_patient q ON q.n = 1 + (d.n * 7919 + w.n * 104729 + s * 1299709) %% %(patients)s
WHERE random() < d.share
ORDER BY abs(d.day - %(today)s), s, w.n LIMIT %(most)s
"""

_ROWS = (
    """INSERT INTO scheduling_appointment (id, visit_type_id, site_id, starts_at, ends_at,
     wall_start, zone, state, reason, asked_by, note, codes, booked_at, booked_by, booked_by_label)
    SELECT id, %(visit_type)s, site, starts_at, ends_at, starts_at AT TIME ZONE %(zone)s, %(zone)s,
     CASE WHEN %(past)s THEN 'done' ELSE 'booked' END, 'Check-up', 'the patient', '', '[]',
     starts_at - interval '20 days', %(by)s, 'Ana' FROM bench_visit""",
    """INSERT INTO scheduling_participant (id, appointment_id, patient_id, practitioner_id, status)
    SELECT uuidv7(), v.id, who.patient, who.person, 'accepted' FROM bench_visit v
    CROSS JOIN LATERAL (VALUES (v.patient, NULL), (NULL, v.person)) who(patient, person)""",
    """INSERT INTO scheduling_booking (id, appointment_id, resource_id, lane, starts_at, ends_at)
    SELECT uuidv7(), v.id, what.resource, 0, v.starts_at, v.ends_at FROM bench_visit v
    CROSS JOIN LATERAL (VALUES (v.resource), (v.room)) what(resource)""",
    """INSERT INTO scheduling_step (id, appointment_id, state, at, recorded_at, by, by_label)
    SELECT uuidv7(), v.id, step.state, v.starts_at + step.later, v.starts_at + step.later,
     %(by)s, 'Ana' FROM bench_visit v CROSS JOIN LATERAL (VALUES ('arrived', interval '-5 min'),
     ('in_room', interval '2 min'), ('with_practitioner', interval '5 min'),
     ('done', interval '18 min')) step(state, later) WHERE %(past)s""",
)


@dataclass(frozen=True, slots=True)
class Share:
    """Which share of a stretch of days ahead is booked."""

    first: int
    until: int
    booked: float


AHEAD = (Share(0, 1, 1.0), Share(1, 31, 0.99), Share(31, 61, 0.88), Share(61, 91, 0.68))
"""Near days are nearly full, later ones less so: 85 % over ninety days."""

_AT_ONCE = 200
"""Days written in one transaction."""

_MORNING = (
    """INSERT INTO scheduling_step (id, appointment_id, state, at, recorded_at, by, by_label)
    SELECT uuidv7(), id, step.state, starts_at + step.later, starts_at + step.later, %(by)s, 'Ana'
    FROM scheduling_appointment CROSS JOIN LATERAL (VALUES ('arrived', interval '-5 min'),
     ('in_room', interval '2 min'), ('done', interval '18 min')) step(state, later)
    WHERE starts_at >= %(today)s AND starts_at + step.later < %(now)s""",
    """UPDATE scheduling_appointment a SET state = step.state FROM (SELECT DISTINCT ON
     (appointment_id) appointment_id, state FROM scheduling_step ORDER BY appointment_id, at DESC)
     step WHERE a.id = step.appointment_id AND a.starts_at >= %(today)s""",
)


class History:
    """Fills the calendar of a practice."""

    def __init__(self, practice: Practice) -> None:
        self._practice = practice
        self._past = 0
        self._days = 0

    def book_ahead(self) -> None:
        """Today and the next ninety days; then the masks follow from the bookings."""
        days = [
            (number, day, share.booked)
            for share in AHEAD
            for number, day in workdays(share.first, share.until)
        ]
        with _superuser(self._practice.place) as connection:
            self._write(connection, days, len(days) * self._practice.a_day, past=False)
            for statement in _MORNING:
                now = {"by": self._practice.by.id, "today": TODAY, "now": AT}
                connection.execute(statement, now)
        for resource in self._resources():
            mend_masks(resource, by=self._practice.by)

    def fill_up(self, size: int) -> None:
        """Past visits, from before the oldest one there, until there are `size` of them."""
        with _superuser(self._practice.place) as connection:
            a_day = self._practice.a_day
            while self._past < size:
                most = min(size - self._past, _AT_ONCE * a_day)
                days = _past_days(self._days, math.ceil(most / a_day))
                self._write(connection, days, most, past=True)
                self._past += most
                self._days += len(days)
        self._practice.place.vacuum()

    def _write(
        self,
        connection: psycopg.Connection[Any],
        days: Sequence[tuple[int, date, float]],
        most: int,
        *,
        past: bool,
    ) -> None:
        known = {
            "zone": ZONE,
            "today": TODAY,
            "minutes": MINUTES,
            "starts": len(STARTS),
            "times": list(STARTS),
            "most": most,
            "visit_type": self._practice.visit_type,
            "by": self._practice.by.id,
            "past": past,
        }
        with connection.transaction():
            known["patients"] = self._prepare(connection, days)
            connection.execute(_VISITS, known)
            for statement in _ROWS:
                connection.execute(statement, known)
            if past:
                _log(connection)

    def _prepare(
        self, connection: psycopg.Connection[Any], days: Sequence[tuple[int, date, float]]
    ) -> int:
        """What the visits are made of, as temporary tables; how many patients there are."""
        connection.execute(
            "DROP TABLE IF EXISTS bench_working, bench_room, bench_patient, bench_day, bench_visit"
        )
        for statement in _TABLES.strip().split(";\n"):
            connection.execute(statement.rstrip(";"))
        practice = self._practice
        working = [(n, w.resource, w.person, w.site) for n, w in enumerate(practice.working)]
        rooms = [
            (site, n, room)
            for site, of_site in zip(practice.sites, practice.rooms, strict=True)
            for n, room in enumerate(of_site)
        ]
        for table, rows in (("working", working), ("room", rooms), ("day", days)):
            _copy(connection, f"bench_{table}", rows)
        connection.execute("SELECT setseed(0.42)")
        found = connection.execute("INSERT INTO bench_patient (id) SELECT id FROM people_patient")
        for table in ("working", "room", "patient", "day"):
            connection.execute(f"ANALYZE bench_{table}")
        return found.rowcount

    def _resources(self) -> list[Any]:
        return [
            *(each.resource for each in self._practice.working),
            *(room for of_site in self._practice.rooms for room in of_site),
        ]


# What the booking of each past visit left in the logs: the newest such rows, again and again.
_LOGS = {
    "kernel_deed": {"id": "uuidv7()", "key": "gen_random_uuid()::text"},
    "audit_entry": {"id": "uuidv7()", "subjects": "ARRAY[v.patient]"},
    "kernel_event": {"id": "uuidv7()"},
}


def _log(connection: psycopg.Connection[Any]) -> None:
    """A deed, an audit row and an event for each visit, copied from those of a real booking."""
    names = {"kernel_deed": "action", "audit_entry": "name", "kernel_event": "name"}
    values = {"kernel_deed": "book_appointment", "audit_entry": "book_appointment"}
    for table, others in _LOGS.items():
        columns = _columns(connection, table)
        shown = sql.SQL(", ").join(
            sql.SQL(others[name]) if name in others else sql.Identifier("t", name)
            for name in columns
        )
        connection.execute(
            sql.SQL(
                "INSERT INTO {table} ({columns}) SELECT {shown} FROM bench_visit v, (SELECT * FROM"
                " {table} WHERE {name} = {value} ORDER BY id DESC LIMIT 1) t"
            ).format(
                table=sql.Identifier(table),
                columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
                shown=shown,
                name=sql.Identifier(names[table]),
                value=sql.Literal(values.get(table, "AppointmentBooked")),
            )
        )


def _columns(connection: psycopg.Connection[Any], table: str) -> list[str]:
    found = connection.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
        " AND NOT attisdropped AND attgenerated = '' AND attidentity = ''"
        " AND attname NOT IN ('xid', 'seq') ORDER BY attnum",
        [table],
    )
    return [name for (name,) in found.fetchall()]


def _copy(connection: psycopg.Connection[Any], table: str, rows: Sequence[Sequence[Any]]) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))) as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _past_days(skip: int, count: int) -> list[tuple[int, date, float]]:
    """The workdays before today, the newest first; `skip` are full already."""
    days = [TODAY - timedelta(days=n) for n in range(1, (skip + count) * 2)]
    found = [day for day in days if day.weekday() < 5]
    return [(n, day, 1.0) for n, day in enumerate(found)][skip : skip + count]


def _superuser(place: Place) -> psycopg.Connection[Any]:
    """Foreign keys need not be checked row by row where every row is made from the other."""
    name = conninfo_to_dict(place.addresses.owner)["dbname"]
    connection = psycopg.connect(make_conninfo(place.addresses.superuser, dbname=name))
    connection.execute("SET session_replication_role = replica")
    connection.execute("SET work_mem = '256MB'")
    connection.commit()
    connection.autocommit = True
    return connection
