"""The kinds of files that are taken, known by what is in them: a name proves nothing."""

from dataclasses import dataclass
from typing import BinaryIO

import puremagic

from caredesk.files.rules import images, pdf, texts, word
from caredesk.files.rules.unfit import Check, UnfitError, number

ALLOWED = "PDF, JPEG, PNG, TIFF, HEIC, Word (DOCX), CSV and JSON"
_INSTEAD = f"What can be kept: {ALLOWED}."


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file. A browser shows those `shown_inline`; the others are saved first."""

    name: str
    media_type: str
    extension: str
    check: Check
    shown_inline: bool = False


PDF = Kind("PDF", "application/pdf", "pdf", pdf.check_pdf, shown_inline=True)
JPEG = Kind("JPEG picture", "image/jpeg", "jpg", images.check_jpeg, shown_inline=True)
PNG = Kind("PNG picture", "image/png", "png", images.check_png, shown_inline=True)
TIFF = Kind("TIFF picture", "image/tiff", "tif", images.check_tiff)
HEIC = Kind("HEIC picture", "image/heic", "heic", images.check_heic)
DOCX = Kind(
    "Word document",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "docx",
    word.check_docx,
)
CSV = Kind("table", "text/csv", "csv", texts.check_csv)
JSON = Kind("JSON", "application/json", "json", texts.check_json)

KINDS = {each.media_type: each for each in (PDF, JPEG, PNG, TIFF, HEIC, DOCX, CSV, JSON)}

_STARTS = [
    (b"%PDF-", PDF),
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"PK\x03\x04", DOCX),
]
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"}
_TEXTS = {"csv": CSV, "json": JSON}
_HEAD = 1024
_PAGES = (b"<script", b"<html", b"<svg", b"<?php", b"<!doctype html", b"<iframe")


@dataclass(frozen=True, slots=True)
class Found:
    """What a file is, and what is worth knowing of it."""

    kind: Kind
    remarks: list[str]


def examine(file: BinaryIO, size: int, name: str) -> Found:
    """What this is, or `UnfitError`. The name only tells one kind of plain text from another."""
    if size == 0:
        raise UnfitError("This file is empty.", "Choose another.")
    file.seek(0)
    head = file.read(_HEAD)
    kind = _recognise(head, name)
    remarks = kind.check(file, size)
    _refuse_two_in_one(kind, file, head, size)
    return Found(kind, remarks)


def _recognise(head: bytes, name: str) -> Kind:
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    if head[4:8] == b"ftyp" and _brands(head) & _HEIC_BRANDS:
        return HEIC
    known = _known_as(head)
    text = _TEXTS.get(name.rpartition(".")[2].lower())
    if text is not None and not known:
        return text
    what = f"a file of another kind ({known})" if known else "no file of a kind that we know"
    raise UnfitError(f"This is {what}.", _INSTEAD, why="wrong type")


def _brands(head: bytes) -> set[bytes]:
    end = min(number(head, 0, 4), 64)
    return {head[8:12], *(head[at : at + 4] for at in range(16, end, 4))}


def _known_as(head: bytes) -> str:
    """What else it may be; empty for what has the look of plain text."""
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError, IndexError):
        return ""
    likely = [
        each for each in found if each.confidence >= 0.3 and each.mime_type != JSON.media_type
    ]
    return likely[0].name if likely else ""


def _refuse_two_in_one(kind: Kind, file: BinaryIO, head: bytes, size: int) -> None:
    """A file that is something else, too, for a program that looks at its other end."""
    if kind in (CSV, JSON):
        return
    low = head.lower()
    is_page = any(each in low for each in _PAGES)
    is_pdf = kind is not PDF and b"%pdf-" in low
    is_archive = kind is not DOCX and _has_archive_at_end(file, size)
    if is_page or is_pdf or is_archive:
        raise UnfitError("This is two files in one.", why="two in one")


def _has_archive_at_end(file: BinaryIO, size: int) -> bool:
    """An archive is read from its end, whatever stands before it."""
    file.seek(max(0, size - 66_000))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        return False
    directory = at - number(tail, at + 12, 4, little=True)
    return directory < 0 or tail[directory : directory + 4] == b"PK\x01\x02"
