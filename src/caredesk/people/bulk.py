"""Very many patients at once, by COPY and set-based SQL: for made-up practices and benchmarks.

Writes exactly what registering each of them would (a test compares the two), but no audit, no
events and no check for duplicates.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from caredesk.kernel import clock
from caredesk.kernel.ids import new_id
from caredesk.people.rules.birthdates import BirthDate
from caredesk.people.rules.names import FullName, search_line
from caredesk.people.rules.phones import national_digits, only_digits
from caredesk.people.rules.recency import recency
from caredesk.people.rules.sounds import sound
from caredesk.people.words import pairs_of_deletions, recount

BATCH = 20_000


@dataclass(frozen=True, slots=True)
class BulkPatient:
    """One patient to load. `phone` is E.164 or empty."""

    name: FullName
    birth: BirthDate
    registered_at: datetime
    sex: str = "unknown"
    phone: str = ""
    phone_use: str = "mobile"
    last_seen_at: datetime | None = None
    id: UUID = field(default_factory=new_id)


_PATIENTS = """COPY people_patient (id, identity_id, number, family, given, middle, suffix,
 preferred_name, former_family, birth_date, birth_precision, sex, gender_identity, pronouns,
 language, interpreter_needed, preferred_channel, deceased, deceased_precision, registered_at,
 last_seen_at) FROM STDIN"""
_PHONES = """COPY people_phone (id, patient_id, e164, extension, as_typed, use, warning, digits,
 reversed_digits) FROM STDIN"""
_LINES = "COPY people_searchline (number, birth_date, recency, line) FROM STDIN"

# In the order of the index, which is then filled from left to right.
_WORDS = """
INSERT INTO people_patientword (number, birth_date, recency, word, line)
SELECT l.number, l.birth_date, l.recency, word, l.line
FROM people_searchline l, unnest(string_to_array(btrim(l.line), ' ')) word
WHERE l.number BETWEEN %s AND %s
ORDER BY l.recency, word COLLATE "C", l.number
ON CONFLICT DO NOTHING
"""
_NEW_WORDS = """
SELECT DISTINCT word FROM people_patientword w WHERE number BETWEEN %s AND %s
  AND NOT EXISTS (SELECT 1 FROM people_word known WHERE known.word = w.word)
"""
_DICTIONARY = """
INSERT INTO people_word (word, patients, sound)
SELECT word, 1, sound FROM unnest(%s::text[], %s::text[]) w(word, sound) ORDER BY word
ON CONFLICT DO NOTHING
"""
_DELETIONS = """
INSERT INTO people_worddeletion (deletion, word)
SELECT deletion, word FROM unnest(%s::text[], %s::text[]) d(deletion, word)
ON CONFLICT DO NOTHING
"""


def load(patients: Iterable[BulkPatient]) -> int:
    """Load them all in one transaction and say how many. About 20,000 a second."""
    now = clock.now()
    first = last = count = 0
    with transaction.atomic():
        for batch in batched(patients, BATCH, strict=False):
            numbers = _next_numbers(len(batch))
            _copy_batch(batch, numbers, now)
            first, last = first or numbers[0], numbers[-1]
            count += len(batch)
        if count:
            _fill_search(first, last)
    return count


def _next_numbers(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval('people_patient_numbers') FROM generate_series(1, %s)", [count]
        )
        return [number for (number,) in cursor.fetchall()]


def _copy_batch(batch: Sequence[BulkPatient], numbers: Sequence[int], now: datetime) -> None:
    numbered = list(zip(batch, numbers, strict=True))
    _copy(_PATIENTS, (_patient_row(each, number) for each, number in numbered))
    _copy(_PHONES, (_phone_row(each) for each in batch if each.phone))
    _copy(_LINES, (_line_row(each, number, now) for each, number in numbered))


def _copy(statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _patient_row(each: BulkPatient, number: int) -> tuple[Any, ...]:
    name = each.name
    written = (name.family, name.given, name.middle, name.suffix, name.preferred)
    kept = (name.former_family, each.birth.day, each.birth.precision, each.sex)
    defaults = ("", "", "", False, "phone", False, "day")
    return (
        each.id, each.id, number, *written, *kept, *defaults, each.registered_at,
        each.last_seen_at,
    )  # fmt: skip


def _phone_row(each: BulkPatient) -> tuple[Any, ...]:
    digits = national_digits(each.phone)
    reversed_digits = only_digits(each.phone)[::-1]
    return (new_id(), each.id, each.phone, "", each.phone, each.phone_use, "", digits,
            reversed_digits)  # fmt: skip


def _line_row(each: BulkPatient, number: int, now: datetime) -> tuple[Any, ...]:
    met = max(filter(None, (each.last_seen_at, each.registered_at)))
    return (number, each.birth.day, recency(met, now), search_line(each.name))


def _fill_search(first: int, last: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_WORDS, [first, last])
        cursor.execute(_NEW_WORDS, [first, last])
        words = sorted(word for (word,) in cursor.fetchall())
        for some in batched(words, BATCH, strict=False):
            pairs = pairs_of_deletions(some)
            cursor.execute(_DICTIONARY, [list(some), [sound(word) for word in some]])
            cursor.execute(
                _DELETIONS,
                [[deletion for deletion, _ in pairs], [word for _, word in pairs]],
            )
    recount()
