"""A row of a CSV read as the patient it stands for.

It becomes the same FHIR patient that a bundle would have brought, so that everything after this
has one shape to care for.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from caredesk.interfaces.importing.tables import Cells, Table, bare, read_table
from caredesk.wire.fhir.datatypes import Address, ContactPoint, Extension, HumanName, Identifier
from caredesk.wire.fhir.dates import Moment, PartialDate, read_date
from caredesk.wire.fhir.element import Element, Flaw
from caredesk.wire.fhir.patient import (
    GENDER_IDENTITY,
    INTERPRETER,
    PRONOUNS,
    Communication,
    Patient,
)

RECORD_NUMBER_TYPE = {
    "coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}]
}

_SEXES = {
    "f": "female",
    "female": "female",
    "woman": "female",
    "m": "male",
    "male": "male",
    "man": "male",
    "x": "other",
    "o": "other",
    "other": "other",
    "nonbinary": "other",
    "u": "unknown",
    "unknown": "unknown",
}
_YES_OR_NO = {"yes": True, "y": True, "true": True, "1": True} | {
    "no": False,
    "n": False,
    "false": False,
    "0": False,
}
_LANGUAGES = {
    "english": "en",
    "spanish": "es",
    "español": "es",
    "chinese": "zh",
    "mandarin": "cmn",
    "cantonese": "yue",
    "french": "fr",
    "haitian creole": "ht",
    "german": "de",
    "italian": "it",
    "portuguese": "pt",
    "russian": "ru",
    "ukrainian": "uk",
    "polish": "pl",
    "vietnamese": "vi",
    "korean": "ko",
    "japanese": "ja",
    "tagalog": "tl",
    "arabic": "ar",
    "persian": "fa",
    "farsi": "fa",
    "hindi": "hi",
    "urdu": "ur",
    "bengali": "bn",
    "punjabi": "pa",
    "gujarati": "gu",
    "somali": "so",
    "amharic": "am",
    "swahili": "sw",
    "turkish": "tr",
    "greek": "el",
    "hebrew": "he",
    "nepali": "ne",
    "thai": "th",
    "navajo": "nv",
    "american sign language": "ase",
    "asl": "ase",
}
_TAG = re.compile(r"[a-z]{2,3}(?:[-_][a-z0-9]{2,8})*", re.ASCII)
_NUMBERS = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
_SHORT_YEAR = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Row:
    """A row as a patient, or (`patient` is None) the flaws for which it cannot be one."""

    number: int
    patient: Patient | None
    flaws: tuple[Flaw, ...] = ()


class _Cells(Element):
    """The cells of a row by our names of the columns; its paths say the file's."""

    def __init__(self, cells: Cells, headers: dict[str, str]) -> None:
        super().__init__(dict(cells.by_name), f"row {cells.number}")
        self._headers = headers

    def at(self, name: str) -> str:
        return f"{self.path}, {self._headers.get(name, name)}"


def read_rows(path: Path, table: Table, source: str, *, day_first: bool = False) -> Iterator[Row]:
    """The patients of a file; `source` is the system under which its record numbers are kept."""
    for cells in read_table(path, table):
        if cells.flaw is not None:
            yield Row(cells.number, None, (cells.flaw,))
            continue
        row = _Cells(cells, table.headers)
        patient = _read_patient(row, source, day_first)
        usable = patient if row.is_usable else None
        yield Row(cells.number, usable, tuple(row.flaws))


def _read_patient(row: _Cells, source: str, day_first: bool) -> Patient:
    number = row.text("record_number")
    known_by = (Identifier(source, number, "usual", RECORD_NUMBER_TYPE),) if number else ()
    born = _read_day(row, "birth_date", day_first)
    if "birth_date" not in row.value:
        row.wrong("birth_date", "is needed")
    return Patient(
        names=_read_names(row),
        identifiers=known_by,
        telecom=_read_telecom(row),
        gender=_chosen(row, "sex", _SEXES, "unknown"),
        birth_date=born,
        deceased=_read_deceased(row, day_first),
        addresses=_read_addresses(row),
        communications=_read_language(row),
        extensions=_read_extensions(row),
    )


def _read_names(row: _Cells) -> tuple[HumanName, ...]:
    given = tuple(filter(None, (row.text("given"), row.text("middle"))))
    suffix = tuple(filter(None, (row.text("suffix"),)))
    found = [HumanName(row.text("family", needed=True), given, suffix=suffix, use="official")]
    if preferred := row.text("preferred_name"):
        found.append(HumanName(given=(preferred,), use="nickname"))
    if former := row.text("former_family"):
        found.append(HumanName(former, use="maiden"))
    return tuple(found)


def _read_telecom(row: _Cells) -> tuple[ContactPoint, ...]:
    points = (
        ContactPoint("phone", row.text("mobile"), "mobile"),
        ContactPoint("phone", row.text("phone"), "home"),
        ContactPoint("phone", row.text("work_phone"), "work"),
        ContactPoint("email", row.text("email")),
    )
    return tuple(point for point in points if point.value)


def _read_addresses(row: _Cells) -> tuple[Address, ...]:
    lines = tuple(filter(None, (row.text("line1"), row.text("line2"))))
    place = Address(
        lines,
        city=row.text("city"),
        state=row.text("state"),
        postal_code=row.text("postal_code"),
        country=row.text("country"),
        use="home",
    )
    return () if place == Address(use="home") else (place,)


def _read_language(row: _Cells) -> tuple[Communication, ...]:
    typed = row.text("language")
    if not typed:
        return ()
    word = typed.casefold()
    tag = _LANGUAGES.get(word) or (word.replace("_", "-") if _TAG.fullmatch(word) else "")
    if not tag:
        row.odd("language", f"'{typed[:60]}' is not a language that is known here; left out")
        return ()
    return (Communication({"coding": [{"code": tag}], "text": typed}, preferred=True),)


def _read_extensions(row: _Cells) -> tuple[Extension, ...]:
    found = []
    for name, urls in (("gender_identity", GENDER_IDENTITY), ("pronouns", PRONOUNS)):
        if typed := row.text(name):
            concept = {"text": typed}
            found.append(Extension(urls[0], {"url": urls[0], "valueCodeableConcept": concept}))
    if "interpreter" in row.value:
        needed = _chosen(row, "interpreter", _YES_OR_NO, False)
        found.append(Extension(INTERPRETER[0], {"url": INTERPRETER[0], "valueBoolean": needed}))
    return tuple(found)


def _read_deceased(row: _Cells, day_first: bool) -> Moment | None:
    return _read_day(row, "deceased_on", day_first)


def _read_day(row: _Cells, name: str, day_first: bool) -> PartialDate | None:
    """A date as 1974-03-07 (or 1974-03, 1974), or as 3/7/1974 in the order that was said."""
    typed = row.value.get(name, "")
    if not typed:
        return None
    try:
        return _numbers(typed, day_first) or read_date(typed)
    except ValueError:
        row.wrong(name, f"'{typed[:60]}' is not a date{_date_hint(typed, day_first)}")
        return None


def _numbers(typed: str, day_first: bool) -> PartialDate | None:
    found = _NUMBERS.fullmatch(typed)
    if found is None:
        return None
    first, second, year = (int(part) for part in found.groups())
    month, day = (second, first) if day_first else (first, second)
    return PartialDate(year, month, day)


def _date_hint(typed: str, day_first: bool) -> str:
    if _SHORT_YEAR.fullmatch(typed):
        return ": write the year with four digits"
    if _NUMBERS.fullmatch(typed):
        return "" if day_first else " (month/day/year); if the day comes first, say --day-first"
    return ": write it like 1974-03-07 or 3/7/1974"


def _chosen[T](row: _Cells, name: str, choices: dict[str, T], otherwise: T) -> T:
    typed = row.text(name)
    if not typed:
        return otherwise
    found = choices.get(bare(typed))
    if found is None:
        kept = otherwise if isinstance(otherwise, str) else "no"
        row.odd(name, f"'{typed[:60]}' is not known here; kept as {kept}")
        return otherwise
    return found
