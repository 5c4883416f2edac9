"""The collector through which every look at a subject passes.

A query that returns subjects calls `seen`; the door that opened the collector writes one audit
row when the answer is complete. Without an open collector a query fails: a look cannot go
unrecorded.
"""

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection

from caredesk.kernel.actor import Actor
from caredesk.kernel.barred import Lifted, barred
from caredesk.kernel.errors import Missing
from caredesk.kernel.ids import new_id
from caredesk.kernel.ports import AuditRow, audit_store


@dataclass(slots=True)
class Looks:
    """What was looked at behind one door. `settling` names a search still being typed, `reason` is
    what was said where somebody was asked why. `lifted` is, by subject, what of it was seen only
    because somebody said why before: its words stand in the row, too."""

    name: str
    reason: str = ""
    viewer: Actor | None = None
    subjects: dict[UUID, None] = field(default_factory=dict)
    settling: UUID | None = None
    lifted: dict[UUID, Lifted] = field(default_factory=dict)
    id: UUID = field(default_factory=new_id)
    kind: str = "look"
    """Another where what is shown leaves the house."""
    asked: dict[str, UUID] = field(default_factory=dict)
    """What was asked for beside what the address names; it is told where it is refused."""

    @property
    def is_written(self) -> bool:
        """Whether a row with this id is there once the door has closed."""
        return bool(self.viewer and self.subjects and self.settling is None)

    def came_by(self, ids: Iterable[UUID]) -> None:
        """What the address names may be a piece whose restriction is lifted for the viewer."""
        known = self.viewer.barred if self.viewer else None
        found = (
            [known.lifted[each] for each in ids if each in known.lifted]
            if known is not None
            else []
        )
        self.lifted.update((each.subject, each) for each in found)


_open: ContextVar[Looks | None] = ContextVar("looks", default=None)


def seen(
    viewer: Actor,
    subjects: Iterable[UUID],
    *,
    settling: UUID | None = None,
    marked: Iterable[UUID] = (),
    numbered: Iterable[UUID] = (),
) -> None:
    """Record that `viewer` is shown these subjects.

    `Missing` where any of them is barred, or beyond whom a program may see.

    Of the `marked` the query shows the mark of a restriction and by what they are found, so only
    the hidden are refused. Of the `numbered` it tells no more than a number, to who keeps
    restrictions: hidden ones, too.
    """
    shown, by_mark, by_number = list(subjects), list(marked), list(numbered)
    viewer.refuse_beyond([*shown, *by_mark, *by_number])
    known = barred(viewer) if shown or by_mark else None
    if known and (any(id in known for id in shown) or any(known.hides(id) for id in by_mark)):
        raise Missing("record")
    looks = _open.get()
    if looks is None:
        raise RuntimeError("a look outside a door: open `looks.collecting` first")
    looks.viewer = viewer
    looks.settling = settling or looks.settling
    looks.subjects.update(dict.fromkeys([*shown, *by_mark, *by_number]))
    if known is not None and known.lifted:
        looks.lifted.update((id, known.lifted[id]) for id in shown if id in known.lifted)


def name_after(what: str) -> None:
    """Name the row by what was asked for, where the door's own name would say less."""
    looks = _open.get()
    if looks is not None:
        looks.name = what


def left_as(kind: str) -> None:
    """That what is shown is not only looked at, but leaves the house: as a download."""
    looks = _open.get()
    if looks is None:
        raise RuntimeError("a look outside a door: open `looks.collecting` first")
    looks.kind = kind


def because(reason: str) -> None:
    """Why this is looked at, in the words of who was asked; it stands in the row."""
    looks = _open.get()
    if looks is None:
        raise RuntimeError("a look outside a door: open `looks.collecting` first")
    looks.reason = reason


type Told = Mapping[str, Mapping[str, str]]
"""By subject the grant that lifted the restriction, and why it was asked for."""


def why_of(told: Told) -> str:
    """All the reasons in one text."""
    return "; ".join(dict.fromkeys(each["why"] for each in told.values()))


def as_changes(told: Told) -> tuple[dict[str, Any], ...]:
    """As it is kept in a row: one row may show others, who have nothing to do with it."""
    return ({"lifted": told},) if told else ()


def asked_for(**ids: UUID) -> None:
    """What is asked for, where the address does not name it: a refusal tells of it."""
    looks = _open.get()
    if looks is not None:
        looks.asked.update(ids)


def row_under_way() -> UUID | None:
    """The id that the row of this page will have, if it shows anybody."""
    looks = _open.get()
    return looks.id if looks is not None else None


@contextlib.contextmanager
def collecting(name: str) -> Iterator[Looks]:
    """Open the collector for one page, job or command, and write its row at the end.

    After an error nothing was shown, so nothing is written.
    """
    looks = Looks(name)
    token = _open.set(looks)
    try:
        yield looks
    finally:
        _open.reset(token)
    _write(looks)


def _write(looks: Looks) -> None:
    if looks.viewer is None or not looks.subjects:
        return
    told = {
        str(id): {"grant": str(each.grant), "why": each.why} for id, each in looks.lifted.items()
    }
    row = AuditRow(
        looks.id,
        looks.kind,
        looks.name,
        looks.viewer,
        tuple(looks.subjects),
        changes=as_changes(told),
        reason=looks.reason or why_of(told),
    )
    if looks.settling is not None:
        audit_store.ask.settle(looks.settling, row)
        return
    record(row)


def record(*rows: AuditRow) -> None:
    """Write rows at once, where no action does: looks, refusals, sign-ins."""
    statement, parameters = audit_store.ask.insertion(rows)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
