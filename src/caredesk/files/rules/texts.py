"""Tables and messages in plain text: CSV (RFC 4180), JSON (RFC 8259)."""

import csv
import json
import re
from typing import BinaryIO

from caredesk.files.rules.unfit import UnfitError

LONGEST = 4 * 1024 * 1024
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
_FORMULA = re.compile(r"(?:^|[,;\t\n])\"?[=@][A-Za-z(]")


def _text(file: BinaryIO, size: int) -> str:
    if size > LONGEST:
        raise UnfitError(
            "This table is too long to be kept with a patient.",
            "Import it instead.",
            why="too large",
        )
    file.seek(0)
    data = file.read()
    if _CONTROL.search(data):
        raise UnfitError("This is not text.", why="wrong type")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    if text.lstrip().startswith("<"):
        raise UnfitError(
            "This is a page or XML, not a table.",
            "Save it as PDF, and send that.",
            why="wrong type",
        )
    return text


def check_csv(file: BinaryIO, size: int) -> list[str]:
    text = _text(file, size)
    try:
        if not any(True for _ in csv.reader(text.splitlines(), strict=False)):
            raise UnfitError("This table is empty.")
    except csv.Error:
        raise UnfitError("This is not a table.", why="wrong type") from None
    return ["has formulas"] if _FORMULA.search(text) else []


def check_json(file: BinaryIO, size: int) -> list[str]:
    try:
        json.loads(_text(file, size))
    except UnfitError:
        raise
    except (ValueError, RecursionError):
        raise UnfitError("This is not JSON.") from None
    return []
