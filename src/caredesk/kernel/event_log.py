"""Reading the event log in order, without skipping what open transactions will still commit."""

import json
from dataclasses import dataclass
from typing import Any

from django.db import connection

from caredesk.kernel.events import Event, read_event

_NOW = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"

# Below the oldest open transaction nothing can appear any more, so the position never skips.
_AFTER = """SELECT xid::text::bigint, seq, name, body FROM kernel_event
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
    """The next events and the position behind them."""
    with connection.cursor() as cursor:
        cursor.execute(_AFTER, [str(position.xid), position.seq, limit])
        rows = cursor.fetchall()
    events = [
        read_event(name, body if isinstance(body, dict) else json.loads(body))
        for _, _, name, body in rows
    ]
    return events, Position(*rows[-1][:2]) if rows else position


def _object(body: dict[str, Any] | str) -> dict[str, Any]:
    """Django's connections leave jsonb as text to who asks without a model."""
    return body if isinstance(body, dict) else dict(json.loads(body))
