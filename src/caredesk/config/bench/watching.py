"""What a piece of the product asks the database: each statement with its time, at the driver."""

import contextlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection


@dataclass(frozen=True, slots=True)
class Asked:
    """One statement."""

    text: str
    values: Any
    seconds: float


@dataclass(slots=True)
class Watched:
    """All statements of one operation."""

    statements: list[Asked] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return sum(each.seconds for each in self.statements)

    @property
    def queries(self) -> int:
        return len(self.statements)


@contextlib.contextmanager
def watching() -> Iterator[Watched]:
    """Collect every statement that Django sends to the database in this block."""
    watched = Watched()

    def keep(
        execute: Callable[..., Any], text: str, values: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        started = time.perf_counter()
        try:
            return execute(text, values, many, context)
        finally:
            took = time.perf_counter() - started
            watched.statements.append(Asked(str(text), values, took))

    with connection.execute_wrapper(keep):
        yield watched


def plain_scans(asked: Sequence[Asked]) -> list[str]:
    """Tables that would be read from end to end even where that is to be avoided.

    Small tables are rightly read whole, so the question is put with sequential scans disabled:
    what is left has no index that could serve it.
    """
    found: list[str] = []
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        for each in {one.text: one for one in asked}.values():
            if each.text.startswith("SELECT"):
                cursor.execute(f"EXPLAIN (FORMAT JSON) {each.text}", each.values)
                found += _scanned(cursor.fetchone()[0])
        cursor.execute("RESET enable_seqscan")
    return sorted(set(found))


def _scanned(plan: Any) -> Iterator[str]:
    plan = json.loads(plan) if isinstance(plan, str) else plan
    waiting = [one["Plan"] for one in plan]
    while waiting:
        node = waiting.pop()
        if node["Node Type"] == "Seq Scan":
            yield str(node["Relation Name"])
        waiting += node.get("Plans", [])
