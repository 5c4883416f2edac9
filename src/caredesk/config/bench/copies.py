"""The rows that one real booking left, and statements that write the like of them.

The floor must write what the product writes: it is not described here but read off the database,
so that it stays true when a table gains a column.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from caredesk.config.bench.floor import Statement
from caredesk.config.embedded import APPLICATION

_COLUMNS = """SELECT attname, format_type(atttypid, NULL) FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
  AND attidentity = '' AND has_column_privilege(%s, attrelid, attnum, 'INSERT') ORDER BY attnum"""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one table, every value as text; `moves` says that its instants are the visit's."""

    table: str
    columns: tuple[str, ...]
    types: tuple[str, ...]
    values: tuple[tuple[str | None, ...], ...]
    moves: bool

    def insertion(self, others: Mapping[str, str], later: timedelta) -> Statement:
        """An INSERT of the same rows with other ids, at another time."""
        row = "(" + ", ".join(f"%s::{each}" for each in self.types) + ")"
        every = ", ".join([row] * len(self.values))
        text = f"INSERT INTO {self.table} ({', '.join(self.columns)}) VALUES {every}"
        return text, [
            self._like(value, of_type, others, later)
            for values in self.values
            for value, of_type in zip(values, self.types, strict=True)
        ]

    def _like(
        self, value: str | None, of_type: str, others: Mapping[str, str], later: timedelta
    ) -> str | None:
        if value is None:
            return None
        if self.moves and of_type.startswith("timestamp"):
            return (datetime.fromisoformat(value) + later).isoformat()
        if value in others:
            return others[value]
        return replaced(value, others) if of_type == "jsonb" else value


def replaced(text: str, others: Mapping[str, str]) -> str:
    """A text in which ids stand, with the other ids."""
    for old, new in others.items():
        text = text.replace(old, new)
    return text


def read_rows(
    connection: psycopg.Connection[Any], table: str, condition: str, values: Sequence[Any]
) -> Rows | None:
    """The rows of a table that fit, as the application could have written them."""
    found = connection.execute(_COLUMNS, [table, APPLICATION]).fetchall()
    columns = tuple(name for name, _ in found)
    shown = ", ".join(f"{name}::text" for name in columns)
    rows = connection.execute(f"SELECT {shown} FROM {table} WHERE {condition}", values).fetchall()
    if not rows:
        return None
    moves = table.startswith("scheduling_")
    return Rows(table, columns, tuple(of for _, of in found), tuple(map(tuple, rows)), moves)


def together(statements: Sequence[Statement]) -> Statement:
    """Several INSERTs as one statement, one round trip: the way the kernel writes them."""
    *first, last = statements
    named = ", ".join(f"part{number} AS ({text})" for number, (text, _) in enumerate(first))
    values = [value for _, each in statements for value in each or ()]
    return (f"WITH {named} {last[0]}" if first else last[0]), values


def ids_in(rows: Sequence[Rows]) -> list[str]:
    """The primary keys of these rows: what every copy needs anew."""
    return [
        str(UUID(values[each.columns.index("id")]))
        for each in rows
        if "id" in each.columns
        for values in each.values
        if values[each.columns.index("id")]
    ]
