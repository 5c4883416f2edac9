"""What happened to access."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from caredesk.kernel.events import Event


@dataclass(frozen=True)
class AccessWidened(Event):
    """Somebody gave or reset access that is wider than their own: it is to be reviewed."""

    version: ClassVar[int] = 1
    given: UUID
