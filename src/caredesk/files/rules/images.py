"""Pictures: their structure is walked without unpacking a single point of them."""

import zlib
from collections.abc import Iterator
from typing import BinaryIO

from caredesk.files.rules.unfit import UnfitError, number, read_at

MOST_POINTS = 120_000_000
"""An A3 page at 600 dpi has 70 million: what is above is meant to fill somebody's memory."""

_MOST_PARTS = 20_000
_MOST_PAGES, _MOST_TAGS = 2_000, 512
_DEEPEST = 4
_PNG_START = 8
_JPEG_SIZES = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
_JPEG_SCAN, _JPEG_END = 0xDA, b"\xff\xd9"
_WIDTH, _HEIGHT = 256, 257


def _refuse_too_many_points(width: int, height: int) -> None:
    if width < 1 or height < 1:
        raise UnfitError("This picture has no size.")
    if width * height > MOST_POINTS:
        raise UnfitError(
            f"This picture would be {width} by {height} points.",
            "Save it smaller, or scan it at 200 dpi.",
            why="bomb",
        )


def check_png(file: BinaryIO, size: int) -> list[str]:
    """PNG (ISO/IEC 15948): every part with its check sum, IEND last and nothing behind it."""
    at, kind = _PNG_START, b""
    for position in range(_MOST_PARTS):
        head = read_at(file, at, 8)
        length, kind = number(head, 0, 4), head[4:]
        body = read_at(file, at + 8, min(length, 13)) if position == 0 else b""
        if position == 0 and kind != b"IHDR":
            break
        if body:
            _refuse_too_many_points(number(body, 0, 4), number(body, 4, 4))
        _refuse_wrong_sum(file, at + 4, length + 4)
        at += length + 12
        if kind == b"IEND":
            if at != size:
                raise UnfitError("Something else hangs on this picture.", why="two in one")
            return []
    raise UnfitError("This PNG picture is damaged.")


def _refuse_wrong_sum(file: BinaryIO, at: int, length: int) -> None:
    file.seek(at)
    found, left = 0, length
    while left:
        part = file.read(min(left, 64 * 1024))
        if not part:
            raise UnfitError("This file is cut off.")
        found, left = zlib.crc32(part, found), left - len(part)
    if found != number(read_at(file, at + length, 4), 0, 4):
        raise UnfitError("This PNG picture is damaged.")


def check_jpeg(file: BinaryIO, size: int) -> list[str]:
    """JPEG (ITU T.81) up to its first scan. Cameras add previews and clips behind the picture."""
    at, is_sized = 2, False
    for _ in range(_MOST_PARTS):
        head = read_at(file, at, 4)
        mark, length = head[1], number(head, 2, 2)
        if head[0] != 0xFF or length < 2:
            break
        if mark in _JPEG_SIZES:
            body = read_at(file, at + 4, 5)
            _refuse_too_many_points(number(body, 3, 2), number(body, 1, 2))
            is_sized = True
        at += 2 + length
        if mark == _JPEG_SCAN and is_sized:
            if not _ends_somewhere(file, at):
                raise UnfitError("This picture is cut off.")
            return []
    raise UnfitError("This JPEG picture is damaged.")


def _ends_somewhere(file: BinaryIO, since: int) -> bool:
    file.seek(since)
    last = b""
    while part := file.read(64 * 1024):
        if _JPEG_END in last + part:
            return True
        last = part[-1:]
    return False


def check_tiff(file: BinaryIO, size: int) -> list[str]:
    """TIFF 6.0: each page's directory, none of them twice."""
    start = read_at(file, 0, 8)
    little = start[:2] == b"II"
    at, seen = number(start, 4, 4, little=little), set[int]()
    while at:
        if at in seen or len(seen) == _MOST_PAGES:
            raise UnfitError("This TIFF picture never ends.", why="bomb")
        seen.add(at)
        count = number(read_at(file, at, 2), 0, 2, little=little)
        if count > _MOST_TAGS:
            raise UnfitError("This TIFF picture is damaged.")
        entries = read_at(file, at + 2, count * 12 + 4)
        sizes = dict(_tiff_sizes(entries, count, little=little))
        _refuse_too_many_points(sizes.get(_WIDTH, 0), sizes.get(_HEIGHT, 0))
        at = number(entries, count * 12, 4, little=little)
    if not seen:
        raise UnfitError("This TIFF picture is damaged.")
    return [f"{len(seen)} pages"] if len(seen) > 1 else []


def _tiff_sizes(entries: bytes, count: int, *, little: bool) -> Iterator[tuple[int, int]]:
    for at in range(0, count * 12, 12):
        tag = number(entries, at, 2, little=little)
        width = 2 if number(entries, at + 2, 2, little=little) == 3 else 4
        if tag in (_WIDTH, _HEIGHT):
            yield tag, number(entries, at + 8, width, little=little)


def check_heic(file: BinaryIO, size: int) -> list[str]:
    """HEIF (ISO/IEC 23008-12): boxes that fill the file, with the sizes of the pictures."""
    budget, sizes = iter(range(_MOST_PARTS)), 0
    for kind, at, length in _boxes(file, 0, size, budget):
        if kind == b"meta":
            sizes += _check_heic_sizes(file, at + 4, at + length, budget)
    if not sizes:
        raise UnfitError("This HEIC picture is damaged.")
    return []


def _check_heic_sizes(
    file: BinaryIO, start: int, end: int, budget: Iterator[int], depth: int = 0
) -> int:
    found = 0
    for kind, at, length in _boxes(file, start, end, budget):
        if kind in (b"iprp", b"ipco") and depth < _DEEPEST:
            found += _check_heic_sizes(file, at, at + length, budget, depth + 1)
        if kind == b"ispe":
            body = read_at(file, at, 12)
            _refuse_too_many_points(number(body, 4, 4), number(body, 8, 4))
            found += 1
    return found


def _boxes(
    file: BinaryIO, at: int, end: int, budget: Iterator[int]
) -> Iterator[tuple[bytes, int, int]]:
    """Kind, where the content begins, and its length; of all together no more than the budget."""
    while at != end and next(budget, None) is not None:
        head = read_at(file, at, 8)
        length, start = number(head, 0, 4), 8
        if length == 1:
            length, start = number(read_at(file, at + 8, 8), 0, 8), 16
        length = length or end - at
        if length < start or at + length > end:
            break
        yield head[4:], at + start, length - start
        at += length
    if at != end:
        raise UnfitError("This HEIC picture is damaged.")
