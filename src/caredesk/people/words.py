"""Keeps what a search reads in step with the patients, in the transaction that changes them.

All of it can be made from `people_patient` again; nothing here is a fact of its own.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from caredesk.kernel import clock
from caredesk.people.models import Patient
from caredesk.people.rules.matching import deletions
from caredesk.people.rules.names import search_line
from caredesk.people.rules.recency import STEPS, recency
from caredesk.people.rules.sounds import sound

BATCH = 5_000
_WORD_LOCKS = 7281
_UPKEEP_LOCK = 7_281_000_001

# A word new to the dictionary is written by one transaction, and nobody waits for it: whoever finds
# it being written leaves it to the other, and to the upkeep should the other give up. A word that
# is known is left alone, so that the common names are no queue; `recount` counts.
_LEARN = """
unknown AS MATERIALIZED (
  SELECT n.word, n.sound FROM unnest(%(words)s::text[], %(sounds)s::text[]) AS n(word, sound)
  WHERE NOT EXISTS (SELECT FROM people_word k WHERE k.word = n.word COLLATE "C")),
mine AS MATERIALIZED (
  SELECT word, sound FROM unknown WHERE pg_try_advisory_xact_lock(%(locks)s::int, hashtext(word))),
learnt AS (
  INSERT INTO people_word (word, patients, sound)
  SELECT word, 1, sound FROM mine ORDER BY word COLLATE "C" ON CONFLICT DO NOTHING)
INSERT INTO people_worddeletion (deletion, word)
SELECT d.deletion, d.word FROM mine
JOIN unnest(%(deletions)s::text[], %(deleted_from)s::text[]) AS d(deletion, word) USING (word)
ON CONFLICT DO NOTHING
"""

_INDEX = f"""
WITH old AS (
  SELECT recency, string_to_array(btrim(line), ' ') AS words
  FROM people_searchline WHERE number = %(number)s::int),
gone AS (
  DELETE FROM people_patientword w USING old
  WHERE w.number = %(number)s::int AND w.recency = old.recency AND w.word = ANY(old.words)
    AND (old.recency <> %(recency)s::int OR w.word <> ALL(%(words)s::text[]))),
lines AS (
  INSERT INTO people_searchline (number, birth_date, recency, line)
  VALUES (%(number)s::int, %(born)s::date, %(recency)s::int, %(line)s)
  ON CONFLICT (number) DO UPDATE SET birth_date = excluded.birth_date,
    recency = excluded.recency, line = excluded.line),
indexed AS (
  INSERT INTO people_patientword (recency, word, number, birth_date, line)
  SELECT %(recency)s::int, word, %(number)s::int, %(born)s::date, %(line)s
  FROM unnest(%(words)s::text[]) AS word
  ON CONFLICT (recency, word, number) DO UPDATE SET birth_date = excluded.birth_date,
    line = excluded.line),
{_LEARN}
"""

_UNINDEX = """
WITH old AS (
  DELETE FROM people_searchline WHERE number = %(number)s
  RETURNING number, recency, string_to_array(btrim(line), ' ') AS words)
DELETE FROM people_patientword w USING old
WHERE w.number = old.number AND w.recency = old.recency AND w.word = ANY(old.words)
"""

# Rows that somebody is changing just now are left for the next time.
_MOVE = """
WITH late AS (
  SELECT l.number, l.recency AS was, step.recency AS now, l.line
  FROM people_searchline l JOIN people_patient p ON p.number = l.number,
    LATERAL (SELECT cardinality(%(limits)s::timestamptz[]) - width_bucket(
      greatest(p.last_seen_at, p.registered_at), %(limits)s::timestamptz[]) AS recency) AS step
  WHERE l.number > %(after)s AND step.recency <> l.recency
  ORDER BY l.number LIMIT %(most)s FOR UPDATE OF l SKIP LOCKED),
moved AS (
  UPDATE people_searchline l SET recency = late.now FROM late WHERE l.number = late.number),
words AS (
  UPDATE people_patientword w SET recency = late.now
  FROM late, unnest(string_to_array(btrim(late.line), ' ')) AS hers
  WHERE w.recency = late.was AND w.word = hers AND w.number = late.number)
SELECT count(*), max(number) FROM late
"""

_UNKNOWN = """
SELECT DISTINCT w.word FROM people_patientword w
WHERE NOT EXISTS (SELECT FROM people_word k WHERE k.word = w.word) LIMIT %s
"""

_RECOUNT = """
UPDATE people_word k SET patients = counted.patients FROM (
  SELECT d.word, count(w.number)::int AS patients
  FROM people_word d LEFT JOIN people_patientword w ON w.word = d.word GROUP BY d.word) AS counted
WHERE k.word = counted.word AND k.patients <> counted.patients
"""


def index_patient(patient: Patient) -> None:
    """Make the patient found by her names, birth date and recency as they are now."""
    line = search_line(patient.name)
    met = max(filter(None, (patient.last_seen_at, patient.registered_at)))
    values = {
        "number": patient.number,
        "born": patient.birth_date,
        "recency": recency(met, clock.now()),
        "line": line,
        **_learning(line.split()),
    }
    with connection.cursor() as cursor:
        cursor.execute(_INDEX, values)


def unindex_patient(patient: Patient) -> None:
    """Make the patient found no more. The dictionary keeps her words."""
    with connection.cursor() as cursor:
        cursor.execute(_UNINDEX, {"number": patient.number})


def keep_up(now: datetime) -> None:
    """What time changes: how recent patients are, and how often the words of the dictionary are.

    Where another worker is at it, nothing is left to do.
    """
    for step in (lambda: move_by_recency(now), learn_missing, recount):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_UPKEEP_LOCK])
            if cursor.fetchone()[0]:
                step()


def move_by_recency(now: datetime) -> int:
    """Move patients to the step of recency they have come to; how many moved."""
    limits = [now - step for step in reversed(STEPS)]
    moved, after = 0, 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_MOVE, {"limits": limits, "after": after, "most": BATCH})
            count, last = cursor.fetchone()
            if not count:
                return moved
            moved, after = moved + count, last


def learn_missing() -> int:
    """Put words into the dictionary that patients have and it lacks; how many those were."""
    with connection.cursor() as cursor:
        cursor.execute(_UNKNOWN, [BATCH])
        words = [word for (word,) in cursor.fetchall()]
        if words:
            cursor.execute(f"WITH {_LEARN}", _learning(words))
    return len(words)


def recount() -> None:
    """Count anew how many patients have each word: by that a search chooses where to begin."""
    with connection.cursor() as cursor:
        cursor.execute(_RECOUNT)


def pairs_of_deletions(words: Iterable[str]) -> list[tuple[str, str]]:
    """Each (deletion, word) of these words, sorted."""
    return sorted((deletion, word) for word in words for deletion in deletions(word))


def _learning(words: Sequence[str]) -> dict[str, Any]:
    pairs = pairs_of_deletions(words)
    return {
        "words": sorted(words),
        "sounds": [sound(word) for word in sorted(words)],
        "deletions": [deletion for deletion, _ in pairs],
        "deleted_from": [word for _, word in pairs],
        "locks": _WORD_LOCKS,
    }
