"""Where a PDF holds objects packed in a stream (ISO 32000-2, 7.5.7).

A reader may open any object at its number, so each beginning of one is looked at, and its
dictionary is read as a reader reads it: what stands in strings and comments ends nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

LONGEST = 1024 * 1024
"""So long a dictionary is followed; what is longer is not known."""

_MOST_MARKS = 1_500_000
_DEEPEST = 60
_AHEAD = 64
_OBJECT = re.compile(rb"(?<!end)obj[\s\0]*+(?:<<|%)")
_MARK = re.compile(rb"<<|>>|<|\(|%")
_IN_STRING = re.compile(rb"[()\\]")
_ENDS = {b"<": re.compile(b">"), b"%": re.compile(rb"[\r\n]")}
_NEXT = re.compile(rb"[\s\0]*+(stream\r?\n|endobj)")
_NAME = re.compile(rb"/((?:[A-Za-z]|#[0-9A-Fa-f]{2}){2,40})")
_HEX = re.compile(rb"#([0-9A-Fa-f]{2})")
_PLAIN = re.compile(rb"/Filter\s*(?:/FlateDecode|\[\s*/FlateDecode\s*\])\s*(?:/|>>)")

TELLING = {"ObjStm", "First"}
"""Names of which every stream of objects has one: a reader asks for the first object's place."""


@dataclass(frozen=True, slots=True)
class Packed:
    """Where a stream of objects begins; `is_plain` where it can be unpacked by Flate alone."""

    at: int
    is_plain: bool


class UnknownError(Exception):
    """What this holds cannot be known."""


def names_in(text: bytes) -> list[str]:
    return [_plain(each) for each in _NAME.findall(text)]


def _plain(name: bytes) -> str:
    """A name may be written in figures: /J#61vaScript."""
    plain = _HEX.sub(lambda found: bytes([int(found[1], 16)]), name) if b"#" in name else name
    return plain.decode("latin-1")


def object_streams(file: BinaryIO, windows: Iterator[tuple[int, bytes, int]]) -> Iterator[Packed]:
    """All of them; `UnknownError` where an object could be one and cannot be read.

    Of each window its place, its bytes, and how many of them are its own.
    """
    marks = _Marks()
    for place, window, own in windows:
        for found in _OBJECT.finditer(window):
            if found.start() >= own:
                break
            if found[0].endswith(b"%"):
                raise UnknownError
            at, begins = place, found.end() - 2
            text, end = window, marks.end_of(window, begins)
            if end is None or len(window) - end < _AHEAD:
                at, begins, text = place + begins, 0, _read(file, place + begins)
                end = marks.end_of(text, 0)
            if end is None:
                raise UnknownError
            packed = _packed(text, begins, end)
            if packed is not None:
                yield Packed(at + packed.at, packed.is_plain)


def _read(file: BinaryIO, at: int) -> bytes:
    file.seek(at)
    return file.read(LONGEST)


def _packed(text: bytes, begins: int, end: int) -> Packed | None:
    said = text[begins:end]
    names = names_in(said)
    if TELLING.isdisjoint(names):
        return None
    follows = _NEXT.match(text, end)
    if follows is None:
        raise UnknownError
    if follows[1] == b"endobj":
        return None
    filters = names.count("Filter")
    is_plain = filters == 1 and "DecodeParms" not in names and bool(_PLAIN.search(said))
    # What is not packed at all was read with the rest of the file.
    return Packed(follows.end(), is_plain) if filters else None


class _Marks:
    """Reads dictionaries to their end, all of them together no longer than a moment."""

    def __init__(self) -> None:
        self.left = _MOST_MARKS

    def end_of(self, text: bytes, at: int) -> int | None:
        """Behind the dictionary that begins here; None where it does not end in this text."""
        depth = 0
        while found := self._next(_MARK, text, at):
            mark, at = found[0], found.end()
            if mark == b"(":
                at = self._past_string(text, at)
            elif mark in _ENDS:
                ended = self._next(_ENDS[mark], text, at)
                at = ended.end() if ended else len(text)
            else:
                depth += 1 if mark == b"<<" else -1
            if depth == 0:
                return at
            if depth > _DEEPEST:
                raise UnknownError
        return None

    def _past_string(self, text: bytes, at: int) -> int:
        depth = 1
        while depth and (found := self._next(_IN_STRING, text, at)):
            mark, at = found[0], found.end()
            if mark == b"\\":
                at += 1
            else:
                depth += 1 if mark == b"(" else -1
            if depth > _DEEPEST:
                raise UnknownError
        return at if depth == 0 else len(text)

    def _next(self, mark: re.Pattern[bytes], text: bytes, at: int) -> re.Match[bytes] | None:
        found = mark.search(text, at)
        # A long way costs as much as many marks.
        self.left -= 1 + ((found.end() if found else len(text)) - at) // 64
        if self.left < 0:
            raise UnknownError
        return found
