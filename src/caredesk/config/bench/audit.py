"""A great audit log: how long it takes to seal and to verify, and whether one spoilt row is named.

Each of three rows, somewhere in the log, is altered, removed or inserted by the owner of the
database, looked for, and put right again.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings

from caredesk.audit.sealing import seal_new_entries
from caredesk.audit.verify import find_faults
from caredesk.config.bench.numbers import Line, Times
from caredesk.config.bench.options import Options
from caredesk.config.bench.place import Cluster
from caredesk.kernel.ids import new_id

_A_TRANSACTION = 500

# As the door writes them: pages of one patient, and now and then a day with everybody on it.
_ROWS = """INSERT INTO audit_entry (id, kind, name, actor_kind, actor, actor_label, door, address,
 subjects, changes)
SELECT uuidv7(), 'look', 'people:patient', 'user', md5('actor' || (n %% 50))::uuid, 'Ana Ruiz',
 'page', '192.0.2.7', ARRAY[md5('patient' || (n * 7919 %% 100003))::uuid], '[]'
FROM generate_series(%(first)s::bigint, %(last)s::bigint) n"""

_NTH = "SELECT id FROM audit_entry ORDER BY epoch, xid, seq OFFSET %s LIMIT 1"


@dataclass(frozen=True, slots=True)
class Spoilt:
    """What was done to which row, and how it is put right."""

    how: str
    id: UUID
    undo: Callable[[], object]


def measure(cluster: Cluster, options: Options) -> Iterator[Line]:
    with (
        _heads_of_its_own(),
        cluster.database("audit") as place,
        psycopg.connect(place.addresses.owner, autocommit=True) as owner,
    ):
        for first in range(1, options.size + 1, _A_TRANSACTION):
            last = min(first + _A_TRANSACTION - 1, options.size)
            owner.execute(_ROWS, {"first": first, "last": last})
        place.vacuum()
        yield Line("audit_seal", options.size, 1, _timed(seal_new_entries))
        yield _verify(options.size, None)
        for spoil in (_alter, _remove, _insert):
            spoilt = spoil(owner, options.size)
            yield _verify(options.size, spoilt)
            spoilt.undo()
        yield _verify(options.size, None)


@contextmanager
def _heads_of_its_own() -> Iterator[None]:
    """Other benchmarks' databases have seals, too, where their workers came to it."""
    usual = settings.CAREDESK_DATA
    with TemporaryDirectory() as folder:
        settings.CAREDESK_DATA = Path(folder)
        try:
            yield
        finally:
            settings.CAREDESK_DATA = usual


def _verify(size: int, spoilt: Spoilt | None) -> Line:
    found: list[str] = []
    times = _timed(lambda: found.extend(find_faults()))
    expected = f"Entry {spoilt.id} was {spoilt.how}" if spoilt else ""
    right = len(found) == 1 and found[0].startswith(expected) if spoilt else not found
    name = f"audit_verify_{spoilt.how}" if spoilt else "audit_verify"
    told = {"said": found[0]} if found else {}
    failed = 0 if right else 1
    return Line(name, size, 1, Times(times.seconds, times.lasted, failed), more=told)


def _alter(owner: psycopg.Connection[Any], size: int) -> Spoilt:
    id = _any_row(owner, size)
    statement = "UPDATE audit_entry SET actor_label = %s WHERE id = %s"
    owner.execute(statement, ["Ben Ode", id])
    return Spoilt("altered", id, lambda: owner.execute(statement, ["Ana Ruiz", id]))


def _remove(owner: psycopg.Connection[Any], size: int) -> Spoilt:
    id = _any_row(owner, size)
    owner.execute("CREATE TABLE kept AS SELECT * FROM audit_entry WHERE id = %s", [id])
    owner.execute("DELETE FROM audit_entry WHERE id = %s", [id])
    back = "INSERT INTO audit_entry OVERRIDING SYSTEM VALUE SELECT * FROM kept"
    return Spoilt("removed", id, lambda: owner.execute(back))


def _insert(owner: psycopg.Connection[Any], size: int) -> Spoilt:
    beside, id = _any_row(owner, size), new_id()
    owner.execute(
        """INSERT INTO audit_entry (id, epoch, xid, at, kind, name, actor_kind, actor, actor_label,
        door, address, subjects, changes) SELECT %s, epoch, xid, at, kind, name, actor_kind, actor,
        actor_label, door, address, subjects, changes FROM audit_entry WHERE id = %s""",
        [id, beside],
    )
    gone = "DELETE FROM audit_entry WHERE id = %s"
    return Spoilt("inserted", id, lambda: owner.execute(gone, [id]))


def _any_row(owner: psycopg.Connection[Any], size: int) -> UUID:
    row = owner.execute(_NTH, [random.randrange(size)]).fetchone()  # noqa: S311  nothing secret
    assert row is not None
    return UUID(str(row[0]))


def _timed(work: Callable[[], object]) -> Times:
    started = time.perf_counter()
    work()
    took = time.perf_counter() - started
    return Times((took,), took)
