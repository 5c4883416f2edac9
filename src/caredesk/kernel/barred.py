"""Whom and what a viewer may not see: the one gate that every look and every action passes.

The door reads it together with the session; for an actor who came without it the gate asks. What
is `restricted` may be shown by its mark only, what is `hidden` is not there at all. A query leaves
out what is barred; one that forgets to is stopped by `looks.seen`, and an action by what it names
and by whom it is about.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pydantic import BaseModel

from caredesk.kernel.errors import Missing

if TYPE_CHECKING:
    from caredesk.kernel.actor import Actor

_ROW = 17
"""An id of sixteen bytes, and one that says whether it is hidden."""


@dataclass(frozen=True, slots=True)
class Lifted:
    """That a restriction is lifted for the viewer, until when; of whom, and why they look."""

    grant: UUID
    until: datetime
    subject: UUID
    why: str


@dataclass(frozen=True, slots=True)
class Barred:
    """What one viewer may not see, by the ids of subjects (all records of each) and of pieces.

    `lifted` is what would be restricted, by the same ids. Ids are kept as their bytes: most pages
    ask for none of them.
    """

    restricted: frozenset[bytes] = frozenset()
    hidden: frozenset[bytes] = frozenset()
    lifted: Mapping[UUID, Lifted] = field(default_factory=dict)

    @classmethod
    def of_rows(cls, rows: bytes | None, lifted: Mapping[UUID, Lifted]) -> "Barred":
        """From what the database gathered: rows of an id and a byte."""
        packed = bytes(rows or b"")
        split = [packed[at : at + _ROW] for at in range(0, len(packed), _ROW)]
        return cls(
            frozenset(row[:-1] for row in split if not row[-1]),
            frozenset(row[:-1] for row in split if row[-1]),
            lifted,
        )

    def __contains__(self, id: UUID) -> bool:
        return id.bytes in self.restricted or id.bytes in self.hidden

    def __bool__(self) -> bool:
        return bool(self.restricted or self.hidden)

    def marks(self, id: UUID) -> bool:
        """Whether this may be shown by its mark, and nothing else of it."""
        return id.bytes in self.restricted and id.bytes not in self.hidden

    def hides(self, id: UUID) -> bool:
        return id.bytes in self.hidden

    @property
    def ids(self) -> list[UUID]:
        """All of it, for a statement that leaves it out."""
        return [UUID(bytes=each) for each in self.restricted | self.hidden]

    @property
    def hidden_ids(self) -> list[UUID]:
        return [UUID(bytes=each) for each in self.hidden]


NOBODY = Barred()
"""For who shows nothing to anybody: a reaction, an import at the machine itself."""


def barred(viewer: "Actor") -> Barred:
    """What `viewer` may not see."""
    if viewer.barred is not None:
        return viewer.barred
    from caredesk.kernel.ports import sight

    return sight.ask.barred(viewer)


def with_sight(viewer: "Actor") -> "Actor":
    """The same actor, with what is barred known for as long as one page or action lasts."""
    return viewer if viewer.barred is not None else replace(viewer, barred=barred(viewer))


def refuse_barred(viewer: "Actor", ids: Iterable[UUID | None], what: str = "record") -> None:
    """`Missing` where any of these is barred: the same answer as where it is not there."""
    known = barred(viewer)
    if known and any(id is not None and id in known for id in ids):
        raise Missing(what)


def ids_in(value: Any) -> Iterator[UUID]:
    """Every id that an action's input names, however deep."""
    if isinstance(value, UUID):
        yield value
    elif isinstance(value, BaseModel):
        for _, each in value:
            yield from ids_in(each)
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from ids_in(each)
    elif isinstance(value, list | tuple | set | frozenset):
        for each in value:
            yield from ids_in(each)
