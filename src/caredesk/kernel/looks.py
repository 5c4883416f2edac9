"""The collector through which every look at a subject passes.

A query that returns subjects calls `seen`; the door that opened the collector writes one audit
row when the answer is complete. Without an open collector a query fails: a look cannot go
unrecorded.
"""

import contextlib
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection

from caredesk.kernel.actor import Actor
from caredesk.kernel.barred import barred
from caredesk.kernel.errors import Missing
from caredesk.kernel.ids import new_id
from caredesk.kernel.ports import AuditRow, audit_store


@dataclass(slots=True)
class Looks:
    """What was looked at behind one door. `settling` names a search still being typed."""

    name: str
    viewer: Actor | None = None
    subjects: dict[UUID, None] = field(default_factory=dict)
    settling: UUID | None = None


_open: ContextVar[Looks | None] = ContextVar("looks", default=None)


def seen(
    viewer: Actor,
    subjects: Iterable[UUID],
    *,
    settling: UUID | None = None,
    marked: Iterable[UUID] = (),
) -> None:
    """Record that `viewer` is shown these subjects; `Missing` where any of them is barred.

    Of the `marked` the query shows the mark of a restriction and by what they are found, so only
    the hidden are refused.
    """
    shown, by_mark = list(subjects), list(marked)
    known = barred(viewer) if shown or by_mark else None
    if known and (any(id in known for id in shown) or any(known.hides(id) for id in by_mark)):
        raise Missing("record")
    looks = _open.get()
    if looks is None:
        raise RuntimeError("a look outside a door: open `looks.collecting` first")
    looks.viewer = viewer
    looks.settling = settling or looks.settling
    looks.subjects.update(dict.fromkeys([*shown, *by_mark]))


def name_after(what: str) -> None:
    """Name the row by what was asked for, where the door's own name would say less."""
    looks = _open.get()
    if looks is not None:
        looks.name = what


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
    row = AuditRow(new_id(), "look", looks.name, looks.viewer, tuple(looks.subjects))
    if looks.settling is not None:
        audit_store.ask.settle(looks.settling, row)
        return
    statement, parameters = audit_store.ask.insertion([row])
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
