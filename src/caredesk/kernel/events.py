"""What happened, in the past tense, published inside the transaction in which it did.

Events are frozen dataclasses of ids and primitives in a room's `events.py`; any room's
`reactions.py` may import them.
"""

from dataclasses import dataclass, fields
from typing import Any, ClassVar

from pydantic import TypeAdapter, ValidationError

from caredesk.kernel.under_way import under_way


class UnreadableEvent(Exception):  # noqa: N818
    """A row of the log that this release cannot read: a newer one wrote it."""

    def __init__(self, name: str, version: int) -> None:
        super().__init__(f"{name} of version {version} cannot be read by this release")
        self.name, self.version = name, version


_by_name: dict[str, type["Event"]] = {}


@dataclass(frozen=True)
class Event:
    """Base of all events. A changed meaning is a new `version`; old rows stay readable."""

    version: ClassVar[int] = 1

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.version > 1 and "of_older" not in vars(cls):
            raise TypeError(f"{cls.__name__} is of version {cls.version}: read its older rows")
        _by_name[cls.__name__] = cls

    @classmethod
    def of_older(cls, version: int, body: dict[str, Any]) -> dict[str, Any]:
        """The body of a row of an older version, in today's fields."""
        raise UnreadableEvent(cls.__name__, version)

    @property
    def name(self) -> str:
        return type(self).__name__

    def body(self) -> dict[str, Any]:
        return {each.name: getattr(self, each.name) for each in fields(self)}


def publish(event: Event) -> None:
    """Add `event` to the action under way: its row and its reactions' jobs commit with it."""
    under_way().events.append(event)


def read_event(name: str, version: int, body: dict[str, Any]) -> Event:
    """The event as it was published, from its row in the log."""
    kind = _by_name.get(name)
    if kind is None or version > kind.version:
        raise UnreadableEvent(name, version)
    if version < kind.version:
        body = kind.of_older(version, body)
    try:
        return TypeAdapter(kind).validate_python(body)
    except ValidationError:
        # Its message would quote the body.
        raise UnreadableEvent(name, version) from None
