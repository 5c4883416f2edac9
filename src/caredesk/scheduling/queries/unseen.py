"""What a board shows of a visit that a viewer may not see: its time, and nothing else."""

from typing import Any
from uuid import UUID

from caredesk.kernel.barred import Barred
from caredesk.scheduling.rules.flow import State

NO_VISIT = UUID(int=0)


def is_barred(row: Any, unseen: Barred) -> bool:
    """Whether a visit is of somebody whom the viewer may not see, or is itself not to be seen."""
    if not unseen:
        return False
    visit = row.appointment if hasattr(row, "appointment") else row.id
    return any(id is not None and id in unseen for id in (visit, *row.patients))


def taken_time(row: Any) -> dict[str, Any]:
    """Of a board's visit neither whose nor what, nor by which id: the time that is taken.

    Also of the hidden: a time that cannot be given away must not look free.
    """
    return {
        "appointment": NO_VISIT,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "takes_from": row.takes_from,
        "takes_until": row.takes_until,
        "lane": row.lane,
        "state": State.BOOKED,
        "visit_type": "",
        "colour": "slate",
        "reason": "",
        "patients": [],
        "beside": [],
        "since": None,
        "waited": None,
        "waits_for": 0,
        "is_restricted": True,
    }
