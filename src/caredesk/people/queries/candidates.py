"""Who may be meant by what was typed: four statements, each bounded in what it reads.

Patients are numbers here, with the line of their names; who they are is read afterwards.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from psycopg.types.multirange import Multirange
from psycopg.types.range import Range

from caredesk.people.rules.birthdates import BirthDate
from caredesk.people.rules.matching import MIN_LETTERS, deletions
from caredesk.people.rules.nicknames import nicknames
from caredesk.people.rules.phones import beginnings, reversed_ends
from caredesk.people.rules.ranking import NOTHING, Candidate, grade_word
from caredesk.people.rules.recency import ALL
from caredesk.people.rules.record_numbers import letters_and_digits, ranges_of
from caredesk.people.rules.sounds import sound
from caredesk.people.rules.typed import Number

MOST = 100
MOST_FUZZY = 300
MOST_BORN = 400
MOST_SPELLINGS = 40
LAST_LETTER = "\U0010ffff"
"""Greater than every letter: a word followed by it ends the words that begin with it."""

type Births = Iterable[BirthDate] | None


def _arm(recency: int, condition: str) -> str:
    return f"""(SELECT w.number, w.line, w.birth_date, w.recency FROM people_patientword w
    WHERE w.recency = {recency} AND {condition}
      AND (%(born)s::datemultirange IS NULL OR w.birth_date <@ %(born)s::datemultirange)
    LIMIT %(most)s::int)"""


_WHOLE = "w.word = lead.word AND w.line LIKE ALL(%(whole)s::text[])"
_PART = """w.word = lead.word AND w.line LIKE ALL(%(begun)s::text[])
      AND NOT w.line LIKE ALL(%(whole)s::text[])"""
_BEGUN = """w.word > lead.word AND w.word < lead.word || %(last)s
      AND w.line LIKE ALL(%(begun)s::text[])"""

# The rarest word leads, the others filter. Whole words come before begun ones, and of each the
# recently seen before the others; what is not needed any more is not read.
_STRICT = f"""
WITH lead AS MATERIALIZED (
  SELECT asked.word FROM unnest(%(words)s::text[]) AS asked(word),
    LATERAL (SELECT coalesce(sum(patients), 0) AS patients FROM (
      SELECT k.patients FROM people_word k
      WHERE k.word >= asked.word AND k.word < asked.word || %(last)s LIMIT 2000) AS words) AS counted
  ORDER BY counted.patients, length(asked.word) DESC, asked.word LIMIT 1)
SELECT found.number, found.line, found.birth_date, found.recency FROM lead, LATERAL (
{" UNION ALL ".join(_arm(step, each) for each in (_WHOLE, _PART, _BEGUN) for step in ALL)}
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
    WHERE k.word >= a.word AND k.word < a.word || %(last)s LIMIT 200) AS begun
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
  WHERE w.word = lead.word AND w.recency = lead.recency AND w.line ~ ALL(%(others)s::text[])
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
      LIMIT %(most)s::int) AS called
    UNION ALL
    SELECT called.patient_id FROM unnest(%(ends)s::text[]) AS typed(digits), LATERAL (
      SELECT h.patient_id FROM people_phone h WHERE h.ended_at IS NULL
        AND h.reversed_digits >= typed.digits AND h.reversed_digits < typed.digits || %(last)s
      LIMIT %(most)s::int) AS called
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


def with_words(words: Sequence[str], births: Births = None) -> list[Candidate]:
    """Those of whose names each of `words` is one, or begins one."""
    values = {
        "words": list(words),
        "whole": [f"% {word} %" for word in words],
        "begun": [f"% {word}%" for word in words],
        "born": _multirange(births),
        "last": LAST_LETTER,
        "most": MOST,
    }
    return _candidates(_STRICT, values)


def with_similar_words(words: Sequence[str], births: Births = None) -> list[Candidate]:
    """Those whose names may be meant by `words`: slips, sounds, short forms. Two statements."""
    spellings = _spellings(words)
    if not all(each.known for each in spellings):
        return []
    rarest = min(spellings, key=lambda each: (not each.is_complete, each.patients))
    values = {
        "lead": [word for word in rarest.known for _ in ALL],
        "steps": [step for _ in rarest.known for step in ALL],
        "others": [each.pattern for each in spellings if each is not rarest],
        "born": _multirange(births),
        "each": MOST,
        "most": MOST_FUZZY,
    }
    return _candidates(_SIMILAR, values)


def with_numbers(numbers: Sequence[Number]) -> list[Candidate]:
    """Those whom any of `numbers` fits: born then, called so, with such a record number."""
    births = [birth for number in numbers for birth in number.births]
    digits = [number.digits for number in numbers if number.digits]
    ranges = [each for number in numbers if number.record for each in ranges_of(number.record)]
    ranges = [(lowest, highest) for lowest, highest in ranges if highest < 2**31]
    identifiers = [letters_and_digits(number.identifier) for number in numbers]
    values = {
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
    }
    return _candidates(_BY_NUMBERS, values)


@dataclass(frozen=True, slots=True)
class _Spellings:
    """The words of the dictionary that may be meant by one typed word, the likeliest first."""

    typed: str
    known: tuple[str, ...]
    patients: int
    is_complete: bool

    @property
    def pattern(self) -> str:
        """Finds any of them, or a word that begins as typed, in a line. Words hold letters only."""
        whole = [f"{word} " for word in self.known if not word.startswith(self.typed)]
        return f" ({'|'.join([self.typed, *whole])})"


def _spellings(words: Sequence[str]) -> list[_Spellings]:
    keys = [(place, key) for place, word in enumerate(words) for key in _keys(word)]
    values = {
        "places": [place for place, _ in keys],
        "deletions": [key for _, key in keys],
        "asked": list(range(len(words))),
        "words": list(words),
        "sounds": [sound(word) for word in words],
        "last": LAST_LETTER,
    }
    found: list[dict[str, int]] = [{} for _ in words]
    with connection.cursor() as cursor:
        cursor.execute(_SPELLINGS, values)
        for place, word, patients in cursor.fetchall():
            found[place][word] = patients
    return [_best(typed, known) for typed, known in zip(words, found, strict=True)]


def _keys(word: str) -> Iterable[str]:
    return {word, *nicknames(word), *deletions(word)}


def _best(typed: str, known: Mapping[str, int]) -> _Spellings:
    graded = {word: grade_word(typed, [word]) for word in known if known[word]}
    meant = [word for word, grade in graded.items() if grade > NOTHING]
    meant.sort(key=lambda word: (-graded[word], -known[word], word))
    best = tuple(meant[:MOST_SPELLINGS])
    return _Spellings(typed, best, sum(known[word] for word in best), len(best) == len(meant))


def _multirange(births: Births) -> Multirange[date] | None:
    if births is None:
        return None
    return Multirange([Range(birth.day, birth.last, "[]") for birth in births])


def _candidates(statement: str, values: Mapping[str, Any]) -> list[Candidate]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [Candidate(*row) for row in cursor.fetchall()]
