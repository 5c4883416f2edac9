"""A time that is held while somebody decides."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from caredesk.kernel import clock
from caredesk.kernel.actor import Actor
from caredesk.scheduling.rows import read_rows


@dataclass(frozen=True, slots=True)
class HeldTime:
    """What one holds oneself: until when, and what is kept by it, who leads first."""

    id: UUID
    starts_at: datetime
    expires_at: datetime
    labels: list[str]


_HELD = """
SELECT h.id, h.starts_at, h.expires_at,
  array(SELECT r.label FROM scheduling_booking b
    JOIN scheduling_resource r ON r.id = b.resource_id
    WHERE b.hold_id = h.id AND b.released_at IS NULL
    ORDER BY r.kind <> 'practitioner', r.label) AS labels
FROM scheduling_hold h
WHERE h.id = %(id)s AND h.by = %(by)s AND h.released_at IS NULL AND h.expires_at > %(now)s
"""


def held_time(viewer: Actor, hold: UUID) -> HeldTime | None:
    """The viewer's own hold while it lasts."""
    rows = read_rows(_HELD, {"id": hold, "by": viewer.id, "now": clock.now()})
    if not rows:
        return None
    row = rows[0]
    return HeldTime(row.id, row.starts_at, row.expires_at, list(row.labels))
