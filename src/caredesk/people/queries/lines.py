"""A patient in one line, for boards and lists of other rooms."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from caredesk.kernel import clock
from caredesk.kernel.actor import Actor
from caredesk.kernel.barred import barred
from caredesk.kernel.looks import seen
from caredesk.people.queries.details import AlertLine
from caredesk.people.rules.birthdates import BirthDate, Death, Precision, life_words
from caredesk.people.rules.names import FullName, display
from caredesk.people.rules.record_numbers import record_number
from caredesk.practice.queries import zone_of


@dataclass(frozen=True, slots=True)
class PatientLine:
    """Who it is. `id` is the surviving record's; `alerts` are the notes that pop up."""

    id: UUID
    record_number: str
    name: str
    birth_date: str
    life: str
    """The age; of the dead when they died, and how old."""
    alerts: list[AlertLine]
    """The gravest first."""


_LINES = """
SELECT asked.id, p.id, p.number, p.family, p.given, p.preferred_name, p.suffix,
  p.birth_date, p.birth_precision, p.deceased, p.deceased_on, p.deceased_precision,
  (SELECT json_agg(json_build_array(a.id, a.text, a.severity, a.shown_from, a.shown_until)
      ORDER BY array_position(ARRAY['danger', 'important'], a.severity) NULLS LAST, a.id)
   FROM people_alert a JOIN people_patient same ON same.id = a.patient_id
   WHERE same.identity_id = p.id AND a.ended_at IS NULL
     AND coalesce(a.shown_from, %(day)s) <= %(day)s
     AND coalesce(a.shown_until, %(day)s) >= %(day)s)::text
FROM people_patient asked JOIN people_patient p ON p.id = asked.identity_id
WHERE asked.id = ANY(%(ids)s::uuid[])
"""


def patient_lines(
    viewer: Actor, ids: Iterable[UUID], *, zone: str = "", visit: date | None = None
) -> dict[UUID, PatientLine]:
    """The lines by the ids asked for; those of merged records show who they are now.

    `zone` is that of the site in question, whose today counts, if there is one. For a day of
    `visit` that lies ahead, the notes are those that pop up then. One statement; unknown ids
    are left out, and those whom `viewer` may not see.
    """
    unseen = barred(viewer)
    wanted = [id for id in set(ids) if id not in unseen]
    if not wanted:
        return {}
    today = clock.today(zone or zone_of(viewer))
    with connection.cursor() as cursor:
        cursor.execute(_LINES, {"ids": wanted, "day": max(today, visit or today)})
        found = {row[0]: _line(row[1:], today) for row in cursor.fetchall()}
    seen(viewer, {line.id for line in found.values()})
    return found


def _line(row: tuple[Any, ...], today: date) -> PatientLine:
    id, number, family, given, preferred, suffix, born, precision, *death, alerts = row
    birth = BirthDate(born, precision)
    name = FullName(family=family, given=given, preferred=preferred, suffix=suffix)
    return PatientLine(
        id=id,
        record_number=record_number(number),
        name=display(name),
        birth_date=birth.words,
        life=life_words(birth, _death(*death), today),
        alerts=[_alert(*each) for each in json.loads(alerts or "[]")],
    )


def _death(deceased: bool, on: date | None, precision: Precision) -> Death | None:
    if not deceased:
        return None
    return Death(None if on is None else BirthDate(on, precision))


def _alert(id: str, text: str, severity: str, since: str | None, until: str | None) -> AlertLine:
    first, last = (date.fromisoformat(each) if each else None for each in (since, until))
    return AlertLine(UUID(id), text, severity, first, last)
