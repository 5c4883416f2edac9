"""Reading one JSON object element by element, and saying by its path what is wrong in it.

Nothing is raised while reading: each flaw is noted with its path, and whoever reads a whole
resource asks at the end whether it can be used (`Element.is_usable`).
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

from caredesk.wire.fhir.dates import Moment, PartialDate, read_date, read_moment

LONGEST_LINE = 200
LONGEST_URI = 1_000
_SHOWN = 60
_UNKNOWN = "\N{REPLACEMENT CHARACTER}"
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")

_KINDS = {
    bool: "yes or no (true, false)",
    str: "text",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "an object",
}


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong at a path. A `serious` one means that the resource cannot be used."""

    path: str
    message: str
    serious: bool = True

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


class Unusable(Exception):  # noqa: N818
    """A resource that cannot be used, and all that is wrong with it."""

    def __init__(self, flaws: Collection[Flaw]) -> None:
        super().__init__("; ".join(str(flaw) for flaw in flaws))
        self.flaws = tuple(flaws)


class Element:
    """A JSON object under its path. Children share the list of flaws."""

    def __init__(self, value: dict[str, Any], path: str, flaws: list[Flaw] | None = None) -> None:
        self.value = value
        self.path = path
        self.flaws = [] if flaws is None else flaws

    def at(self, name: str) -> str:
        """The path of an element, fit to be shown whatever its name is."""
        return f"{self.path}.{_UNPRINTABLE.sub(_UNKNOWN, name)[:_SHOWN]}"

    def wrong(self, name: str, message: str) -> None:
        self.flaws.append(Flaw(self.at(name), message))

    def odd(self, name: str, message: str) -> None:
        """Worth telling, but the rest can be used."""
        self.flaws.append(Flaw(self.at(name), message, serious=False))

    @property
    def is_usable(self) -> bool:
        return not any(flaw.serious for flaw in self.flaws)

    def text(self, name: str, *, needed: bool = False, longest: int = LONGEST_LINE) -> str:
        """Text on one line, "" where there is none."""
        found = self._checked_text(name, self._of_kind(name, str), longest)
        if needed and not found and name not in self.value:
            self.wrong(name, "is needed")
        return found

    def texts(self, name: str, *, longest: int = LONGEST_LINE) -> tuple[str, ...]:
        """A list of texts; nulls stand for elements that have only extensions."""
        items = self._of_kind(name, list) or []
        found = []
        for number, item in enumerate(items):
            place = f"{name}[{number}]"
            if item is None:
                continue
            if not isinstance(item, str):
                self.wrong(place, _not_a(str, item))
                continue
            found.append(self._checked_text(place, item, longest))
        return tuple(each for each in found if each)

    def code(self, name: str, allowed: Collection[str], *, needed: bool = False) -> str:
        found = self.text(name, needed=needed)
        if found and found not in allowed:
            self.wrong(name, f"{_shown(found)} is not one of {', '.join(allowed)}")
            return ""
        return found

    def flag(self, name: str) -> bool | None:
        return self._of_kind(name, bool)

    def whole_number(self, name: str) -> int | None:
        return self._of_kind(name, int)

    def date(self, name: str) -> PartialDate | None:
        return self._parsed(name, read_date, "a date (YYYY, YYYY-MM or YYYY-MM-DD)")

    def moment(self, name: str) -> Moment | None:
        return self._parsed(name, read_moment, "a date, or a time with its zone")

    def child(self, name: str) -> "Element | None":
        found = self._of_kind(name, dict)
        return None if found is None else Element(found, self.at(name), self.flaws)

    def children(self, name: str) -> Iterator["Element"]:
        for number, item in enumerate(self._of_kind(name, list) or []):
            place = f"{name}[{number}]"
            if isinstance(item, dict):
                yield Element(item, self.at(place), self.flaws)
            else:
                self.wrong(place, _not_a(dict, item))

    def as_sent(self, name: str) -> dict[str, Any] | None:
        """An object that is kept as it came."""
        found = self._of_kind(name, dict)
        return found if self.can_be_kept(name) else None

    def can_be_kept(self, name: str) -> bool:
        """Whether all text in it can be written to a database."""
        if any(unprintable(text, but="\n\r\t") for text in _texts_in(self.value.get(name))):
            self.wrong(name, "holds a character that cannot be shown")
            return False
        return True

    def knows_only(self, names: Collection[str]) -> None:
        """Tell of elements that R4 does not have, and refuse those that change the meaning."""
        for name in self.value:
            plain = name.removeprefix("_")
            if plain in ("modifierExtension", "implicitRules"):
                self.wrong(name, "changes the meaning of the rest in a way not understood here")
            elif plain not in names and plain not in ("id", "extension"):
                self.odd(name, "is not an element that FHIR R4 has here; left out")

    def _parsed[T](self, name: str, parse: Callable[[str], T], what: str) -> T | None:
        text = self._of_kind(name, str)
        if not text:
            return None
        try:
            return parse(text)
        except ValueError:
            self.wrong(name, f"{_shown(text)} is not {what}")
            return None

    def _of_kind[T](self, name: str, kind: type[T]) -> T | None:
        found = self.value.get(name)
        if found is None:
            return None
        # In Python true is an int; in JSON it is not a number.
        if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
            self.wrong(name, _not_a(kind, found))
            return None
        return found

    def _checked_text(self, name: str, text: str | None, longest: int) -> str:
        if text is None:
            return ""
        line = " ".join(text.split())
        if not line:
            self.odd(name, "is empty; left out")
        elif len(line) > longest:
            self.wrong(name, f"has {len(line):,} characters; at most {longest:,} are kept")
        elif unprintable(line):
            self.wrong(name, "holds a character that cannot be shown")
        else:
            return unicodedata.normalize("NFC", line)
        return ""


def unprintable(text: str, but: str = "") -> bool:
    """Whether it holds control characters or halves of characters (which no database keeps)."""
    return any(found not in but for found in _UNPRINTABLE.findall(text))


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield name
            yield from _texts_in(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts_in(each)


def _not_a(kind: type, found: object) -> str:
    return f"must be {_KINDS.get(kind, kind.__name__)}, not {_KINDS.get(type(found), 'null')}"


def _shown(text: str) -> str:
    visible = _UNPRINTABLE.sub(_UNKNOWN, text)
    short = visible if len(visible) <= _SHOWN else visible[: _SHOWN - 1] + "…"
    return f"'{short}'"
