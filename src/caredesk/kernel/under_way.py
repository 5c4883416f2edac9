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

    `carries_on` is the earlier deed whose rows stand for this one, too. One `past_the_gate` may be
    about whom the actor may not see.
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


_current: ContextVar[UnderWay | None] = ContextVar("under_way", default=None)


def current() -> UnderWay | None:
    return _current.get()


def under_way() -> UnderWay:
    """The action that is running; rows are written nowhere else."""
    found = _current.get()
    if found is None:
        raise RuntimeError("nothing is changed outside an action")
    return found


def about(*subjects: UUID) -> None:
    """Whom the action under way is about, for its audit row: nobody whom the actor may not see."""
    refuse_if_barred(*subjects)
    under_way().subjects.update(dict.fromkeys(subjects))


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
