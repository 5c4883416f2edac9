"""What reviewers found."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from caredesk.kernel.events import Event


@dataclass(frozen=True)
class GlassReviewed(Event):
    """Somebody said whether a broken glass was justified."""

    version: ClassVar[int] = 1
    review: UUID
    glass: UUID
    justified: bool
