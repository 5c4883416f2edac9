"""Who may be the same person as somebody about to be registered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import connection

from caredesk.kernel.actor import Actor
from caredesk.kernel.barred import Barred, barred
from caredesk.kernel.looks import seen
from caredesk.people.rules.birthdates import BirthDate, death_words, neighbours
from caredesk.people.rules.matching import Person, compare
from caredesk.people.rules.names import FullName, display, words
from caredesk.people.rules.phones import show
from caredesk.people.rules.record_numbers import record_number

MOST = 5


@dataclass(frozen=True, slots=True)
class Likely:
    """Another record that seems to be the same person, with what speaks for it."""

    id: UUID
    name: str
    birth_date: str
    sex: str
    record_number: str
    phone: str
    address: str
    deceased_words: str
    reasons: list[str]
    score: int
    is_restricted: bool = False
    """Then only name, birth date and record number speak for it, and are shown."""


def _who(table: str) -> str:
    """The columns of a name, in the order of `FullName`, and of the birth."""
    return f"""{table}.family, {table}.given, {table}.middle, {table}.preferred_name,
  {table}.former_family, {table}.suffix, {table}.birth_date, {table}.birth_precision"""


# By the same birth date, by one a slip away with a name in common, or by the same telephone. Of a
# merge each record is compared, and the one that survives is shown with what all of them have
# (OFFSET 0: found by the record, however many telephones and addresses there are).
_CANDIDATES = f"""
SELECT p.id, p.number, {_who("p")}, p.sex, p.deceased, p.deceased_on, p.deceased_precision,
  record.number, {_who("record")},
  ARRAY(SELECT phone.e164 FROM people_patient hers, LATERAL (
    SELECT h.id, h.e164 FROM people_phone h
    WHERE h.patient_id = hers.id AND h.ended_at IS NULL AND h.e164 <> '' OFFSET 0) AS phone
    WHERE hers.identity_id = p.id ORDER BY phone.id),
  (SELECT concat_ws(', ', nullif(place.line1, ''), nullif(place.city, ''))
    FROM people_patient hers, LATERAL (
    SELECT a.id, a.line1, a.city FROM people_address a
    WHERE a.patient_id = hers.id AND a.ended_at IS NULL OFFSET 0) AS place
    WHERE hers.identity_id = p.id ORDER BY place.id LIMIT 1)
FROM people_patient record JOIN people_patient p ON p.id = record.identity_id
WHERE p.withdrawn_at IS NULL AND record.withdrawn_at IS NULL AND record.number IN (
  SELECT number FROM people_searchline WHERE birth_date BETWEEN %(first)s AND %(last)s
    AND line LIKE ANY(%(likes)s)
  UNION SELECT number FROM people_searchline WHERE birth_date = %(day)s
  UNION SELECT number FROM people_searchline WHERE birth_date = ANY(%(near)s::date[])
    AND line LIKE ANY(%(likes)s)
  UNION SELECT q.number FROM people_phone h JOIN people_patient q ON q.id = h.patient_id
    WHERE h.digits = ANY(%(digits)s) AND h.ended_at IS NULL)
"""


def likely_duplicates(
    viewer: Actor, name: FullName, birth: BirthDate, phones: Sequence[tuple[str, str]] = ()
) -> list[Likely]:
    """Those who are probably the same person, the likeliest first; one statement.

    `phones` are (E.164, national digits). Of who is restricted nothing is compared or shown
    but name, birth date and record number; who is hidden is left out.
    """
    new = Person(name, birth, frozenset(e164 for e164, _ in phones))
    unseen = barred(viewer)
    likes = [f"% {word} %" for part in (name.family, name.given) for word in words(part)]
    about: dict[str, Any] = {
        "day": birth.day,
        "first": birth.day,
        "last": birth.last,
        "near": list(neighbours(birth)),
        "likes": likes,
        "digits": [digits for _, digits in phones],
    }
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, about)
        compared = [_shown(new, row, unseen) for row in cursor.fetchall()]
    # Of one person's records that are equally alike the surviving one tells: it has least to say.
    ranked = sorted(
        filter(None, compared),
        key=lambda each: (-each.score, each.record_number, len(each.reasons)),
    )
    best: dict[UUID, Likely] = {}
    for each in ranked:
        best.setdefault(each.id, each)
    likely = list(best.values())[:MOST]
    seen(
        viewer,
        [each.id for each in likely if not each.is_restricted],
        marked=[each.id for each in likely if each.is_restricted],
    )
    return likely


def _shown(new: Person, row: tuple[Any, ...], unseen: Barred) -> Likely | None:
    if row[0] not in unseen:
        return _likely(new, row)
    return _marked(new, row) if unseen.marks(row[0]) else None


def _marked(new: Person, row: tuple[Any, ...]) -> Likely | None:
    """Somebody restricted who has this name and birth date: not by telephone or former name."""
    id, number, family, given, middle, _, _, suffix, born, precision, *_ = row
    name, birth = FullName(family, given, middle, suffix=suffix), BirthDate(born, precision)
    if row[14] != number:
        return None  # a merged record: the one that survives speaks for itself
    likeness = compare(replace(new, phones=frozenset()), Person(name, birth, frozenset()))
    if not likeness.is_likely:
        return None
    return Likely(
        id=id,
        name=display(name),
        birth_date=birth.words,
        sex="",
        record_number=record_number(number),
        phone="",
        address="",
        deceased_words="",
        reasons=[*likeness.reasons, "restricted"],
        score=likeness.score,
        is_restricted=True,
    )


def _likely(new: Person, row: tuple[Any, ...]) -> Likely | None:
    id, number, *who, sex, deceased, died_on, died_as = row[:14]
    record, *compared, phones, address = row[14:]
    likeness = compare(new, Person(*_name_and_birth(compared), frozenset(phones)))
    if not likeness.is_likely:
        return None
    name, birth = _name_and_birth(who)
    merged = [] if record == number else [f"by the merged record {record_number(record)}"]
    return Likely(
        id=id,
        name=display(name),
        birth_date=birth.words,
        sex=sex,
        record_number=record_number(number),
        phone=show(phones[0]) if phones else "",
        address=address or "",
        deceased_words=death_words(deceased, died_on, died_as),
        reasons=[*likeness.reasons, *merged],
        score=likeness.score,
    )


def _name_and_birth(columns: Sequence[Any]) -> tuple[FullName, BirthDate]:
    *names, born, precision = columns
    return FullName(*names), BirthDate(born, precision)
