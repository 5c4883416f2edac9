"""Column types of the calendar that PostgreSQL has and Django does not."""

from typing import Any

from django.db import models

from .rules import masks


class DayMaskField(models.Field):  # type: ignore[type-arg]
    """The 288 five-minute slots of a UTC day: an integer here, a bit(288) there."""

    def db_type(self, connection: Any) -> str:
        return f"bit({masks.SLOTS})"

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> int | None:
        return None if value is None else masks.from_bits(value)

    def get_prep_value(self, value: Any) -> Any:
        return masks.to_bits(value) if isinstance(value, int) else value


class WallTimeField(models.Field):  # type: ignore[type-arg]
    """What the clock on the wall shows: a date and time without a zone."""

    def db_type(self, connection: Any) -> str:
        return "timestamp without time zone"
