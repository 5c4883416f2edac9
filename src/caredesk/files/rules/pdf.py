"""PDF: whole, and whether it does more than show pages.

No reader is let loose on it. The names that start something are looked for in the file as it is
and in its object streams, which are unpacked up to a bound (ISO 32000-2, 7.5.7).
"""

import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from caredesk.files.rules.unfit import UnfitError

MOST_UNPACKED = 64 * 1024 * 1024
MOST_STREAMS = 20_000
_WINDOW, _OVERLAP = 1024 * 1024, 4096
_NAME = re.compile(rb"/((?:[A-Za-z]|#[0-9A-Fa-f]{2}){2,40})")
_HEX = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"stream\r?\n")

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
    found, packed, streams = set[str](), list[int](), 0
    for at, window in _windows(file):
        names = _names(window)
        found |= {ACTIVE[each] for each in names if each in ACTIVE}
        streams += window.count(b"stream")
        if streams > 2 * MOST_STREAMS:
            raise UnfitError(
                "This PDF has too many parts.", "Print it anew as PDF, and send that.", why="bomb"
            )
        if "ObjStm" in names:
            packed += [at + each for each in _object_streams(window)]
    found |= _in_object_streams(file, sorted(set(packed)))
    return sorted(found)


def _windows(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    at = 0
    while True:
        file.seek(at)
        window = file.read(_WINDOW + _OVERLAP)
        if not window:
            return
        yield at, window
        at += _WINDOW


def _names(window: bytes) -> set[str]:
    return {_plain(each) for each in _NAME.findall(window)}


def _plain(name: bytes) -> str:
    """A name may be written in figures: /J#61vaScript."""
    plain = _HEX.sub(lambda found: bytes([int(found[1], 16)]), name) if b"#" in name else name
    return plain.decode("latin-1")


def _object_streams(window: bytes) -> Iterator[int]:
    for found in _STREAM.finditer(window):
        if "ObjStm" in _names(window[max(0, found.start() - 512) : found.start()]):
            yield found.end()


def _in_object_streams(file: BinaryIO, starts: list[int]) -> set[str]:
    found, left = set[str](), MOST_UNPACKED
    for start in starts:
        file.seek(start)
        unpacking, last = zlib.decompressobj(), b""
        for part in _unpacked(file, unpacking):
            left -= len(part)
            if left < 0:
                raise UnfitError("This PDF would fill the memory of whoever opens it.", why="bomb")
            found |= {ACTIVE[each] for each in _names(last + part) if each in ACTIVE}
            last = part[-64:]
    return found


def _unpacked(file: BinaryIO, unpacking: "zlib._Decompress") -> Iterator[bytes]:
    """Up to the end of the stream; what is not packed this way is passed over."""
    waiting = b""
    try:
        while not unpacking.eof:
            waiting = waiting or file.read(64 * 1024)
            if not waiting:
                return
            yield unpacking.decompress(waiting, _WINDOW)
            waiting = unpacking.unconsumed_tail
    except zlib.error:
        return
