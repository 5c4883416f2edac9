"""Who may be the same person as somebody about to be registered."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from caredesk.kernel.actor import Actor
from caredesk.kernel.looks import seen
from caredesk.people.rules.birthdates import BirthDate, neighbours
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
    reasons: list[str]
    score: int


# By the same birth date, by one a slip away with a name in common, or by the same telephone.
_CANDIDATES = """
SELECT p.id, p.number, p.family, p.given, p.middle, p.preferred_name, p.former_family, p.suffix,
  p.birth_date, p.birth_precision, p.sex,
  ARRAY(SELECT e164 FROM people_phone h WHERE h.patient_id = p.id AND h.ended_at IS NULL
    AND h.e164 <> '' ORDER BY h.id),
  (SELECT concat_ws(', ', nullif(a.line1, ''), nullif(a.city, '')) FROM people_address a
    WHERE a.patient_id = p.id AND a.ended_at IS NULL ORDER BY a.id LIMIT 1)
FROM people_patient p
WHERE p.withdrawn_at IS NULL AND p.identity_id = p.id AND p.number IN (
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

    `phones` are (E.164, national digits).
    """
    new = Person(name, birth, frozenset(e164 for e164, _ in phones))
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
        compared = [_likely(new, row) for row in cursor.fetchall()]
    likely = sorted(filter(None, compared), key=lambda each: (-each.score, each.record_number))
    seen(viewer, [each.id for each in likely[:MOST]])
    return likely[:MOST]


def _likely(new: Person, row: tuple[Any, ...]) -> Likely | None:
    id, number, family, given, middle, preferred, former, suffix, born, precision, sex = row[:11]
    phones, address = row[11:]
    name = FullName(family, given, middle, preferred, former, suffix)
    birth = BirthDate(born, precision)
    likeness = compare(new, Person(name, birth, frozenset(phones)))
    if not likeness.is_likely:
        return None
    return Likely(
        id=id,
        name=display(name),
        birth_date=birth.words,
        sex=sex,
        record_number=record_number(number),
        phone=show(phones[0]) if phones else "",
        address=address or "",
        reasons=list(likeness.reasons),
        score=likeness.score,
    )
