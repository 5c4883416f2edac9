"""Reading the event log in order, without skipping what open transactions will still commit.

A position holds in one cluster only, since each counts its own transactions: a reader keeps it in
memory, no longer than its connection, and begins again with `newest`.
"""

import json
import logging
from dataclasses import dataclass
from typing import Any

from django.db import connection

from caredesk.kernel.events import Event, UnreadableEvent, read_event

log = logging.getLogger(__name__)

_skipped: set[tuple[str, int]] = set()

_NOW = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"

# Below the oldest open transaction nothing can appear any more, so the position never skips.
_AFTER = """SELECT xid::text::bigint, seq, name, version, body FROM kernel_event
WHERE (xid, seq) > (%s::text::xid8, %s) AND xid < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY xid, seq LIMIT %s"""


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """How far a reader has come."""

    xid: int
    seq: int


def newest() -> Position:
    """The position of who only wants what happens from now on."""
    with connection.cursor() as cursor:
        cursor.execute(_NOW)
        return Position(cursor.fetchone()[0] - 1, 2**62)


def read_after(position: Position, limit: int = 500) -> tuple[list[Event], Position]:
    """The next events and the position behind them. What cannot be read is passed over."""
    with connection.cursor() as cursor:
        cursor.execute(_AFTER, [str(position.xid), position.seq, limit])
        rows = cursor.fetchall()
    events = [event for row in rows if (event := _read(*row[2:])) is not None]
    return events, Position(*rows[-1][:2]) if rows else position


def _read(name: str, version: int, body: dict[str, Any] | str) -> Event | None:
    """The event; None where a newer release wrote it, which is logged once.

    Django's connections leave jsonb as text to who asks without a model.
    """
    try:
        return read_event(name, version, body if isinstance(body, dict) else json.loads(body))
    except UnreadableEvent as unreadable:
        if (name, version) not in _skipped:
            _skipped.add((name, version))
            log.warning("the event log: %s; skipped", unreadable)
        return None
