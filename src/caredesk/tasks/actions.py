"""What is done with tasks: raised by rooms, taken and given back by people, settled, escalated."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection
from pydantic import BaseModel

from caredesk.kernel import clock
from caredesk.kernel.action import about, action, undo_with
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import amend, insert
from caredesk.kernel.dates import Instant
from caredesk.kernel.errors import Busy, Missing, Refused
from caredesk.kernel.text import Line
from caredesk.tasks.models import Escalation, Settlement, Taking, Task
from caredesk.tasks.queries import overdue
from caredesk.tasks.rules import is_for

LAST_POOL = "tasks.escalated"
"""Who may do this gets what nobody has settled in time, where the task itself names no pool."""


class TaskNamed(BaseModel):
    task: UUID


class TasksSettled(BaseModel):
    """The tasks that were settled by it."""

    tasks: list[UUID]


@action("tasks.raise", no_undo="It is settled by what answers it.", internal=True)
def raise_task(
    title: Line,
    about_kind: Line,
    about_id: UUID,
    due_at: Instant,
    pool: str = "",
    owner: UUID | None = None,
    patient: UUID | None = None,
    *,
    by: Actor,
) -> TaskNamed:
    """Ask something of a pool or of one person; asked again, it is the same task."""
    if not pool and owner is None:
        raise Refused("A task is somebody's.", field="pool")
    asked = {"about_kind": about_kind, "about_id": about_id, "pool": pool, "owner": owner}
    known = Task.objects.filter(**asked).first()
    if patient is not None:
        about(patient)
    if known is not None:
        return TaskNamed(task=known.id)
    row = insert(
        Task(
            title=title,
            patient_id=patient,
            due_at=due_at,
            raised_at=clock.now(),
            raised_by_label=by.label,
            **asked,
        )
    )
    return TaskNamed(task=row.id)


@action("tasks.work")
def take_task(task: UUID, *, by: Actor) -> TaskNamed:
    """Take care of a task of one's pool, so that nobody else begins with it."""
    found = _locked(task, by)
    _refuse_settled(found)
    taken = found.takings.filter(ended_at__isnull=True).first()
    if taken is not None and taken.by != by.id:
        raise Busy(f"{taken.by_label} has taken this.", next_step="Take another one.")
    if taken is None:
        now: datetime = clock.now()
        insert(Taking(task=found, by=by.id, by_label=by.label, at=now))
    undo_with("give_task_back", task=found.id)
    return TaskNamed(task=found.id)


@action("tasks.work")
def give_task_back(task: UUID, *, by: Actor) -> TaskNamed:
    """Leave a task that one has taken to the others of its pool."""
    found = _locked(task, by)
    taken = found.takings.filter(ended_at__isnull=True, by=by.id).first()
    if taken is None:
        raise Refused("You have not taken this.", next_step="Reload the page.")
    amend(taken, ended_at=clock.now())
    undo_with("take_task", task=found.id)
    return TaskNamed(task=found.id)


@action("tasks.work", internal=True)
def settle_tasks(
    about_kind: Line, about_id: UUID, words: Line, of_anybody: bool = False, *, by: Actor
) -> TasksSettled:
    """Settle what was asked of the actor about something: the room does it that got the answer.

    With `of_anybody` also what others were asked: the room knows that the actor may answer it.
    """
    rows = Task.objects.filter(about_kind=about_kind, about_id=about_id).order_by("id")
    settled = []
    for row in _lock(rows.values_list("id", flat=True)):
        if not (of_anybody or _is_his(row, by)) or _settlement(row):
            continue
        insert(Settlement(task=row, by=by.id, by_label=by.label, at=clock.now(), words=words))
        settled.append(row.id)
    undo_with("unsettle_tasks", tasks=settled)
    return TasksSettled(tasks=settled)


@action("tasks.work", no_undo="Settle it again instead.", internal=True)
def unsettle_tasks(tasks: list[UUID], *, by: Actor) -> TasksSettled:
    """Let tasks stand again, as what had answered them was taken back."""
    stand = []
    for row in _lock(tasks):
        settlement = _settlement(row)
        if settlement is not None and settlement.by == by.id:
            amend(settlement, withdrawn_at=clock.now())
            stand.append(row.id)
    return TasksSettled(tasks=stand)


@action("tasks.escalate", no_undo="It was due.", internal=True)
def escalate_tasks(*, by: Actor) -> TasksSettled:
    """Give what is overdue to the pool as a whole, and what was one person's to who leads."""
    now = clock.now()
    escalated = []
    for row in _lock(overdue(now)):
        if _settlement(row) or row.escalations.exists():
            continue
        for taken in row.takings.filter(ended_at__isnull=True):
            amend(taken, ended_at=now)
        insert(Escalation(task=row, pool=row.pool or LAST_POOL, at=now))
        escalated.append(row.id)
    return TasksSettled(tasks=escalated)


def _locked(task: UUID, by: Actor) -> Task:
    """A task of one's own or of one's pool; another's is not there."""
    found = next(iter(_lock([task])), None)
    if found is None or not _is_his(found, by):
        raise Missing("task")
    return found


def _lock(tasks: Iterable[UUID]) -> list[Task]:
    """These tasks against every other change; a task's row itself never changes, so by its id."""
    ids = sorted(tasks)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('task ' || id, 0))"
            " FROM unnest(%s::text[]) AS wanted(id)",
            [[str(each) for each in ids]],
        )
    return list(Task.objects.filter(pk__in=ids).order_by("id"))


def _is_his(row: Task, by: Actor) -> bool:
    escalation = row.escalations.first()
    to = escalation.pool if escalation else ""
    return is_for(by.id, by.permissions, pool=row.pool, owner=row.owner, escalated_to=to)


def _settlement(row: Task) -> Settlement | None:
    return row.settlements.filter(withdrawn_at__isnull=True).first()


def _refuse_settled(row: Task) -> None:
    if (settlement := _settlement(row)) is not None:
        raise Refused(f"{settlement.by_label} has settled this.", next_step="Reload the page.")
