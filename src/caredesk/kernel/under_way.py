"""The action that is running: what it has written, published and said so far."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from caredesk.kernel.actor import Actor
from caredesk.kernel.barred import refuse_barred
from caredesk.kernel.ids import new_id
from caredesk.kernel.ports import AuditRow

if TYPE_CHECKING:
    from caredesk.kernel.events import Event


@dataclass(slots=True)
class UnderWay:
    """An action that is running: what it has done so far. Nested ones hang below it.

    `carries_on` is the earlier deed whose rows stand for this one, too. `lessons` are what runs of
    it that were taken back have found out. One `past_the_gate` may be about whom the actor may not
    see.
    """

    name: str
    by: Actor
    id: UUID = field(default_factory=new_id)
    parent: "UnderWay | None" = None
    subjects: dict[UUID, None] = field(default_factory=dict)
    changes: list[dict[str, Any]] = field(default_factory=list)
    events: list["Event"] = field(default_factory=list)
    nested: list["UnderWay"] = field(default_factory=list)
    inverse: tuple[str, dict[str, Any]] | None = None
    carries_on: UUID | None = None
    lessons: tuple[Any, ...] = ()
    past_the_gate: bool = False

    def audit_row(self, deed: UUID) -> AuditRow:
        return AuditRow(
            id=self.id,
            kind="change",
            name=self.name,
            actor=self.by,
            subjects=tuple(self.subjects),
            changes=tuple(self.changes),
            parent=self.parent.id if self.parent else None,
            deed=deed,
        )

    def with_nested(self) -> Iterator["UnderWay"]:
        yield self
        for each in self.nested:
            yield from each.with_nested()


@dataclass(frozen=True, slots=True)
class Done[A]:
    """What a door tells: the answer, whether it was given before, and the deed to undo."""

    answer: A
    deed: UUID
    repeated: bool = False
    can_undo: bool = False


class RunAgain(Exception):  # noqa: N818  not an error: the next run knows better
    """What the action went by turned out to be otherwise: all of it is taken back and run anew.

    Its locks are given back, so that others are not kept waiting meanwhile. `lesson` is for the
    next run, which finds it among `lessons()`.
    """

    def __init__(self, lesson: Any) -> None:
        super().__init__()
        self.lesson = lesson


_current: ContextVar[UnderWay | None] = ContextVar("under_way", default=None)


def current() -> UnderWay | None:
    return _current.get()


def under_way() -> UnderWay:
    """The action that is running; rows are written nowhere else."""
    found = _current.get()
    if found is None:
        raise RuntimeError("nothing is changed outside an action")
    return found


def lessons() -> tuple[Any, ...]:
    """What earlier runs of the action under way have found out, the oldest first."""
    running = under_way()
    while running.parent is not None:
        running = running.parent
    return running.lessons


def about(*subjects: UUID) -> None:
    """Whom the action under way is about, for its audit row: nobody whom the actor may not see."""
    refuse_if_barred(*subjects)
    running = under_way()
    running.by.refuse_beyond(subjects)
    running.subjects.update(dict.fromkeys(subjects))


def refuse_if_barred(*ids: UUID | None, what: str = "record") -> None:
    """`Missing` where the actor of the action under way may not see one of these.

    For what an action finds by a row's id: called before anything of it could be said.
    """
    running = under_way()
    if not running.past_the_gate:
        refuse_barred(running.by, ids, what)


def undo_with(inverse: str, **arguments: Any) -> None:
    """How to undo the action under way: another action's name, and what to call it with."""
    under_way().inverse = (inverse, arguments)


def carry_on(deed: UUID) -> None:
    """The action under way only goes on with what an earlier deed of the same actor began.

    That deed and its audit row stand for both, and none is written anew. For what is kept every
    few moments, a form as it is typed; its beginning and its end are on record.
    """
    under_way().carries_on = deed


@contextmanager
def as_current(running: UnderWay) -> Iterator[None]:
    token = _current.set(running)
    try:
        yield
    finally:
        _current.reset(token)
