"""`caredesk audit verify`: is the audit log what was written?"""

import argparse
import sys
from collections.abc import Iterator
from itertools import chain
from uuid import UUID

from django.db import connection

from caredesk.audit import heads, sealing
from caredesk.audit.models import Epoch, Seal
from caredesk.audit.rules import Head, Loss, Origin, Segment, find_losses
from caredesk.audit.sealing import BEGINNING, CANONICAL, DIGEST_BYTES, Place, Row

_SEALED = f"""SELECT id, epoch, xid::text::bigint, seq, {CANONICAL} FROM audit_entry e
WHERE (epoch, xid) > (%s::smallint, %s::text::xid8)
AND (epoch, xid) <= (%s::smallint, %s::text::xid8) ORDER BY e.epoch, e.xid, e.seq"""

_UNSEALED = """SELECT
 count(*) FILTER (WHERE epoch <= present AND at < now() - interval '1 minute'),
 count(*) FILTER (WHERE epoch > present)
FROM audit_entry, (SELECT max(number) AS present FROM audit_epoch) newest
WHERE (epoch, xid) > (%s::smallint, %s::text::xid8)"""

_EPILOG = """Ends with 0 where the log is whole, with 1 where something is wrong or lost, with 2
where it cannot be checked. What a restored backup has lost is told until `caredesk audit
accept-loss` says that it is known."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.add_argument("--quiet", action="store_true", help="print nothing but what is wrong")


def run(arguments: argparse.Namespace) -> int:
    """Print every fault and every loss; 0 where there is none, 1 otherwise."""
    walk = Walk()
    wrong = [*walk.faults(), *map(str, walk.new_losses())]
    for each in wrong:
        print(each, file=sys.stderr)
    if wrong:
        return 1
    if not arguments.quiet:
        _tell(walk)
    return 0


def accept_losses(arguments: argparse.Namespace) -> int:
    """Accept what a restored backup has lost, naming it; 1 where something else is wrong."""
    walk = Walk()
    faults = list(walk.faults())
    for fault in faults:
        print(fault, file=sys.stderr)
    losses = walk.new_losses()
    for loss in losses:
        heads.accept(loss)
        print(f"Accepted: {loss}")
    if not losses:
        print("There is no loss to accept.")
    return 1 if faults else 0


def _tell(walk: "Walk") -> None:
    segments = f"{len(walk.segments)} segments" if len(walk.segments) > 1 else "one segment"
    print(f"The audit log is whole: {walk.total:,} sealed entries in {segments}.")
    if len(walk.segments) > 1:
        for segment in walk.segments:
            print(f"  {segment}")
    for loss in walk.losses:
        print(f"  accepted: {loss}")


def find_faults() -> Iterator[str]:
    """What is wrong with the sealed entries, in words, with the id of each row, and what is lost
    and was not accepted."""
    walk = Walk()
    yield from walk.faults()
    yield from map(str, walk.new_losses())


class Walk:
    """One walk along the chain. What was found besides faults is known once they are all told."""

    def __init__(self) -> None:
        self.segments: list[Segment] = []
        self.losses: list[Loss] = []
        self.total = 0
        self._outside: dict[int, list[Head]] = {}
        self._missed: list[Head] = []

    def new_losses(self) -> list[Loss]:
        known = heads.accepted()
        return [loss for loss in self.losses if loss.key not in known]

    def faults(self) -> Iterator[str]:
        for head in heads.heads_kept_outside():
            self._outside.setdefault(head.number, []).append(head)
        previous, expected, last = b"", 1, BEGINNING
        for seal in Seal.objects.order_by("number").iterator(chunk_size=200):
            if seal.number != expected:
                yield f"Seals {expected} to {seal.number - 1} were removed."
            sealed = list(zip(seal.entries, _digests(seal), strict=True))
            here = Place(seal.last_epoch, int(seal.last_xid))
            yield from _compare(seal.number, _rows(last, here), sealed)
            yield from self._look_at(seal, previous, sealed)
            previous, expected, last = bytes(seal.seal), seal.number + 1, here
        yield from _waiting_too_long(last)
        yield from self._look_outside()

    def _look_at(
        self, seal: Seal, previous: bytes, sealed: list[tuple[UUID, bytes]]
    ) -> Iterator[str]:
        """The seal itself, and whether it is the one kept outside."""
        made, total = bytes(seal.seal), self.total + len(sealed)
        right = sealing.chain(previous, seal.number, seal.epoch, seal.cluster, sealed)
        self._count(seal, len(sealed))
        if (right, total) != (made, seal.total):
            yield f"Seal {seal.number} was altered."
        for head in self._outside.pop(seal.number, ()):
            if head.seal == made:
                continue
            if head.origin == Origin(seal.epoch, seal.cluster):
                yield f"Seal {seal.number} is not the one kept outside the database."
            else:
                self._missed.append(head)

    def _count(self, seal: Seal, entries: int) -> None:
        origin, first = Origin(seal.epoch, seal.cluster), seal.number
        self.total = seal.total
        if self.segments and self.segments[-1].origin == origin:
            begun = self.segments.pop()
            first, entries = begun.first, begun.entries + entries
        self.segments.append(
            Segment(origin, first, seal.number, entries, self.total, seal.sealed_at)
        )

    def _look_outside(self) -> Iterator[str]:
        """What was kept outside and is not in the chain: lost with a backup, or cut off."""
        missed = chain(self._missed, *self._outside.values())
        epochs = list(Epoch.objects.order_by("number"))
        began = {each.number: each.began_at for each in epochs}
        present = Origin(epochs[-1].number, epochs[-1].cluster)
        self.losses, unexplained = find_losses(missed, self.segments, began, present)
        for head in unexplained:
            yield f"Seal {head.number} is kept outside the database but is no longer in it."


def _waiting_too_long(last: Place) -> Iterator[str]:
    """Entries that should have been sealed by now: nobody would notice if they changed."""
    with connection.cursor() as cursor:
        cursor.execute(_UNSEALED, [last.epoch, str(last.xid)])
        waiting, ahead = cursor.fetchone()
    if waiting:
        yield f"{waiting:,} entries wait for their seal since over a minute: is a worker running?"
    if ahead:
        yield f"{ahead:,} entries are of an epoch that has not begun."


def _rows(after: Place, until: Place) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(_SEALED, [after.epoch, str(after.xid), until.epoch, str(until.xid)])
        return [Row(*each) for each in cursor.fetchall()]


def _compare(number: int, rows: list[Row], sealed: list[tuple[UUID, bytes]]) -> Iterator[str]:
    """Each row by its id, with where it stands: epoch, transaction, sequence, under which seal."""
    left = dict(sealed)
    for row in rows:
        digest = left.pop(row.id, None)
        if digest is None:
            yield f"Entry {row.id} was inserted after its time. {_place(number, row)}"
        elif digest != row.digest:
            yield f"Entry {row.id} was altered. {_place(number, row)}"
    places = {id: place for place, (id, _) in enumerate(sealed, 1)} if left else {}
    for removed in left:
        at = f"It was number {places[removed]:,} of the {len(sealed):,} under seal {number}."
        yield f"Entry {removed} was removed. {at}"


def _place(number: int, row: Row) -> str:
    return (
        f"It stands in epoch {row.epoch}, transaction {row.xid}, sequence {row.seq}, "
        f"under seal {number}."
    )


def _digests(seal: Seal) -> list[bytes]:
    joined = bytes(seal.digests)
    return [joined[at : at + DIGEST_BYTES] for at in range(0, len(joined), DIGEST_BYTES)]
