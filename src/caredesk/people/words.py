"""Keeps what a search reads in step with the patients, in the transaction that changes them.

Every statement takes words in sorted order, so that two who register the same names wait for each
other and never in a ring.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from caredesk.kernel import clock
from caredesk.people.models import Patient
from caredesk.people.rules.matching import deletions
from caredesk.people.rules.names import search_line
from caredesk.people.rules.recency import STEPS, recency
from caredesk.people.rules.sounds import sound

# A word new to the dictionary brings its deletions; one that is known is left alone, so that the
# common names are no queue. Counts are made anew by `recount`.
_INDEX = """
WITH line AS (
  INSERT INTO people_searchline (number, birth_date, recency, line)
  VALUES (%(number)s, %(birth_date)s, %(recency)s, %(line)s)
  ON CONFLICT (number) DO UPDATE SET
    birth_date = excluded.birth_date, recency = excluded.recency, line = excluded.line
), words AS (
  INSERT INTO people_patientword (number, birth_date, recency, word, line)
  SELECT %(number)s, %(birth_date)s, %(recency)s, word, %(line)s FROM unnest(%(words)s::text[]) word
), new AS (
  INSERT INTO people_word (word, patients, sound)
  SELECT word, 1, sound FROM unnest(%(words)s::text[], %(sounds)s::text[]) w(word, sound)
  ORDER BY word
  ON CONFLICT (word) DO NOTHING RETURNING word
)
INSERT INTO people_worddeletion (deletion, word)
SELECT d.deletion, d.word FROM new
JOIN unnest(%(deletions)s::text[], %(deleted_from)s::text[]) d(deletion, word) USING (word)
ON CONFLICT DO NOTHING
"""

_FORGET_WORDS = """
DELETE FROM people_patientword w USING people_searchline l
WHERE l.number = %(number)s AND w.number = l.number AND w.recency = l.recency
  AND w.word = ANY(string_to_array(btrim(l.line), ' '))
"""

_LOCK = "SELECT line, birth_date, recency FROM people_searchline WHERE number = %s FOR UPDATE"

_RECOUNT = """
UPDATE people_word w SET patients = counted.patients
FROM (SELECT word, count(*)::int AS patients FROM people_patientword GROUP BY word) counted
WHERE w.word = counted.word AND w.patients <> counted.patients
"""

# Rows that somebody is changing just now are left for the next night.
_MOVE = """
WITH late AS (
  SELECT l.number, l.recency AS was, step.recency AS now, l.line
  FROM people_searchline l
  JOIN people_patient p ON p.number = l.number
  CROSS JOIN LATERAL (SELECT width_bucket(
    extract(epoch FROM %(now)s::timestamptz - coalesce(p.last_seen_at, p.registered_at))::float8,
    %(steps)s::float8[])::int AS recency) step
  WHERE l.number > %(after)s AND step.recency <> l.recency
  ORDER BY l.number LIMIT %(most)s FOR UPDATE OF l SKIP LOCKED
), moved AS (
  UPDATE people_searchline l SET recency = late.now FROM late WHERE l.number = late.number
), words AS (
  UPDATE people_patientword w SET recency = late.now
  FROM late, unnest(string_to_array(btrim(late.line), ' ')) word
  WHERE w.recency = late.was AND w.word = word AND w.number = late.number
)
SELECT count(*), max(number) FROM late
"""


def index_patient(patient: Patient) -> None:
    """Make the patient found by her names, birth date and recency as they are now."""
    line = search_line(patient.name)
    met = max(filter(None, (patient.last_seen_at, patient.registered_at)))
    step = recency(met, clock.now())
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [patient.number])
        known = cursor.fetchone()
        if known == (line, patient.birth_date, step):
            return
        if known:
            cursor.execute(_FORGET_WORDS, {"number": patient.number})
        words = sorted(line.split())
        pairs = pairs_of_deletions(words)
        cursor.execute(
            _INDEX,
            {
                "number": patient.number,
                "birth_date": patient.birth_date,
                "recency": step,
                "line": line,
                "words": words,
                "sounds": [sound(word) for word in words],
                "deletions": [deletion for deletion, _ in pairs],
                "deleted_from": [word for _, word in pairs],
            },
        )


def unindex_patient(patient: Patient) -> None:
    """Make the patient found no more."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [patient.number])
        cursor.execute(_FORGET_WORDS, {"number": patient.number})
        cursor.execute("DELETE FROM people_searchline WHERE number = %s", [patient.number])


def pairs_of_deletions(words: Iterable[str]) -> list[tuple[str, str]]:
    """Each (deletion, word) of these words, sorted."""
    return sorted((deletion, word) for word in words for deletion in deletions(word))


def recount() -> None:
    """Count anew how many patients have each word: by that a search chooses where to begin."""
    with connection.cursor() as cursor:
        cursor.execute(_RECOUNT)


def move_by_recency(now: datetime, most: int = 2000) -> int:
    """Move patients to the step of recency they have come to; a statement for `most` of them."""
    moved, after = 0, 0
    # width_bucket counts a value on a border to the step above, `recency` to the one below.
    steps = [step.total_seconds() + 1e-6 for step in STEPS]
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_MOVE, {"now": now, "steps": steps, "after": after, "most": most})
            count, last = cursor.fetchone()
            if not count:
                return moved
            moved, after = moved + count, last
