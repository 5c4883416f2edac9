"""JSON that is kept as another system sent it, for the input of actions."""

import math
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from caredesk.kernel.text import is_printable

DEEPEST = 50
LARGEST = 1_000_000
_LINE_ENDS = str.maketrans("", "", "\r")


def as_sent(sent: dict[str, Any]) -> dict[str, Any]:
    """The same object, if it can be kept and shown: text that prints, numbers that end."""
    size = 0
    for value in _within(sent):
        if isinstance(value, str):
            size += len(value)
            _check_text(value)
        elif isinstance(value, float) and not math.isfinite(value):
            raise PydanticCustomError("number_without_end", "This holds a number without an end.")
        if (size := size + 1) > LARGEST:
            raise PydanticCustomError("too_large", "This is too large to be kept as it was sent.")
    return sent


AsSent = Annotated[dict[str, Any], AfterValidator(as_sent)]


def _within(sent: dict[str, Any]) -> Iterator[Any]:
    """Every name and value, level by level: however deep it is, nothing calls itself."""
    level: list[Any] = [sent]
    for _ in range(DEEPEST):
        yield from level
        level = [inner for each in level for inner in _parts(each)]
        if not level:
            return
    raise PydanticCustomError("too_deep", "This is nested too deeply to be kept as it was sent.")


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return (*value.keys(), *value.values())
    return value if isinstance(value, list | tuple) else ()


def _check_text(text: str) -> None:
    if not is_printable(text.translate(_LINE_ENDS)):
        raise PydanticCustomError(
            "control_character", "This holds a character that cannot be shown."
        )
