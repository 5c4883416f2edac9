"""The one search box: finding a patient by whatever the caller says."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest
from typing import Any
from uuid import UUID

from django.db import connection

from caredesk.kernel import clock
from caredesk.kernel.actor import Actor
from caredesk.kernel.barred import Barred, barred
from caredesk.kernel.looks import seen
from caredesk.people.queries.candidates import Asked, with_numbers, with_similar_words, with_words
from caredesk.people.rules.birthdates import BirthDate, age_words, death_words, neighbours
from caredesk.people.rules.names import FullName, display
from caredesk.people.rules.phones import show
from caredesk.people.rules.plainly import answers_plainly
from caredesk.people.rules.ranking import Candidate, by_number, fits, is_forgiven, rank
from caredesk.people.rules.record_numbers import record_number
from caredesk.people.rules.typed import Typed, read
from caredesk.people.rules.why import why_found
from caredesk.practice.queries import zone_of

MOST_SHOWN = 50
SPARE = 5
"""Read besides, as some may be records of one person."""

NOTHING_TYPED = Typed()


@dataclass(frozen=True, slots=True)
class FoundPatient:
    """Who may be meant. `matched` says why, where it is not plain ("sounds like kathryn")."""

    id: UUID
    name: str
    preferred_name: str
    birth_date: str
    age: str
    sex: str
    record_number: str
    phone: str
    deceased: bool
    deceased_words: str
    """ "died 3 Mar 2025", "deceased"; empty of the living, and of the dead `age` is."""
    matched: str
    is_restricted: bool = False
    """Then nothing is said but name, birth date and record number."""
    is_forgiven: bool = False
    """A word that was typed begins none of the names: it was a slip, a sound, a short form."""


# The record that survives a merge, whichever of its records was found, with the telephones of all.
# OFFSET 0 keeps these from being joined by reading all telephones, whatever the planner believes.
_FOUND = """
SELECT asked.number, p.id, p.number, p.family, p.given, p.middle, p.preferred_name,
  p.former_family, p.suffix, p.birth_date, p.birth_precision, p.sex,
  p.deceased, p.deceased_on, p.deceased_precision,
  ARRAY(SELECT phone.e164 FROM people_patient hers, LATERAL (
    SELECT h.id, h.e164 FROM people_phone h
    WHERE h.patient_id = hers.id AND h.ended_at IS NULL AND h.e164 <> '' OFFSET 0) AS phone
    WHERE hers.identity_id = p.id ORDER BY phone.id)
FROM people_patient asked JOIN people_patient p ON p.id = asked.identity_id
WHERE asked.number = ANY(%(numbers)s::int[])
"""


def find_patients(
    viewer: Actor, text: str, limit: int = 10, settling: UUID | None = None
) -> list[FoundPatient]:
    """The patients who may be meant by `text`, the best match first; two to six statements.

    What was typed is read strictly; where that finds fewer than `limit`, slips, short forms and
    like sounds are forgiven. Of "april 1990" those born then take turns with those called so, for
    four statements more. `settling` is the search that is still being typed. Who is restricted is
    found only by the plain name, date of birth or record number, and shown by these alone.
    """
    limit = max(1, min(limit, MOST_SHOWN))
    today = clock.today(zone_of(viewer))
    ways, unseen = read(text, today), barred(viewer)
    asked = [Asked(way, unseen) for way in ways]
    found = [_read_best(way, _candidates(way, limit), limit, today) for way in asked[:1]]
    found += [_read_best(way, _called_exactly(way), limit, today) for way in asked[1:]]
    shown = _once(each for abreast in zip_longest(*found) for each in abreast if each)[:limit]
    seen(
        viewer,
        [each.id for each in shown if not each.is_restricted],
        settling=settling,
        marked=[each.id for each in shown if each.is_restricted],
    )
    return shown


def read_found(
    numbers: Sequence[int],
    today: date,
    unseen: Barred,
    typed: Typed = NOTHING_TYPED,
    forgiven: Set[int] = frozenset(),
) -> list[FoundPatient]:
    """The patients with these numbers, in this order, each identity once; one statement.

    Without those who are hidden, and of the restricted those that `typed` names plainly.
    """
    if not numbers:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, {"numbers": list(numbers)})
        rows = {row[0]: row[1:] for row in cursor.fetchall()}
    return _once(
        replace(found, is_forgiven=number in forgiven)
        for number in numbers
        if number in rows and (found := _shown(rows[number], typed, today, unseen)) is not None
    )


def _read_best(
    asked: Asked, found: Sequence[Candidate], limit: int, today: date
) -> list[FoundPatient]:
    best = rank(asked.typed, list(by_number(found).values()))[: limit + SPARE]
    forgiven = {each.number for each in best if is_forgiven(asked.typed, each)}
    return read_found([each.number for each in best], today, asked.unseen, asked.typed, forgiven)


def _once(found: Iterable[FoundPatient]) -> list[FoundPatient]:
    known: dict[UUID, FoundPatient] = {}
    for each in found:
        known.setdefault(each.id, each)
    return list(known.values())


def _candidates(asked: Asked, limit: int) -> list[Candidate]:
    return _numbered(asked) if asked.typed.numbers else _named(asked, limit)


def _called_exactly(asked: Asked) -> list[Candidate]:
    """Those whom all fits without forgiving anything, and every word is whole."""
    typed = asked.typed
    found = with_numbers(asked) if typed.numbers else []
    births = [birth for number in typed.numbers for birth in number.births]
    found += with_words(asked, births or None)
    return [each for each in found if all(f" {word} " in each.line for word in typed.words)]


def _named(asked: Asked, limit: int) -> list[Candidate]:
    found = with_words(asked)
    if len(by_number(found)) < limit:
        similar = with_similar_words(asked, limit)
        found += [each for each in similar if fits(asked.typed, each)]
    return found


def _numbered(asked: Asked) -> list[Candidate]:
    """Those whom a number fits, of them those whom the names fit, too.

    Where nobody does, a slip in the date of birth is forgiven, and then one in the names as well.
    """
    typed = asked.typed
    found = [each for each in with_numbers(asked) if fits(typed, each)]
    births = [birth for number in typed.numbers for birth in number.births]
    if not typed.words or not births:
        return found
    near = [BirthDate(day) for birth in births for day in neighbours(birth)]
    if not found or any(birth.precision != "day" for birth in births):
        found += with_words(asked, births + near)
    if not found:
        found += with_similar_words(asked, 1, births + near)
    return found


def _shown(row: tuple[Any, ...], typed: Typed, today: date, unseen: Barred) -> FoundPatient | None:
    if row[0] not in unseen:
        return _found(row, typed, today)
    return _marked(row, typed) if unseen.marks(row[0]) else None


def _marked(row: tuple[Any, ...], typed: Typed) -> FoundPatient | None:
    """Somebody restricted, if this very person was typed: nothing else tells of her."""
    id, number, family, given, middle, _, _, suffix, born, precision, *_ = row
    name, birth = FullName(family, given, middle, suffix=suffix), BirthDate(born, precision)
    if not answers_plainly(typed, name, birth, number):
        return None
    return FoundPatient(
        id=id,
        name=display(name),
        preferred_name="",
        birth_date=birth.words,
        age="",
        sex="",
        record_number=record_number(number),
        phone="",
        deceased=False,
        deceased_words="",
        matched="",
        is_restricted=True,
    )


def _found(row: tuple[Any, ...], typed: Typed, today: date) -> FoundPatient:
    id, number, *names, born, precision, sex, deceased, died_on, died_as, phones = row
    family, given, middle, preferred, former, suffix = names
    name = FullName(family, given, middle, preferred, former, suffix)
    birth = BirthDate(born, precision)
    phone = _phone(phones, typed)
    return FoundPatient(
        id=id,
        name=display(name),
        preferred_name=preferred,
        birth_date=birth.words,
        age="" if deceased else age_words(birth, today),
        sex=sex,
        record_number=record_number(number),
        phone=show(phone) if phone else "",
        deceased=deceased,
        deceased_words=death_words(deceased, died_on, died_as),
        matched=why_found(typed, name, birth),
    )


def _phone(phones: Sequence[str], typed: Typed) -> str:
    """The number that was typed, else the first."""
    digits = [number.digits for number in typed.numbers if number.digits]
    called = (each for each in phones if any(part in each for part in digits))
    return next(called, phones[0] if phones else "")
