"""The hash chain over the audit log, made by a job so that no writer waits for it.

Entries are sealed in the order (xid, seq), below the oldest transaction still open, and never
split one transaction over two seals. The key lies outside the database; so does, once a day, the
newest seal.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from caredesk.kernel import clock

DIGEST_BYTES = 16
BATCH = 2_000
_LOCK = 0x0A0D17

# Text that depends on the row alone: the session's zone and date style are fixed around it.
CANONICAL = """jsonb_build_array(id, seq, xid::text, to_char(at AT TIME ZONE 'UTC',
 'YYYY-MM-DD"T"HH24:MI:SS.US'), kind, name, actor_kind, actor, actor_label, on_behalf_of, session,
 door, address, subjects, changes, parent, deed)::text"""

_UNSEALED = f"""SELECT id, xid::text::bigint, {CANONICAL} FROM audit_entry
WHERE xid > %s::text::xid8 AND xid < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY xid, seq LIMIT %s"""


@dataclass(frozen=True, slots=True)
class Row:
    id: UUID
    xid: int
    text: str

    @property
    def digest(self) -> bytes:
        return hashlib.sha256(self.text.encode()).digest()[:DIGEST_BYTES]


def seal_new_entries() -> int:
    """Seal what was committed since the last seal; how many entries."""
    total = 0
    while sealed := _seal_batch():
        total += sealed
    return total


def _seal_batch() -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        number, last_xid, previous = _newest(cursor)
        rows = _whole_transactions(cursor, last_xid)
        if not rows:
            return 0
        cluster = cluster_identity(cursor)
        seal = chain(previous, number + 1, cluster, [(row.id, row.digest) for row in rows])
        cursor.execute(
            """INSERT INTO audit_seal (number, last_xid, entries, digests, seal, cluster)
            VALUES (%s, %s::text::xid8, %s, %s, %s, %s)""",
            [
                number + 1,
                str(rows[-1].xid),
                [row.id for row in rows],
                b"".join(row.digest for row in rows),
                seal,
                cluster,
            ],
        )
    return len(rows)


def chain(previous: bytes, number: int, cluster: str, rows: list[tuple[UUID, bytes]]) -> bytes:
    """HMAC-SHA256 of the seal before, this seal's number and cluster, and every row's digest."""
    mac = hmac.new(audit_key(), previous, hashlib.sha256)
    mac.update(json.dumps([number, cluster, len(rows)]).encode())
    for entry, digest in rows:
        mac.update(entry.bytes + digest)
    return mac.digest()


def audit_key() -> bytes:
    return bytes.fromhex(settings.CAREDESK_AUDIT_KEY)


def cluster_identity(cursor: Any) -> str:
    cursor.execute("SELECT system_identifier::text FROM pg_control_system()")
    return str(cursor.fetchone()[0])


def _newest(cursor: Any) -> tuple[int, int, bytes]:
    cursor.execute(
        "SELECT number, last_xid::text::bigint, seal FROM audit_seal ORDER BY number DESC LIMIT 1"
    )
    number, last_xid, seal = cursor.fetchone() or (0, 0, b"")
    return number, last_xid, bytes(seal)


def _whole_transactions(cursor: Any, last_xid: int) -> list[Row]:
    """The next rows, at least one whole transaction, at most about a batch."""
    limit = BATCH
    while True:
        cursor.execute(_UNSEALED, [str(last_xid), limit])
        rows = [Row(*each) for each in cursor.fetchall()]
        if len(rows) < limit:
            return rows
        whole = [row for row in rows if row.xid != rows[-1].xid]
        if whole:
            return whole
        limit *= 4


def keep_head_outside() -> None:
    """Append the newest seal, with the time, to a file outside the database."""
    with connection.cursor() as cursor:
        number, _, seal = _newest(cursor)
        if number == 0:
            return
        line = f"{clock.now().isoformat()} {cluster_identity(cursor)} {number} {seal.hex()}\n"
    path = heads_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="ascii") as file:
        file.write(line)


def heads_file() -> Path:
    return Path(settings.CAREDESK_DATA) / "audit" / "heads"


def heads_kept_outside() -> Iterator[tuple[str, int, bytes]]:
    """(cluster, seal number, seal) of every head kept outside, oldest first."""
    if not heads_file().exists():
        return
    for line in heads_file().read_text(encoding="ascii").splitlines():
        _, cluster, number, seal = line.split(" ")
        yield cluster, int(number), bytes.fromhex(seal)
