"""Who may be meant by what was typed: four statements, each bounded in what it reads.

Patients are numbers here, with the line of their names; who they are is read afterwards. Whom the
viewer may not see is left out here already: what is counted afterwards decides whether slips are
forgiven, and so would tell that somebody is there.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from caredesk.kernel.barred import Barred
from caredesk.people.rules.birthdates import BirthDate
from caredesk.people.rules.matching import MIN_LETTERS
from caredesk.people.rules.names import FullName
from caredesk.people.rules.phones import beginnings, reversed_ends
from caredesk.people.rules.plainly import answers_plainly
from caredesk.people.rules.ranking import Candidate, by_number
from caredesk.people.rules.recency import ALL
from caredesk.people.rules.record_numbers import letters_and_digits, ranges_of
from caredesk.people.rules.sounds import sound
from caredesk.people.rules.spellings import MOST_BEGUN, Spellings, keys_of
from caredesk.people.rules.typed import Typed

MOST = 100
MOST_FUZZY = 300
MOST_BORN = 400
MOST_READ = 20_000
LAST_LETTER = "\U0010ffff"
"""Greater than every letter: a word followed by it ends the words that begin with it."""

_STEPS = ", ".join(f"({step}::smallint)" for step in ALL)

type Births = Iterable[BirthDate] | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed, and whom its viewer may not see."""

    typed: Typed
    unseen: Barred

    def may_find(self, barred: str | None) -> bool:
        """Whether somebody may be among those found: of the barred who is named plainly."""
        if barred is None:
            return True
        id, number, family, given, middle, suffix, born, precision = json.loads(barred)
        if not self.unseen.marks(UUID(id)):
            return False
        name = FullName(family, given, middle, suffix=suffix)
        birth = BirthDate(date.fromisoformat(born), precision)
        return answers_plainly(self.typed, name, birth, number)


def _arm(condition: str) -> str:
    return f"""(SELECT w.* FROM (VALUES {_STEPS}) AS step(recency), LATERAL (
    SELECT number, line, birth_date, recency FROM people_patientword w
    WHERE w.recency = step.recency AND {condition}
      AND (%(born)s::datemultirange IS NULL OR w.birth_date <@ %(born)s::datemultirange)
    LIMIT %(most)s::int) AS w)"""


_WHOLE = "w.word = lead.word AND w.line LIKE ALL(%(whole)s::text[])"
_PART = """w.word = lead.word AND w.line LIKE ALL(%(begun)s::text[])
      AND NOT w.line LIKE ALL(%(whole)s::text[])"""
_BEGUN = """w.word > lead.word AND w.word < lead.word || %(last)s
      AND w.line LIKE ALL(%(begun)s::text[])"""

# The rarest word leads (one of two letters only where none is longer), the others filter. Whole
# words come before begun ones, and of each the recently seen before the others; what is not needed
# any more is not read.
_STRICT = f"""
WITH lead AS MATERIALIZED (
  SELECT asked.word FROM unnest(%(words)s::text[]) AS asked(word),
    LATERAL (SELECT coalesce(sum(k.patients), 0) AS patients FROM people_word k
      WHERE k.word >= asked.word AND k.word < asked.word || %(last)s
        AND length(asked.word) > 2) AS counted
  ORDER BY length(asked.word) <= 2, counted.patients, length(asked.word) DESC LIMIT 1)
SELECT found.* FROM lead, LATERAL (
{" UNION ALL ".join(_arm(each) for each in (_WHOLE, _PART, _BEGUN))}
) AS found LIMIT %(most)s::int
"""

# One letter more, less, another, or two exchanged: the two words share a deletion.
_SPELLINGS = f"""
WITH slips AS (
  SELECT * FROM unnest(%(places)s::int[], %(deletions)s::text[]) AS s(place, deletion)),
asked AS (
  SELECT place, word, sound FROM
    unnest(%(asked)s::int[], %(words)s::text[], %(sounds)s::text[]) AS a(place, word, sound)),
similar_words AS (
  SELECT s.place, d.word FROM slips s JOIN people_worddeletion d ON d.deletion = s.deletion
  UNION SELECT s.place, k.word FROM slips s JOIN people_word k ON k.word = s.deletion
  UNION SELECT a.place, heard.word FROM asked a, LATERAL (
    SELECT k.word FROM people_word k WHERE k.sound = a.sound AND k.sound <> '' LIMIT 200) AS heard
  UNION SELECT a.place, begun.word FROM asked a, LATERAL (
    SELECT k.word FROM people_word k
    WHERE k.word >= a.word AND k.word < a.word || %(last)s LIMIT %(most)s::int) AS begun
  UNION SELECT s.place, begun.word FROM slips s, LATERAL (
    SELECT d.word FROM people_worddeletion d
    WHERE length(s.deletion) >= {MIN_LETTERS} AND d.deletion > s.deletion
      AND d.deletion < s.deletion || %(last)s LIMIT 30) AS begun)
SELECT m.place, k.word, k.patients FROM similar_words m JOIN people_word k ON k.word = m.word
"""

_SIMILAR = """
SELECT found.number, found.line, found.birth_date, found.recency
FROM unnest(%(lead)s::text[], %(steps)s::smallint[]) AS lead(word, recency), LATERAL (
  SELECT w.number, w.line, w.birth_date, w.recency FROM people_patientword w
  WHERE w.word = lead.word AND w.recency = lead.recency AND w.line LIKE ALL(%(begun)s::text[])
    AND w.line LIKE ANY(%(either)s::text[])
    AND (%(born)s::datemultirange IS NULL OR w.birth_date <@ %(born)s::datemultirange)
  LIMIT %(each)s::int) AS found
LIMIT %(most)s::int
"""

_BY_NUMBERS = """
WITH numbers AS (
  (SELECT s.number, 'born' AS how FROM people_searchline s
   WHERE s.birth_date = ANY(%(days)s::date[]) LIMIT %(most)s::int)
  UNION ALL
  SELECT born.number, 'born' FROM unnest(%(from)s::date[], %(until)s::date[]) AS b(first, last),
    LATERAL (SELECT s.number FROM people_searchline s
      WHERE s.birth_date BETWEEN b.first AND b.last
      ORDER BY s.recency LIMIT %(few)s::int) AS born
  UNION ALL
  SELECT p.number, 'phone' FROM (
    SELECT called.patient_id FROM unnest(%(begun)s::text[]) AS typed(digits), LATERAL (
      SELECT h.patient_id FROM people_phone h WHERE h.ended_at IS NULL
        AND h.digits >= typed.digits AND h.digits < typed.digits || %(last)s
      LIMIT %(called)s::int) AS called
    UNION ALL
    SELECT called.patient_id FROM unnest(%(ends)s::text[]) AS typed(digits), LATERAL (
      SELECT h.patient_id FROM people_phone h WHERE h.ended_at IS NULL
        AND h.reversed_digits >= typed.digits AND h.reversed_digits < typed.digits || %(last)s
      LIMIT %(called)s::int) AS called
    ) AS phones JOIN people_patient p ON p.id = phones.patient_id
  UNION ALL
  SELECT p.number, 'record' FROM (
    SELECT known.patient_id FROM unnest(%(identifiers)s::text[]) AS typed(value), LATERAL (
      SELECT i.patient_id FROM people_patientidentifier i WHERE i.ended_at IS NULL
        AND i.searched >= typed.value AND i.searched < typed.value || %(last)s
      LIMIT %(few)s::int) AS known
    ) AS known JOIN people_patient p ON p.id = known.patient_id
  UNION ALL
  SELECT numbered.number, 'record' FROM
    unnest(%(lowest)s::int[], %(highest)s::int[]) AS r(lowest, highest), LATERAL (
      SELECT s.number FROM people_searchline s WHERE s.number BETWEEN r.lowest AND r.highest
      ORDER BY s.number LIMIT %(few)s::int) AS numbered)
SELECT s.number, s.line, s.birth_date, s.recency, bool_or(n.how = 'phone'),
  bool_or(n.how = 'record')
FROM numbers n JOIN people_searchline s ON s.number = n.number GROUP BY s.number
"""

# What tells whether somebody barred was named plainly; null of everybody else. Where nobody is
# barred it is not looked for.
_WITH_BARRED = """
SELECT found.*, CASE WHEN cardinality(%(barred)s::uuid[]) > 0 THEN (
  SELECT json_build_array(p.id, hers.number, hers.family, hers.given, hers.middle, hers.suffix,
    hers.birth_date, hers.birth_precision)::text
  FROM people_patient p JOIN people_patient hers ON hers.id = p.identity_id
  WHERE p.number = found.number AND p.id = ANY(%(barred)s::uuid[])) END
FROM ({}) AS found
"""


def with_words(asked: Asked, births: Births = None) -> list[Candidate]:
    """Those of whose names each of the words is one, or begins one."""
    words = asked.typed.words
    values: dict[str, Any] = {
        "words": list(words),
        "whole": [f"% {word} %" for word in words],
        "begun": [f"% {word}%" for word in words],
        "born": _multirange(births),
        "last": LAST_LETTER,
        "most": MOST,
    }
    return _candidates(_STRICT, values, asked)


def with_similar_words(asked: Asked, enough: int, births: Births = None) -> list[Candidate]:
    """Those whose names may be meant by the words: slips, sounds, short forms.

    Words unknown to the dictionary are widened; where all are known, one after the other is. One
    statement for the dictionary and one for each word that is widened.
    """
    spellings = _spellings(asked.typed.words)
    if not all(each.meant for each in spellings):
        return []
    unknown = [each for each in spellings if not each.begun]
    found: list[Candidate] = []
    for widened in [unknown] if unknown else [[each] for each in spellings]:
        strict = [each for each in spellings if each not in widened]
        found += _with_widened(asked, widened, strict, births)
        if len(by_number(found)) >= enough:
            break
    return found


def _with_widened(
    asked: Asked, widened: Sequence[Spellings], strict: Sequence[Spellings], births: Births
) -> list[Candidate]:
    """By the rarest: one of those widened, or where there is but one, one of the others."""
    ways: list[tuple[Sequence[str], Spellings]] = [(each.meant, each) for each in widened]
    if len(widened) == 1:
        ways += [(each.begun, each) for each in strict if each.is_complete]
    words, lead = min(ways, key=lambda way: way[1].patients(way[0]))
    leading = lead.within(words, MOST_READ)
    others = [each for each in widened if each is not lead]
    values: dict[str, Any] = {
        "lead": [word for word in leading for _ in ALL],
        "steps": [step for _ in leading for step in ALL],
        "begun": [f"% {each.typed}%" for each in strict if each is not lead],
        "either": others[0].patterns if others else ["%"],
        "born": _multirange(births),
        "each": MOST,
        "most": MOST_FUZZY,
    }
    return _candidates(_SIMILAR, values, asked)


def with_numbers(asked: Asked) -> list[Candidate]:
    """Those whom any of the numbers fits: born then, called so, with such a record number.

    Where there are words by which to choose, more of those who are called so.
    """
    numbers = asked.typed.numbers
    births = [birth for number in numbers for birth in number.births]
    digits = [number.digits for number in numbers if number.digits]
    ranges = [each for number in numbers if number.record for each in ranges_of(number.record)]
    ranges = [(lowest, highest) for lowest, highest in ranges if highest < 2**31]
    identifiers = [letters_and_digits(number.identifier) for number in numbers]
    values: dict[str, Any] = {
        "days": [birth.day for birth in births if birth.precision == "day"],
        "from": [birth.day for birth in births if birth.precision != "day"],
        "until": [birth.last for birth in births if birth.precision != "day"],
        "begun": [each for typed in digits for each in beginnings(typed)],
        "ends": [end for typed in digits if len(end := reversed_ends(typed)) >= 3],
        "identifiers": [each for each in identifiers if each],
        "lowest": [lowest for lowest, _ in ranges],
        "highest": [highest for _, highest in ranges],
        "last": LAST_LETTER,
        "most": MOST_BORN,
        "few": MOST // 2,
        "called": MOST_BORN if asked.typed.words else MOST // 2,
    }
    return _candidates(_BY_NUMBERS, values, asked)


def _spellings(words: Sequence[str]) -> list[Spellings]:
    keys = [(place, key) for place, word in enumerate(words) for key in keys_of(word)]
    values: dict[str, Any] = {
        "places": [place for place, _ in keys],
        "deletions": [key for _, key in keys],
        "asked": list(range(len(words))),
        "words": list(words),
        "sounds": [sound(word) for word in words],
        "last": LAST_LETTER,
        "most": MOST_BEGUN,
    }
    found: list[dict[str, int]] = [{} for _ in words]
    with connection.cursor() as cursor:
        cursor.execute(_SPELLINGS, values)
        for place, word, patients in cursor.fetchall():
            found[place][word] = patients
    return [Spellings(typed, known) for typed, known in zip(words, found, strict=True)]


def _multirange(births: Births) -> str | None:
    """As text: with births and without, it is then the same prepared statement."""
    if births is None:
        return None
    return "{" + ",".join(f"[{birth.day},{birth.last}]" for birth in births) + "}"


def _candidates(statement: str, values: Mapping[str, Any], asked: Asked) -> list[Candidate]:
    with connection.cursor() as cursor:
        cursor.execute(_WITH_BARRED.format(statement), {**values, "barred": asked.unseen.ids})
        return [Candidate(*row) for *row, barred in cursor.fetchall() if asked.may_find(barred)]
