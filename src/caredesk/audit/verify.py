"""`caredesk audit verify`: is the audit log what was written?"""

import argparse
import sys
from collections.abc import Iterator
from uuid import UUID

from django.db import connection

from caredesk.audit import sealing
from caredesk.audit.models import Seal
from caredesk.audit.sealing import CANONICAL, DIGEST_BYTES, Row

_SEALED = f"""SELECT id, xid::text::bigint, {CANONICAL} FROM audit_entry
WHERE xid > %s::text::xid8 AND xid <= %s::text::xid8 ORDER BY xid, seq"""


_UNSEALED = """SELECT count(*) FROM audit_entry
WHERE xid > %s::text::xid8 AND at < now() - interval '1 minute'"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quiet", action="store_true", help="print nothing but what is wrong")


def run(arguments: argparse.Namespace) -> int:
    """Print every fault; 0 where there is none, 1 otherwise."""
    faults = list(find_faults())
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        return 1
    if not arguments.quiet:
        print(f"The audit log is whole: {_sealed_entries():,} sealed entries.")
    return 0


def find_faults() -> Iterator[str]:
    """What is wrong with the sealed entries, in words, with the id of each row."""
    previous, expected, last_xid = b"", 1, 0
    outside = {(cluster, number): seal for cluster, number, seal in sealing.heads_kept_outside()}
    for seal in Seal.objects.order_by("number").iterator(chunk_size=200):
        if seal.number != expected:
            yield f"Seals {expected} to {seal.number - 1} were removed."
        sealed = list(zip(seal.entries, _digests(seal), strict=True))
        yield from _compare(_rows(last_xid, seal.last_xid), sealed)
        made = bytes(seal.seal)
        if sealing.chain(previous, seal.number, seal.cluster, sealed) != made:
            yield f"Seal {seal.number} was altered."
        if outside.pop((seal.cluster, seal.number), made) != made:
            yield f"Seal {seal.number} is not the one kept outside the database."
        previous, expected, last_xid = made, seal.number + 1, seal.last_xid
    yield from _waiting_too_long(last_xid)
    for _, number in outside:
        yield f"Seal {number} is kept outside the database but is no longer in it."


def _waiting_too_long(last_xid: int) -> Iterator[str]:
    """Entries that should have been sealed by now: nobody would notice if they changed."""
    with connection.cursor() as cursor:
        cursor.execute(_UNSEALED, [str(last_xid)])
        waiting = int(cursor.fetchone()[0])
    if waiting:
        yield f"{waiting:,} entries wait for their seal since over a minute: is a worker running?"


def _rows(after_xid: int, until_xid: int) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(_SEALED, [str(after_xid), str(until_xid)])
        return [Row(*each) for each in cursor.fetchall()]


def _compare(rows: list[Row], sealed: list[tuple[UUID, bytes]]) -> Iterator[str]:
    left = dict(sealed)
    for row in rows:
        digest = left.pop(row.id, None)
        if digest is None:
            yield f"Entry {row.id} was inserted after its time."
        elif digest != row.digest:
            yield f"Entry {row.id} was altered."
    for removed in left:
        yield f"Entry {removed} was removed."


def _digests(seal: Seal) -> list[bytes]:
    joined = bytes(seal.digests)
    return [joined[at : at + DIGEST_BYTES] for at in range(0, len(joined), DIGEST_BYTES)]


def _sealed_entries() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(cardinality(entries)), 0) FROM audit_seal")
        return int(cursor.fetchone()[0])
