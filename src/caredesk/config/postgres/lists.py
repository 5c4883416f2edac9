"""Lists as values of a statement, written in one go where that is safe.

psycopg finds out anew of each list what it holds, and asks of each element whether it must be
quoted. Of ids, days and instants that is known: booking a visit binds a dozen such lists.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.abc import DumperKey
from psycopg.adapt import PyFormat
from psycopg.types.array import BaseListDumper, ListDumper

_ARRAY_OF: dict[type, str] = {UUID: "uuid", date: "date", datetime: "timestamptz"}
_WRITTEN: dict[type, Callable[[Any], str]] = {
    UUID: lambda id: id.hex,
    date: date.isoformat,
    datetime: datetime.isoformat,
}


def register(connection: Connection[Any]) -> None:
    """Write lists so on this connection."""
    connection.adapters.register_dumper(list, _Lists)


class _Lists(ListDumper):
    """Any list: finds out whether it is a plain one."""

    def get_key(self, obj: list[Any], format: PyFormat) -> DumperKey:
        plain = None if self.oid else _plain_type(obj)
        return (_PlainList, plain) if plain else super().get_key(obj, format)

    def upgrade(self, obj: list[Any], format: PyFormat) -> BaseListDumper:
        plain = None if self.oid else _plain_type(obj)
        return _PlainList(self.cls, self._tx, plain) if plain else super().upgrade(obj, format)


class _PlainList(ListDumper):
    """A list of one plain type."""

    def __init__(self, cls: type, context: Any, plain: type) -> None:
        super().__init__(cls, context)
        self.oid = self._tx.adapters.types[_ARRAY_OF[plain]].array_oid
        self._write = _WRITTEN[plain]

    def dump(self, obj: list[Any]) -> bytes:
        return ("{" + ",".join(map(self._write, obj)) + "}").encode()


def _plain_type(values: list[Any]) -> type | None:
    """The one plain type of all values; None where they differ, or some are missing."""
    types = set(map(type, values))
    if len(types) != 1:
        return None
    (only,) = types
    if only is datetime and any(each.tzinfo is None for each in values):
        return None
    return only if only in _ARRAY_OF else None
