"""The only way in which rows are written: inside an action, and noted for its audit row."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import Field, Model

from caredesk.kernel.under_way import under_way

_PLAIN = (str, int, float, bool, type(None))


def insert[M: Model](row: M) -> M:
    """Write a new row, noted with all its values."""
    note(row._meta.db_table, row.pk, now=_values(row))
    row.save(force_insert=True)
    return row


def insert_many[M: Model](rows: Sequence[M]) -> Sequence[M]:
    """Write new rows of one table in one statement."""
    if not rows:
        return rows
    for row in rows:
        note(row._meta.db_table, row.pk, now=_values(row))
    manager = type(rows[0])._base_manager
    manager.bulk_create(rows)
    return rows


def amend[M: Model](row: M, **values: Any) -> M:
    """Write the fields that differ, noted before and after; nothing where nothing differs."""
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    if not changed:
        return row
    was = {name: _shown(row, _column(row, name)) for name in changed}
    for name, value in changed.items():
        setattr(row, name, value)
    now = {name: _shown(row, _column(row, name)) for name in changed}
    note(row._meta.db_table, row.pk, was=was, now=now)
    row.save(update_fields=list(changed))
    return row


def remove(row: Model) -> None:
    """Delete a row of one of the few tables in which nothing is kept (holds, drafts, sessions)."""
    note(row._meta.db_table, row.pk, was=_values(row))
    manager = type(row)._base_manager
    manager.filter(pk=row.pk)._raw_delete(using=manager.db)


def note(
    table: str,
    id: UUID | str,
    *,
    was: dict[str, Any] | None = None,
    now: dict[str, Any] | None = None,
) -> None:
    """Tell the audit row of a change that was written by a statement of the room's own."""
    under_way().changes.append({"table": table, "id": str(id), "was": was, "now": now})


def _values(row: Model) -> dict[str, Any]:
    written = (each for each in row._meta.concrete_fields if _is_written(each))
    found = {each.attname: _shown(row, each.attname) for each in written}
    return {name: value for name, value in found.items() if value not in (None, "")}


def _is_written(field: "Field[Any, Any]") -> bool:
    return not field.primary_key and not field.generated


def _column(row: Model, name: str) -> str:
    field: Any = row._meta.get_field(name)
    return str(field.attname)


def _shown(row: Model, column: str) -> Any:
    """The value as the audit row holds it; never a secret (`SECRETS` of the model)."""
    if column in getattr(row, "SECRETS", ()):
        return "(secret)"
    return _readable(getattr(row, column))


def _readable(value: Any) -> Any:
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): _readable(each) for key, each in value.items()}
    if isinstance(value, Iterable):
        return [_readable(each) for each in value]
    return str(value)
