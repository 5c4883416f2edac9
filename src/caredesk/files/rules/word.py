"""Word documents (DOCX, ISO/IEC 29500): an archive, so everything that archives can do to one."""

import re
import zipfile
import zlib
from typing import BinaryIO

from caredesk.files.rules.unfit import UnfitError, number, read_at

MOST_PARTS = 2_000
MOST_UNPACKED = 200 * 1024 * 1024
MOST_TIMES = 200
_SMALL = 1024 * 1024
_DIRECTORY_END = 22
# What an archive says of itself when its parts are not as its directory has them.
_DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    EOFError,
    ValueError,
    OSError,
)
_PIECE = 64 * 1024

_PROGRAM = "It holds a program (a macro)."
_DECLARES = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_OUTSIDE = re.compile(rb'TargetMode\s*=\s*["\']External["\']')
_TEMPLATE = re.compile(rb"/(attachedTemplate|oleObject|frame|subDocument)[\"']")


def check_docx(file: BinaryIO, size: int) -> list[str]:
    """A document whose parts unpack to what they say, and which brings no program."""
    if size < _DIRECTORY_END or read_at(file, size - _DIRECTORY_END, 4) != b"PK\x05\x06":
        raise UnfitError(
            "This document is damaged, or something else hangs on it.", why="two in one"
        )
    _refuse_long_directory(file, size)
    try:
        with zipfile.ZipFile(file) as archive:
            return _check(archive, size)
    except _DAMAGES as error:
        if isinstance(error, UnfitError):
            raise
        raise UnfitError("This document is damaged.") from None


def _refuse_long_directory(file: BinaryIO, size: int) -> None:
    """Before it is read: a list of a million parts would fill our own memory."""
    end = read_at(file, size - _DIRECTORY_END, _DIRECTORY_END)
    is_large = size >= 42 and read_at(file, size - 42, 4) == b"PK\x06\x07"
    if is_large or number(end, 12, 4, little=True) > MOST_PARTS * 512:
        raise UnfitError("This document has too many parts.", why="bomb")


def _check(archive: zipfile.ZipFile, size: int) -> list[str]:
    parts = archive.infolist()
    names = {each.filename for each in parts}
    if not {"[Content_Types].xml", "word/document.xml"} <= names:
        raise UnfitError(
            "This is an archive, not a Word document.",
            "Send the documents in it.",
            why="wrong type",
        )
    if min(each.header_offset for each in parts) != 0:
        raise UnfitError("Something else hangs on this document.", why="two in one")
    if len(parts) > MOST_PARTS or len(names) != len(parts):
        raise UnfitError("This document has too many parts.", why="bomb")
    for each in parts:
        _refuse_part(each)
    _refuse_bomb(parts, size)
    remarks = set[str]()
    left = MOST_UNPACKED
    for each in parts:
        left -= _unpack(archive, each, left, remarks)
    return sorted(remarks)


def _refuse_part(part: zipfile.ZipInfo) -> None:
    name = part.filename
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        # ISO/IEC 29500-2 knows no other packing.
        raise UnfitError("This document is damaged.")
    if part.flag_bits & 1:
        raise UnfitError(
            "This document is locked with a password.",
            "Save it without, and send that.",
            why="locked",
        )
    if name.startswith("/") or "\\" in name or ".." in name.split("/"):
        raise UnfitError("A part of this document reaches outside of it.", why="unsafe")
    if name.lower().endswith((".bin", ".exe", ".dll", ".js", ".vbs", ".zip")) and (
        "vba" in name.lower() or not name.lower().endswith(".bin")
    ):
        raise UnfitError(_PROGRAM, "Save it as PDF, and send that.", why="unsafe")


def _refuse_bomb(parts: list[zipfile.ZipInfo], size: int) -> None:
    whole = sum(each.file_size for each in parts)
    if whole > MOST_UNPACKED or whole > max(_SMALL, size) * MOST_TIMES:
        raise UnfitError("This document would fill the memory of whoever opens it.", why="bomb")


def _unpack(archive: zipfile.ZipFile, part: zipfile.ZipInfo, left: int, found: set[str]) -> int:
    """Read a part to its end, for its check sum and its true size."""
    done, last, is_xml = 0, b"", part.filename.lower().endswith((".xml", ".rels"))
    with archive.open(part) as stream:
        while piece := stream.read(_PIECE):
            done += len(piece)
            if done > min(left, part.file_size):
                raise UnfitError(
                    "This document would fill the memory of whoever opens it.", why="bomb"
                )
            if is_xml:
                _look(last + piece, found)
                last = piece[-200:]
    if "embeddings/" in part.filename:
        found.add("holds other files")
    return done


def _look(text: bytes, found: set[str]) -> None:
    if _DECLARES.search(text):
        raise UnfitError("This document declares what no Word document does.", why="unsafe")
    if _OUTSIDE.search(text) and _TEMPLATE.search(text):
        found.add("active content: fetches a part from elsewhere")
