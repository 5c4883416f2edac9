"""What is on somebody's worklist. It shows nobody: a title names no patient."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from caredesk.kernel import clock
from caredesk.kernel.actor import Actor
from caredesk.tasks.models import Settlement, Task

MOST = 200


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task that stands. `taken_by` is empty where nobody takes care of it yet."""

    id: UUID
    title: str
    about_kind: str
    about: UUID
    due_at: datetime
    raised_at: datetime
    raised_by_label: str
    taken_by: str
    is_mine: bool
    is_escalated: bool
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class SettledLine:
    """How a task ended."""

    words: str
    by_label: str
    at: datetime


_MINE = """FROM tasks_task t
LEFT JOIN tasks_taking k ON k.task_id = t.id AND k.ended_at IS NULL
LEFT JOIN tasks_escalation e ON e.task_id = t.id
WHERE (t.owner = %(viewer)s OR t.pool = ANY(%(may)s::text[]) OR e.pool = ANY(%(may)s::text[]))
  AND NOT EXISTS (SELECT 1 FROM tasks_settlement s
    WHERE s.task_id = t.id AND s.withdrawn_at IS NULL)"""

_LIST = f"""SELECT t.id, t.title, t.about_kind, t.about_id, t.due_at, t.raised_at,
  t.raised_by_label, coalesce(k.by_label, ''), coalesce(k.by, t.owner) = %(viewer)s,
  e.id IS NOT NULL, t.due_at <= %(now)s
{_MINE} ORDER BY t.due_at, t.id LIMIT %(most)s"""

_COUNTS = f"SELECT t.about_kind, count(*) {_MINE} GROUP BY t.about_kind"


def worklist(viewer: Actor) -> list[TaskLine]:
    """What stands of one's own and of one's pools, the most urgent first; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_LIST, {**_about(viewer), "now": clock.now(), "most": MOST})
        return [TaskLine(*row) for row in cursor.fetchall()]


def _about(viewer: Actor) -> dict[str, Any]:
    return {"viewer": viewer.id, "may": _pools(viewer.permissions)}


def _pools(permissions: Iterable[str]) -> list[str]:
    return sorted(permissions)


_OVERDUE = """SELECT t.id FROM tasks_task t WHERE t.due_at <= %s
  AND NOT EXISTS (SELECT 1 FROM tasks_escalation e WHERE e.task_id = t.id)
  AND NOT EXISTS (SELECT 1 FROM tasks_settlement s
    WHERE s.task_id = t.id AND s.withdrawn_at IS NULL)
ORDER BY t.due_at LIMIT 200"""


def overdue(now: datetime) -> list[UUID]:
    """What is due, not settled, and was not escalated; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_OVERDUE, [now])
        return [id for (id,) in cursor.fetchall()]


def is_asked_of(viewer: Actor, kind: str, about: UUID) -> bool:
    """Whether a task about this is or was the viewer's, settled or not; one statement."""
    rows = Task.objects.filter(about_kind=kind, about_id=about)
    mine = Q(owner=viewer.id) | Q(pool__in=viewer.permissions)
    return rows.filter(mine | Q(escalations__pool__in=viewer.permissions)).exists()


def settled_about(viewer: Actor, kind: str, ids: Iterable[UUID]) -> dict[UUID, SettledLine]:
    """What of this was settled, and how; one statement."""
    rows = Settlement.objects.filter(
        task__about_kind=kind, task__about_id__in=list(ids), withdrawn_at__isnull=True
    )
    return {
        row.task.about_id: SettledLine(row.words, row.by_label, row.at)
        for row in rows.select_related("task").order_by("at")
    }


def counts(viewer: Actor) -> dict[str, int]:
    """How many tasks stand by what they are about, all of them under ""; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, _about(viewer))
        found = dict(cursor.fetchall())
    return {**found, "": sum(found.values())}
