"""What comes from outside is bounded by its type, so that a new action cannot forget it."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter

from caredesk.kernel.action import all_actions
from caredesk.kernel.dates import within_reach
from caredesk.kernel.sent import as_sent

BOUNDED_BY: dict[str, Any] = {"date": within_reach, "datetime": within_reach, "any": as_sent}
ELSEWHERE = {"BirthDate": "handed to register_patient and its like, which bound the day"}


def unbounded(model: Any) -> set[str]:
    return set(_unbounded(TypeAdapter(model).core_schema, None, ""))


def _unbounded(schema: Any, checked_by: Any, path: str) -> Iterator[str]:
    if isinstance(schema, list | tuple):
        for each in schema:
            yield from _unbounded(each, checked_by, path)
    if not isinstance(schema, dict):
        return
    if getattr(schema.get("cls"), "__name__", "") in ELSEWHERE:
        return
    # The fields of a model are a dict, too, and one of them may be named "type".
    kind = schema["type"] if isinstance(schema.get("type"), str) else ""
    if kind in BOUNDED_BY and checked_by is not BOUNDED_BY[kind]:
        yield f"{path}: {kind}"
    if kind == "function-after":
        checked_by = schema["function"]["function"]
    for name, inner in schema.items():
        if name not in ("metadata", "serialization", "cls"):
            yield from _unbounded(inner, checked_by, path if kind else f"{path}.{name}")


@pytest.mark.parametrize("name", all_actions())
def test_every_day_instant_and_free_json_of_an_action_is_bounded(name: str) -> None:
    assert unbounded(all_actions()[name].input) == set()


def test_the_walk_finds_what_is_not_bounded() -> None:
    class Inner(BaseModel):
        at: datetime | None = None

    class Outer(BaseModel):
        days: list[date]
        inner: dict[str, Inner]
        sent: dict[str, Any]

    assert len(unbounded(Outer)) == 3
