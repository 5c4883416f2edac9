"""The hash chain over the audit log, made by a job so that no writer waits for it.

Entries are sealed in the order (epoch, xid, seq), below the oldest transaction still open, and
never split one transaction over two seals. The key lies outside the database; so does, once a
day, the newest seal.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from caredesk.audit import epochs

DIGEST_BYTES = 16
BATCH = 2_000
_LOCK = 0x0A0D17

# Text that depends on the row alone: the session's zone and date style are fixed around it. The
# first epoch is not written and no empty reason is, so that what was sealed before there were
# epochs and reasons reads as it did. The array ends where it ends: what follows is the reason.
CANONICAL = """concat(nullif(epoch, 1), jsonb_build_array(id, seq, xid::text,
 to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), kind, name, actor_kind, actor,
 actor_label, on_behalf_of, session, door, address, subjects, changes, parent, deed)::text,
 nullif(reason, ''))"""

# All of an earlier epoch lies below: its transactions were over before the next one began.
# (The column is told apart from what is selected: only its order is that of the index.)
_UNSEALED = f"""SELECT id, epoch, xid::text::bigint, seq, {CANONICAL} FROM audit_entry e
WHERE (epoch, xid) > (%s::smallint, %s::text::xid8) AND (epoch, xid) <
  ((SELECT max(number) FROM audit_epoch), pg_snapshot_xmin(pg_current_snapshot()))
ORDER BY e.epoch, e.xid, e.seq LIMIT %s"""

_SEAL = """INSERT INTO audit_seal
(number, epoch, cluster, last_epoch, last_xid, total, entries, digests, seal)
VALUES (%s, %s, %s, %s, %s::text::xid8, %s, %s, %s, %s)"""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a transaction's entries lie in the log."""

    epoch: int
    xid: int


# Before every entry, also one that somebody puts into an epoch that never was.
BEGINNING = Place(-(2**15), 0)


@dataclass(frozen=True, slots=True)
class Row:
    id: UUID
    epoch: int
    xid: int
    seq: int
    text: str

    @property
    def place(self) -> Place:
        return Place(self.epoch, self.xid)

    @property
    def digest(self) -> bytes:
        return hashlib.sha256(self.text.encode()).digest()[:DIGEST_BYTES]


@dataclass(frozen=True, slots=True)
class Newest:
    """The end of the chain."""

    number: int = 0
    total: int = 0
    last: Place = BEGINNING
    seal: bytes = b""


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
        newest = _newest(cursor)
        rows = _whole_transactions(cursor, newest.last)
        if not rows:
            return 0
        here = epochs.present(cursor)
        seal = chain(
            newest.seal,
            newest.number + 1,
            here.epoch,
            here.cluster,
            [(row.id, row.digest) for row in rows],
        )
        cursor.execute(
            _SEAL,
            [
                newest.number + 1,
                here.epoch,
                here.cluster,
                rows[-1].epoch,
                str(rows[-1].xid),
                newest.total + len(rows),
                [row.id for row in rows],
                b"".join(row.digest for row in rows),
                seal,
            ],
        )
    return len(rows)


def chain(
    previous: bytes, number: int, epoch: int, cluster: str, rows: list[tuple[UUID, bytes]]
) -> bytes:
    """HMAC-SHA256 of the seal before, this one's number and where it was made, every row's digest.

    The first epoch is not written: seals made before there were epochs are checked the same way.
    """
    mac = hmac.new(audit_key(), previous, hashlib.sha256)
    made_in = [epoch] if epoch > 1 else []
    mac.update(json.dumps([number, cluster, len(rows), *made_in]).encode())
    for entry, digest in rows:
        mac.update(entry.bytes + digest)
    return mac.digest()


def audit_key() -> bytes:
    return bytes.fromhex(settings.CAREDESK_AUDIT_KEY)


def _newest(cursor: Any) -> Newest:
    cursor.execute(
        """SELECT number, total, last_epoch, last_xid::text::bigint, seal FROM audit_seal
        ORDER BY number DESC LIMIT 1"""
    )
    row = cursor.fetchone()
    if row is None:
        return Newest()
    number, total, epoch, xid, seal = row
    return Newest(number, total, Place(epoch, xid), bytes(seal))


def _whole_transactions(cursor: Any, last: Place) -> list[Row]:
    """The next rows, at least one whole transaction, at most about a batch."""
    limit = BATCH
    while True:
        cursor.execute(_UNSEALED, [last.epoch, str(last.xid), limit])
        rows = [Row(*each) for each in cursor.fetchall()]
        if len(rows) < limit:
            return rows
        whole = [row for row in rows if row.place != rows[-1].place]
        if whole:
            return whole
        limit *= 4
