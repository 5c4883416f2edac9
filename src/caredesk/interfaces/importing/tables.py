"""A CSV file cut into numbered rows with named cells.

Commas, semicolons and tabs; UTF-8 or Windows-1252. Rows are numbered as a spreadsheet shows them:
the header is row 1. Columns go by their names, in any order, in the words of `COLUMNS`.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from caredesk.wire.fhir.element import Flaw
from caredesk.wire.fhir.files import (
    LARGEST_DOCUMENT,
    MEGABYTE,
    Unreadable,
    open_unpacked,
    read_at_most,
)

CSV_NAMES = (".csv", ".csv.gz", ".tsv", ".tsv.gz")

COLUMNS: dict[str, tuple[str, ...]] = {
    "record_number": (
        "mrn",
        "medical record number",
        "record no",
        "patient id",
        "patient number",
        "patient no",
        "chart number",
        "chart no",
        "account number",
    ),
    "family": ("last name", "surname", "family name", "last"),
    "given": ("first name", "given name", "forename", "first"),
    "middle": ("middle name", "middle initial", "middle names"),
    "suffix": ("name suffix", "generation"),
    "preferred_name": ("preferred", "nickname", "known as", "goes by"),
    "former_family": ("maiden name", "former name", "previous name", "birth name"),
    "birth_date": ("dob", "date of birth", "birthday", "birthdate", "born"),
    "sex": ("gender", "administrative sex", "legal sex"),
    "gender_identity": (),
    "pronouns": (),
    "phone": ("telephone", "home phone", "phone number", "home telephone", "landline"),
    "mobile": ("cell", "cell phone", "mobile phone", "cellphone", "mobile number"),
    "work_phone": ("business phone", "office phone", "work telephone"),
    "email": ("e mail", "email address", "mail"),
    "line1": ("address", "street", "address line 1", "address 1", "street address"),
    "line2": ("address line 2", "address 2", "apartment", "unit"),
    "city": ("town",),
    "state": ("province", "region"),
    "postal_code": ("zip", "zip code", "postcode", "post code"),
    "country": (),
    "language": ("preferred language", "primary language"),
    "interpreter": ("interpreter needed", "needs interpreter"),
    "deceased_on": ("date of death", "died on", "death date", "dod"),
}


@dataclass(frozen=True, slots=True)
class Cells:
    """What stands in a row, by the name of the column; `flaw` where the row cannot be cut."""

    number: int
    by_name: dict[str, str]
    flaw: Flaw | None = None


@dataclass(slots=True)
class Table:
    """The meaning of each column, its header by that meaning, and notes on the whole file."""

    meanings: list[str | None] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    notes: list[Flaw] = field(default_factory=list)


def bare(text: str) -> str:
    """Letters and digits only: "Last name", "last_name" and "LastName" are the same."""
    return "".join(each for each in text.casefold() if each.isalnum())


_MEANINGS = {bare(word): name for name, words in COLUMNS.items() for word in (name, *words)}


def read_table(path: Path, table: Table) -> Iterator[Cells]:
    """The rows under the header. Unreadable where it is no such file; `table` is filled first."""
    with open_unpacked(path) as opened:
        text = _decode(read_at_most(opened, LARGEST_DOCUMENT), table)
    csv.field_size_limit(MEGABYTE)
    delimiter = _find_delimiter(text.partition("\n")[0])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    _name_columns([cell.strip() for cell in next(reader)], table)
    for number, cells, flaw in _cut(reader):
        if flaw is not None:
            yield Cells(number, {}, flaw)
        elif any(cells):
            yield _named(number, cells, table)


def _decode(content: bytes, table: Table) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = error.start
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        raise Unreadable(f"is neither UTF-8 nor Windows-1252 (at byte {place:,})") from None
    table.notes.append(Flaw("file", "is not UTF-8; read as Windows-1252", serious=False))
    return text


def _cut(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str], Flaw | None]]:
    number = 1
    while True:
        number += 1
        try:
            yield number, [cell.strip() for cell in next(reader)], None
        except StopIteration:
            return
        except csv.Error as error:
            message = f"cannot be read ({error}); nor can the rows after it"
            yield number, [], Flaw(f"row {number}", message)
            return


def _named(number: int, cells: list[str], table: Table) -> Cells:
    width = len(table.meanings)
    if any(cells[width:]):
        message = f"has {len(cells)} cells, but the header names {width} columns"
        return Cells(number, {}, Flaw(f"row {number}", message))
    pairs = zip(table.meanings, cells, strict=False)
    return Cells(number, {meaning: cell for meaning, cell in pairs if meaning and cell})


def _find_delimiter(header: str) -> str:
    """The one of , ; and tab with which the header names the most columns that are known."""

    def known(delimiter: str) -> int:
        return sum(bare(cell) in _MEANINGS for cell in _split(header, delimiter))

    best = max(",;\t", key=known)
    if not known(best):
        raise Unreadable(
            "its first line names no column that is known here: "
            "family, given and birth_date are needed"
        )
    return best


def _split(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _name_columns(header: list[str], table: Table) -> None:
    table.meanings = [_MEANINGS.get(bare(cell)) for cell in header]
    pairs = list(zip(header, table.meanings, strict=True))
    table.headers = {meaning: cell for cell, meaning in pairs if meaning}
    for meaning, times in Counter(filter(None, table.meanings)).items():
        if times > 1:
            same = ", ".join(f"'{cell}'" for cell, other in pairs if other == meaning)
            raise Unreadable(f"has several columns for {meaning}: {same}")
    missing = [name for name in ("family", "birth_date") if name not in table.headers]
    if missing:
        raise Unreadable(f"has no column for {' and '.join(missing)}")
    table.notes += [
        Flaw(f"column '{cell[:60]}'", "is not known here; left out", serious=False)
        for cell, meaning in pairs
        if cell and meaning is None
    ]
