"""Everything that stands in the files of an import, each thing with its place.

All files are read before anything is kept, so that a reference finds its resource wherever it is:
later in the bundle, or in another file.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from caredesk.interfaces.importing.columns import Row, read_rows
from caredesk.interfaces.importing.report import Grade, Outcome, Report
from caredesk.interfaces.importing.tables import CSV_NAMES, Table
from caredesk.wire.fhir.bundles import Entry, read_entries
from caredesk.wire.fhir.datatypes import Identifier
from caredesk.wire.fhir.element import Element, Flaw, Unusable
from caredesk.wire.fhir.encounter import read_encounter
from caredesk.wire.fhir.files import (
    JSON_NAMES,
    NDJSON_NAMES,
    Document,
    Unreadable,
    read_documents,
)
from caredesk.wire.fhir.organization import read_organization
from caredesk.wire.fhir.patient import Patient, print_patient, read_patient
from caredesk.wire.fhir.practitioner import read_practitioner, read_practitioner_role
from caredesk.wire.fhir.references import Address, Index

READ: dict[str, Callable[[Element], Any]] = {
    "Organization": read_organization,
    "Practitioner": read_practitioner,
    "PractitionerRole": read_practitioner_role,
    "Patient": read_patient,
    "Encounter": read_encounter,
}
_NOT_READ = "this kind of file is not read: JSON, NDJSON or CSV, by its name"
READABLE = (*JSON_NAMES, *NDJSON_NAMES, *CSV_NAMES)
# The narrative says the same again, the rest says where it is kept, not what it is.
_NOT_KEPT = ("text", "meta", "id", "contained", "photo")
# Numbers that a family or many strangers share say nothing about who it is.
_SHARED_TYPES = ("SN", "MB", "SB", "GI", "PNT")
_NO_VALUES = frozenset({"", "0", "na", "none", "unknown", "null", "unk", "test", "999999999"})


class _Identified(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def identifiers(self) -> tuple[Identifier, ...]: ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: the file, the path in it, and the document of its references."""

    file: str
    path: str
    document: str
    full_url: str = ""


@dataclass(eq=False, slots=True)
class Sent[R: _Identified]:
    """A resource that was read. One that is not `usable` was refused, and is only pointed to.

    `addresses` are what it will be found again by; `digest` tells whether it has changed.
    """

    kind: str
    resource: R
    place: Place
    addresses: tuple[str, ...]
    as_sent: dict[str, Any]
    digest: str
    usable: bool = True


@dataclass(slots=True)
class Sources:
    """All that was read, by kind and in the order of the files."""

    report: Report
    source: str = ""
    day_first: bool = False
    sent: dict[str, list[Sent[Any]]] = field(default_factory=lambda: {kind: [] for kind in READ})
    index: Index[Sent[Any]] = field(default_factory=Index)
    _known: dict[tuple[str, str], Sent[Any]] = field(default_factory=dict)

    def read(self, path: Path, name: str) -> None:
        """Read one file; what is wrong in it goes to the report."""
        try:
            if not path.exists():
                raise Unreadable("is not there")
            if path.name.lower().endswith(CSV_NAMES):
                self._read_csv(path, name)
            else:
                self._read_fhir(path, name)
        except Unreadable as error:
            self.report.refuse("file", name, [Flaw("file", str(error))])

    def _read_fhir(self, path: Path, name: str) -> None:
        found = 0
        for document in read_documents(path):
            scope = f"{path}:{document.line}"
            found += sum(1 for _ in self._read_document(document, name, scope))
        if not found:
            kinds = "patients, practitioners, organisations or encounters"
            self.report.tell(Grade.WARNING, "file", name, "file", f"holds no {kinds}")

    def _read_document(self, document: Document, name: str, scope: str) -> Iterator[Entry]:
        line = f"line {document.line}: " if document.line else ""
        if document.error:
            self.report.refuse("file", name, [Flaw(line.rstrip(": "), document.error)])
            return
        flaws: list[Flaw] = []
        try:
            for entry in read_entries(document.content, flaws):
                if entry.kind in READ:
                    self._read_entry(entry, Place(name, line + entry.path, scope, entry.full_url))
                    yield entry
        except Unusable as error:
            flaws += error.flaws
        if flaws:
            told = [Flaw(line + flaw.path, flaw.message, flaw.serious) for flaw in flaws]
            self.report.tell_flaws("entry", name, told)
            self.report.count("entry", Outcome.REFUSED, sum(flaw.serious for flaw in flaws))

    def _read_entry(self, entry: Entry, place: Place) -> None:
        element = Element(entry.resource, place.path)
        resource = READ[entry.kind](element)
        addresses = _addresses(entry.kind, resource, place.full_url, self.source)
        if not addresses and entry.kind != "PractitionerRole":
            element.wrong(
                "identifier",
                "nothing by which it could be found again: it has no identifier, and its id is "
                "known only where it comes from. Say where that is with --source",
            )
        if element.is_usable:
            self.report.tell_flaws(entry.kind, place.file, element.flaws)
        else:
            self.report.refuse(entry.kind, place.file, element.flaws)
        kept = {k: v for k, v in entry.resource.items() if k not in _NOT_KEPT}
        usable = element.is_usable
        self._add(Sent(entry.kind, resource, place, addresses, kept, _digest(kept), usable))

    def _read_csv(self, path: Path, name: str) -> None:
        table = Table()
        source = self.source or "urn:caredesk:csv"
        for row in read_rows(path, table, source, day_first=self.day_first):
            self._read_row(row, Place(name, f"row {row.number}", str(path)), source)
        self.report.tell_flaws("file", name, table.notes)

    def _read_row(self, row: Row, place: Place, source: str) -> None:
        if row.patient is None:
            self.report.refuse("Patient", place.file, row.flaws)
            return
        addresses = _addresses("Patient", row.patient, "", source) or (
            _address_of_row(row.patient, source),
        )
        kept = print_patient(row.patient)
        twin = self._known.get(("Patient", addresses[0]))
        if twin and twin.digest != _digest(kept) and twin.place.document == place.document:
            message = f"is the same person as {twin.place.path} by record number, or by name and "
            message += "birth date; give each person a record number"
            self.report.refuse("Patient", place.file, [Flaw(place.path, message)])
            return
        self.report.tell_flaws("Patient", place.file, row.flaws)
        self._add(Sent("Patient", row.patient, place, addresses, kept, _digest(kept)))

    def _add(self, sent: Sent[Any]) -> None:
        """Keep it; what was sent before with the same content is kept once, else the last."""
        before = [self._known.get((sent.kind, address)) for address in sent.addresses]
        same = next((each for each in before if each and each.digest == sent.digest), None)
        if same is not None:
            self.report.count(sent.kind, Outcome.REPEATED)
            self.index.add(_index_address(sent), same)
            return
        twin = before[0] if before else None
        if twin is not None and twin.usable and sent.usable:
            self._add_again(twin, sent)
            return
        self.index.add(_index_address(sent), sent)
        for name in sent.addresses:
            self._known[sent.kind, name] = sent
        if sent.usable:
            self.sent[sent.kind].append(sent)

    def _add_again(self, twin: Sent[Any], sent: Sent[Any]) -> None:
        """The same thing with other content: a later version of it, or somebody else."""
        file, path = twin.place.file, twin.place.path
        if sent.kind == "Patient" and not _is_version(twin.resource, sent.resource):
            message = f"has the number of somebody else ({file}: {path})"
            self.report.refuse(
                "Patient", sent.place.file, [Flaw(f"{sent.place.path}.identifier", message)]
            )
            self.index.add(_index_address(sent), replace(sent, usable=False))
            return
        message = f"was sent before with other content ({file}: {path}); the last is taken"
        self.report.tell(Grade.WARNING, sent.kind, sent.place.file, sent.place.path, message)
        self.report.count(sent.kind, Outcome.REPEATED)
        twin.resource, twin.as_sent, twin.digest = sent.resource, sent.as_sent, sent.digest
        twin.place, twin.addresses = sent.place, sent.addresses
        self.index.add(_index_address(sent), twin)
        for name in sent.addresses:
            self._known[sent.kind, name] = twin


def _index_address(sent: Sent[Any]) -> Address:
    identified = tuple(each for each in sent.resource.identifiers if each.system)
    place = sent.place
    return Address(place.document, sent.kind, sent.resource.id, place.full_url, identified)


def _is_version(one: Patient, other: Patient) -> bool:
    """Whether two with the same number can be one person at different times."""
    families = ({name.family.casefold() for name in each.names} for each in (one, other))
    return one.birth_date == other.birth_date or bool(set.intersection(*families) - {""})


def find_files(paths: Iterable[Path], report: Report) -> list[tuple[Path, str]]:
    """The files to read, folders searched through, each with the name it is reported by."""
    found: list[tuple[Path, str]] = []
    for path in paths:
        if path.is_dir():
            inside = list(_files_in(path, report))
            if not inside:
                report.refuse("file", str(path), [Flaw("folder", "holds nothing that is read")])
            found += inside
        elif path.name.lower().endswith(READABLE) or not path.exists():
            found.append((path, path.name))
        else:
            report.refuse("file", path.name, [Flaw("file", _NOT_READ)])
    return found


def _files_in(folder: Path, report: Report) -> Iterator[tuple[Path, str]]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or any(part.startswith(".") for part in Path(name).parts):
            continue
        if path.name.lower().endswith(READABLE):
            yield path, name
        else:
            report.tell(Grade.LEFT_OUT, "file", name, "file", _NOT_READ)
            report.count("file", Outcome.LEFT_OUT)


def _addresses(kind: str, sent: _Identified, full_url: str, source: str) -> tuple[str, ...]:
    """What it will be found again by, the surest first."""
    sure = sorted((each for each in sent.identifiers if identifies(each)), key=_sureness)
    found = [_address_of(each) for each in sure]
    if full_url.startswith(("urn:uuid:", "urn:oid:", "http://", "https://")):
        found.append(full_url.partition("/_history/")[0])
    elif _is_uuid(sent.id):
        found.append(f"urn:uuid:{sent.id.lower()}")
    elif sent.id and source:
        found.append(f"{source}/{kind}/{sent.id}")
    return tuple(dict.fromkeys(found))


def identifies(identifier: Identifier) -> bool:
    """Whether an identifier is of one person or thing only."""
    value = "".join(each for each in identifier.value.casefold() if each.isalnum())
    return (
        bool(identifier.system)
        and value not in _NO_VALUES
        and set(value) != {"0"}
        and identifier.type_code not in _SHARED_TYPES
        and identifier.use != "old"
    )


def _sureness(identifier: Identifier) -> int:
    """A system's own record number first; what people carry about (licences, passports) last."""
    if identifier.type_code == "MR":
        return 0
    return 2 if identifier.type_code in ("SS", "DL", "PPN") else 1


def _address_of(identifier: Identifier) -> str:
    return f"{identifier.system}|{identifier.value}"


def _address_of_row(patient: Patient, source: str) -> str:
    name = patient.names[0]
    parts = [name.family, *name.given, str(patient.birth_date), patient.gender]
    told = "|".join(" ".join(part.casefold().split()) for part in parts)
    return f"{source}#{hashlib.sha256(told.encode()).hexdigest()[:32]}"


def _digest(sent: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(sent, sort_keys=True).encode()).hexdigest()


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
