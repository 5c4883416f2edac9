"""What this room must ask of rooms above it."""

from datetime import datetime
from typing import Any, Protocol

from caredesk.kernel.barred import Barred
from caredesk.kernel.ports import Port


class GateColumns(Protocol):
    sql: str
    """Two columns that say what the user `u` may not see; they take `parameters`."""

    def parameters(self, now: datetime) -> list[Any]: ...

    def read(self, columns: tuple[Any, ...]) -> Barred:
        """What these columns said."""


gate_columns: Port[GateColumns] = Port("access.gate_columns")
