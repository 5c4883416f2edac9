"""What is on disk: JSON, NDJSON and gzip of both, with limits, and one clear error otherwise.

The name says what a file is, and its content must agree: a ZIP archive named `.json.gz` is
refused, not guessed at.
"""

import contextlib
import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NoReturn, cast

MEGABYTE = 1024 * 1024
LARGEST_DOCUMENT = 200 * MEGABYTE
LARGEST_LINE = 20 * MEGABYTE
LARGEST_FILE = 4096 * MEGABYTE

JSON_NAMES = (".json", ".json.gz")
NDJSON_NAMES = (".ndjson", ".ndjson.gz")

_OTHER_CONTENT = (
    (b"PK\x03\x04", "a ZIP archive"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"%PDF", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"SQLite format 3", "a database"),
)
_GZIP = b"\x1f\x8b"


class Unreadable(Exception):  # noqa: N818
    """A file that cannot be read at all; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Document:
    """One JSON document of a file; `line` is its number in an NDJSON file, 0 elsewhere.

    A line that is not JSON has an `error` instead of a content.
    """

    content: Any
    line: int = 0
    error: str = ""


def read_documents(path: Path) -> Iterator[Document]:
    """The JSON documents of a file, one at a time. Unreadable where it is not what it says."""
    name = path.name.lower()
    if name.endswith(NDJSON_NAMES):
        yield from _read_lines(path)
    elif name.endswith(JSON_NAMES):
        with open_unpacked(path) as opened:
            text = read_at_most(opened, LARGEST_DOCUMENT)
        yield Document(parse_json(text))
    else:
        raise Unreadable("this kind of file is not read: .json, .json.gz, .ndjson or .ndjson.gz")


def open_unpacked(path: Path) -> IO[bytes]:
    """Open a file, unpacking gzip where the name says so, after a look at what it holds."""
    packed = path.name.lower().endswith(".gz")
    with _as_unreadable():
        with path.open("rb") as opened:
            _check_packing(packed, opened.read(64))
        return cast(IO[bytes], gzip.open(path, "rb") if packed else path.open("rb"))


def read_at_most(opened: IO[bytes], limit: int) -> bytes:
    """All of a file, never more than `limit` bytes: a small archive can hold a large one."""
    found = bytearray()
    with _as_unreadable():
        # In pieces: asked for all at once, a reader sets aside the whole limit.
        while len(found) <= limit and (piece := opened.read(MEGABYTE)):
            found += piece
    if len(found) > limit:
        raise Unreadable(f"holds more than {limit // MEGABYTE:,} MB; split it")
    if not found.strip():
        raise Unreadable("is empty")
    check_content(bytes(found[:64]))
    return bytes(found)


def check_content(begins: bytes) -> None:
    """Refuse what is plainly something else than text."""
    for mark, what in _OTHER_CONTENT:
        if begins.startswith(mark):
            raise Unreadable(f"is {what}, not what its name says")
    if begins.startswith(_GZIP):
        raise Unreadable("is packed with gzip twice, or its name lacks .gz")
    if begins.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("is written in UTF-16; save it as UTF-8")
    if b"\0" in begins:
        raise Unreadable("is not text")
    if begins.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        raise Unreadable("is HTML or XML, not what its name says")


def parse_json(text: bytes) -> Any:
    try:
        return json.loads(text.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise Unreadable(f"is not UTF-8 (at byte {error.start:,})") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise Unreadable(f"is not JSON: {error.msg} ({place})") from None
    except RecursionError:
        raise Unreadable("is nested too deeply to be read") from None
    except ValueError as error:
        raise Unreadable(f"is not JSON: {error}") from None


def _read_lines(path: Path) -> Iterator[Document]:
    read = 0
    with open_unpacked(path) as opened:
        for number, line in enumerate(_lines(opened), 1):
            read += len(line)
            if read > LARGEST_FILE:
                raise Unreadable(f"holds more than {LARGEST_FILE // MEGABYTE:,} MB; split it")
            if number == 1:
                check_content(line[:64])
            if line.strip():
                yield _read_line(line, number)
    if not read:
        raise Unreadable("is empty")


def _lines(opened: IO[bytes]) -> Iterator[bytes]:
    while True:
        with _as_unreadable():
            line = opened.readline(LARGEST_LINE + 1)
        if not line:
            return
        if len(line) > LARGEST_LINE:
            raise Unreadable(f"has a line of more than {LARGEST_LINE // MEGABYTE} MB")
        yield line


def _read_line(line: bytes, number: int) -> Document:
    """A bad line does not stop the ones after it."""
    try:
        return Document(parse_json(line), number)
    except Unreadable as error:
        return Document(None, number, str(error))


def _check_packing(packed: bool, begins: bytes) -> None:
    if packed and begins and not begins.startswith(_GZIP):
        check_content(begins)
        raise Unreadable("is named .gz, but is not packed with gzip")
    if not packed and begins.startswith(_GZIP):
        raise Unreadable("is packed with gzip, but its name does not end in .gz")


@contextlib.contextmanager
def _as_unreadable() -> Iterator[None]:
    try:
        yield
    except EOFError:
        raise Unreadable("ends too early: the gzip file is incomplete") from None
    except (gzip.BadGzipFile, zlib.error):
        raise Unreadable("is a damaged gzip file") from None
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror or error}") from None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")
