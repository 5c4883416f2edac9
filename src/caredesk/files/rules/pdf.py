"""PDF: whole, and whether it does more than show pages.

No reader is let loose on it. The names that start something are looked for in the file as it is
and in its object streams, which are unpacked up to a bound (`pdf_objects`). What cannot be looked
into is a remark, too: it is saved and never shown.
"""

import zlib
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from caredesk.files.rules.pdf_objects import (
    TELLING,
    Packed,
    UnknownError,
    names_in,
    object_streams,
)
from caredesk.files.rules.unfit import UnfitError

MOST_UNPACKED = 64 * 1024 * 1024
MOST_STREAMS = 20_000
_WINDOW, _OVERLAP = 1024 * 1024, 4096
UNSEEN = "has parts that could not be looked into"

ACTIVE = {
    "JavaScript": "active content: JavaScript",
    "JS": "active content: JavaScript",
    "Launch": "active content: starts a program",
    "RichMedia": "active content: media player",
    "SubmitForm": "active content: sends what is filled in",
    "ImportData": "active content: reads other files",
    "XFA": "active content: form with a program",
    "EmbeddedFile": "holds other files",
    "EmbeddedFiles": "holds other files",
    "Encrypt": "encrypted: could not be looked into",
}


def check_pdf(file: BinaryIO, size: int) -> list[str]:
    """What the document does besides showing pages, as remarks."""
    file.seek(max(0, size - _OVERLAP))
    if b"%%EOF" not in file.read():
        raise UnfitError("This PDF is cut off.")
    names, streams = set[str](), 0
    for _, window, _ in _windows(file):
        names |= set(names_in(window))
        streams += window.count(b"stream")
        if streams > 2 * MOST_STREAMS:
            raise UnfitError(
                "This PDF has too many parts.", "Print it anew as PDF, and send that.", why="bomb"
            )
    found = _active(names)
    if not TELLING.isdisjoint(names):
        found |= _packed(file)
    return sorted(found)


def _active(names: Iterable[str]) -> set[str]:
    return {ACTIVE[each] for each in names if each in ACTIVE}


def _packed(file: BinaryIO) -> set[str]:
    """What the objects do that are packed in streams."""
    try:
        return _in_object_streams(file, list(object_streams(file, _windows(file))))
    except UnknownError:
        return {UNSEEN}


def _windows(file: BinaryIO) -> Iterator[tuple[int, bytes, int]]:
    """Each with its place, and how many bytes are its own: the others are in the next one, too."""
    at = 0
    while True:
        file.seek(at)
        window = file.read(_WINDOW + _OVERLAP)
        if not window:
            return
        yield at, window, _WINDOW
        at += _WINDOW


def _in_object_streams(file: BinaryIO, streams: list[Packed]) -> set[str]:
    found, left = set[str](), MOST_UNPACKED
    if not all(each.is_plain for each in streams):
        found.add(UNSEEN)
    for stream in streams:
        file.seek(stream.at)
        last = b""
        try:
            for part in _unpacked(file):
                left -= len(part)
                if left < 0:
                    raise UnfitError(
                        "This PDF would fill the memory of whoever opens it.", why="bomb"
                    )
                found |= _active(names_in(last + part))
                last = part[-64:]
        except zlib.error:
            found.add(UNSEEN)
    return found


def _unpacked(file: BinaryIO) -> Iterator[bytes]:
    """Up to the end of the stream; an error where it has none."""
    unpacking, waiting = zlib.decompressobj(), b""
    while not unpacking.eof:
        waiting = waiting or file.read(64 * 1024)
        if not waiting:
            raise zlib.error("cut off")
        yield unpacking.decompress(waiting, _WINDOW)
        waiting = unpacking.unconsumed_tail
