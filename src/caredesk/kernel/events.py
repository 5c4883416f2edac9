"""What happened, in the past tense, published inside the transaction in which it did.

Events are frozen dataclasses of ids and primitives in a room's `events.py`; any room's
`reactions.py` may import them.
"""

from dataclasses import dataclass, fields
from typing import Any, ClassVar

from pydantic import TypeAdapter

from caredesk.kernel.under_way import under_way

_by_name: dict[str, type["Event"]] = {}


@dataclass(frozen=True)
class Event:
    """Base of all events. A changed meaning is a new `version`; old rows stay readable."""

    version: ClassVar[int] = 1

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        _by_name[cls.__name__] = cls

    @property
    def name(self) -> str:
        return type(self).__name__

    def body(self) -> dict[str, Any]:
        return {each.name: getattr(self, each.name) for each in fields(self)}


def publish(event: Event) -> None:
    """Add `event` to the action under way: its row and its reactions' jobs commit with it."""
    under_way().events.append(event)


def read_event(name: str, body: dict[str, Any]) -> Event:
    """The event as it was published, from its row in the log."""
    return TypeAdapter(_by_name[name]).validate_python(body)
