"""A patient in one line, for boards and lists of other rooms."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
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
from caredesk.people.rules.telling import Telling
from caredesk.practice.queries import zone_of


@dataclass(frozen=True, slots=True)
class ToldLine:
    """What a relative may be told today, and by what proof."""

    id: UUID
    name: str
    relationship: str
    may_be_told_words: str
    proof_words: str
    has_code_word: bool


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
    told: list[ToldLine] = field(default_factory=list)
    """Who may be told what, where it was asked for."""


_LINES = """
SELECT asked.id, p.id, p.number, p.family, p.given, p.preferred_name, p.suffix,
  p.birth_date, p.birth_precision, p.deceased, p.deceased_on, p.deceased_precision,
  (SELECT json_agg(json_build_array(a.id, a.text, a.severity, a.shown_from, a.shown_until)
      ORDER BY array_position(ARRAY['danger', 'important'], a.severity) NULLS LAST, a.id)
   FROM people_alert a JOIN people_patient same ON same.id = a.patient_id
   WHERE same.identity_id = p.id AND a.ended_at IS NULL
     AND coalesce(a.shown_from, %(day)s) <= %(day)s
     AND coalesce(a.shown_until, %(day)s) >= %(day)s)::text,
  CASE WHEN %(told)s THEN (SELECT json_agg(json_build_array(t.id, t.name, t.relationship,
      t.may_be_told, t.proof, t.form_signed_on, t.told_until, t.code_word <> '')
      ORDER BY t.is_guardian DESC, t.id)
   FROM people_relative t JOIN people_patient same ON same.id = t.patient_id
   WHERE same.identity_id = p.id AND t.ended_at IS NULL)::text END
FROM people_patient asked JOIN people_patient p ON p.id = asked.identity_id
WHERE asked.id = ANY(%(ids)s::uuid[])
"""


def patient_lines(
    viewer: Actor,
    ids: Iterable[UUID],
    *,
    zone: str = "",
    visit: date | None = None,
    told: bool = False,
) -> dict[UUID, PatientLine]:
    """The lines by the ids asked for; those of merged records show who they are now.

    `zone` is that of the site in question, whose today counts, if there is one. For a day of
    `visit` that lies ahead, the notes are those that pop up then. One statement; unknown ids
    are left out, and those whom `viewer` may not see. With `told`, who may be told what
    of them.
    """
    unseen = barred(viewer)
    wanted = [id for id in set(ids) if id not in unseen]
    if not wanted:
        return {}
    today = clock.today(zone or zone_of(viewer))
    with connection.cursor() as cursor:
        cursor.execute(_LINES, {"ids": wanted, "day": max(today, visit or today), "told": told})
        found = {row[0]: _line(row[1:], today) for row in cursor.fetchall()}
    seen(viewer, {line.id for line in found.values()})
    return found


def _line(row: tuple[Any, ...], today: date) -> PatientLine:
    id, number, family, given, preferred, suffix, born, precision, *death, alerts, told = row
    birth = BirthDate(born, precision)
    name = FullName(family=family, given=given, preferred=preferred, suffix=suffix)
    return PatientLine(
        id=id,
        record_number=record_number(number),
        name=display(name),
        birth_date=birth.words,
        life=life_words(birth, _death(*death), today),
        alerts=[_alert(*each) for each in json.loads(alerts or "[]")],
        told=[_told(each, today) for each in json.loads(told or "[]")],
    )


def _death(deceased: bool, on: date | None, precision: Precision) -> Death | None:
    if not deceased:
        return None
    return Death(None if on is None else BirthDate(on, precision))


def _alert(id: str, text: str, severity: str, since: str | None, until: str | None) -> AlertLine:
    first, last = (date.fromisoformat(each) if each else None for each in (since, until))
    return AlertLine(UUID(id), text, severity, first, last)


def _told(row: list[Any], today: date) -> ToldLine:
    id, name, relationship, may_be_told, proof, signed, until, has_code_word = row
    since, last = (date.fromisoformat(each) if each else None for each in (signed, until))
    telling = Telling(may_be_told, proof, since, last, has_code_word)
    words = telling.words(today)
    return ToldLine(UUID(id), name, relationship, words, telling.proof_words, has_code_word)
