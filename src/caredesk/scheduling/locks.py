"""Who may touch a resource's day: advisory locks of the transaction, always taken in one order.

Everything that takes or gives back time locks all its (resource, UTC day) pairs first, in one
statement, sorted; so writers of the same day wait for one another and never for each other.
"""

from collections.abc import Iterable
from datetime import date
from hashlib import blake2b
from uuid import UUID

from django.db import connection


def day_key(resource: UUID, day: date) -> int:
    """The lock of a resource on a UTC day. Two that share a number only wait needlessly."""
    return _number(resource.bytes + day.toordinal().to_bytes(4))


def patient_key(patient: UUID) -> int:
    """The lock under which a patient's own visits are compared."""
    return _number(b"patient" + patient.bytes)


def lock(keys: Iterable[int]) -> None:
    """Wait for these locks; they are kept until the transaction (or savepoint) ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key",
            [sorted(set(keys))],
        )


def _number(seed: bytes) -> int:
    return int.from_bytes(blake2b(seed, digest_size=8).digest(), signed=True)
