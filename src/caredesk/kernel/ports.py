"""What a lower room must ask of a higher one.

A room declares a `Port` for a small protocol in its own `ports.py`; the one room that can answer
registers the answer when the application starts. A port left empty stops the start.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from django.core import checks

from caredesk.kernel.actor import Actor
from caredesk.kernel.barred import Barred

_all: list["Port[Any]"] = []


class Port[T]:
    """A question with exactly one answer, given at start-up."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._answer: T | None = None
        _all.append(self)

    def answer_with(self, answer: T) -> None:
        if self._answer is not None and self._answer is not answer:
            raise RuntimeError(f"port {self.name} is answered twice")
        self._answer = answer

    @property
    def ask(self) -> T:
        if self._answer is None:
            raise RuntimeError(f"port {self.name} is empty")
        return self._answer

    @property
    def is_empty(self) -> bool:
        return self._answer is None


def empty_ports(**_: Any) -> list[checks.CheckMessage]:
    """A Django system check: every port has its answer."""
    return [
        checks.Error(f"The port {port.name} is empty.", id="caredesk.E001")
        for port in _all
        if port.is_empty
    ]


type Statement = tuple[str, list[Any]]


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One row of the audit log: a change (from an action), or of a page: a look, a refusal.

    `subjects` are those whom it is about, `changes` the rows written with their values before
    and after, `parent` the row of the action that called this one, `reason` the words with which
    somebody said why. `name` is a page's or an action's, never what was typed.
    """

    id: UUID
    kind: str
    name: str
    actor: Actor
    subjects: tuple[UUID, ...] = ()
    changes: tuple[dict[str, Any], ...] = ()
    parent: UUID | None = None
    deed: UUID | None = None
    reason: str = ""


class AuditStore(Protocol):
    def insertion(self, rows: Sequence[AuditRow]) -> Statement:
        """An INSERT that can stand in a WITH, so that it costs no round trip of its own."""

    def settle(self, search: UUID, row: AuditRow) -> None:
        """Keep the looks of a search that is still being typed; one row comes of it later."""


audit_store: Port[AuditStore] = Port("kernel.audit_store")


class Sight(Protocol):
    def barred(self, viewer: Actor) -> Barred:
        """What `viewer` may not see, for who came by a door that has not read it; one statement."""


sight: Port[Sight] = Port("kernel.sight")
