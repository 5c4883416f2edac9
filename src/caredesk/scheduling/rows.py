"""Rows of a statement by the names of their columns."""

import json
from collections import namedtuple
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection


def read_rows(statement: str, parameters: Mapping[str, Any]) -> list[Any]:
    """All rows of a statement; each column is an attribute."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        row_of = namedtuple("Row", [column.name for column in cursor.description or ()])  # type: ignore[misc]
        return [row_of(*values) for values in cursor.fetchall()]


def listed(text: str | None) -> list[Any]:
    """A list that the database gathered as JSON; none is empty."""
    found: list[Any] = json.loads(text or "[]")
    return found


def as_array(values: Iterable[int | str]) -> str:
    """Numbers or bits as PostgreSQL writes an array: one by one the driver takes far longer."""
    return "{" + ",".join(map(str, values)) + "}"


def instant(text: str) -> datetime:
    """An instant within JSON that the database gathered."""
    return datetime.fromisoformat(text)
