"""Who may touch a resource's days: advisory locks of the transaction, always taken in one order.

Whoever takes or gives back time shares the resource and locks its (resource, UTC day) pairs;
whoever computes all masks of a resource anew locks the resource as a whole. Each locks all it
needs in one statement, resources before days, sorted; so writers of the same day wait for one
another and never for each other. Rows of patients are locked after that, also sorted (`diary`).
"""

from collections.abc import Iterable
from datetime import date
from hashlib import blake2b
from uuid import UUID

from django.db import connection

from .rows import as_array

_LOCK = """SELECT CASE WHEN is_shared THEN pg_advisory_xact_lock_shared(key)
 ELSE pg_advisory_xact_lock(key) END
FROM unnest(%s::bigint[], %s::boolean[]) AS wanted(key, is_shared)"""

# Everything that follows in the transaction finds few rows by their keys: one plan serves for all
# values, and planning anew each time would cost more than the rows themselves.
_LOCK_FEW = f"{_LOCK}, set_config('plan_cache_mode', 'force_generic_plan', true)"


def lock_days(
    resources: Iterable[UUID], days: Iterable[date], patients: Iterable[UUID] = ()
) -> None:
    """Wait for these resources on these days, and for the patients whose visits are compared."""
    every, all_days = set(resources), set(days)
    shared = sorted(_number(b"resource", one) for one in every)
    own = {
        _number(day.isoformat().encode(), resource) for resource in every for day in all_days
    } | {_number(b"patient", one) for one in patients}
    _lock(_LOCK_FEW, [*shared, *sorted(own)], [True] * len(shared) + [False] * len(own))


def lock_all_days(resources: Iterable[UUID]) -> None:
    """Wait for all days of these resources."""
    keys = sorted({_number(b"resource", one) for one in resources})
    _lock(_LOCK, keys, [False] * len(keys))


def _lock(statement: str, keys: list[int], is_shared: list[bool]) -> None:
    """Kept until the transaction (or savepoint) ends."""
    with connection.cursor() as cursor:
        cursor.execute(statement, [as_array(keys), as_array(map(int, is_shared))])


def _number(what: bytes, id: UUID) -> int:
    """Two that share a number only wait needlessly."""
    return int.from_bytes(blake2b(id.bytes + what, digest_size=8).digest(), signed=True)
