"""What every step of an import needs, and how a failure of one thing is told and passed over."""

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction

from caredesk.interfaces.importing.foreseen import Foreseen
from caredesk.interfaces.importing.known import Before, Known
from caredesk.interfaces.importing.origins import Origin
from caredesk.interfaces.importing.report import Grade, Outcome, Report
from caredesk.interfaces.importing.screen import Screen
from caredesk.interfaces.importing.sources import Place, Sent, Sources
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import ActionError, Refused
from caredesk.practice.queries import SiteLine
from caredesk.wire.fhir.datatypes import Reference
from caredesk.wire.fhir.element import Flaw
from caredesk.wire.fhir.references import Unresolved, take_apart

# Raised when what is read of a resource changes: then everything is compared anew.
MAPPING = "1"

# Without a database nothing that follows can be kept either.
CANNOT_GO_ON = (OperationalError, InterfaceError)

log = logging.getLogger("caredesk.import")

_ELEMENTS = {
    "family": "name",
    "given": "name",
    "middle": "name",
    "suffix": "name",
    "preferred_name": "name",
    "former_family": "name",
    "birth_date": "birthDate",
    "sex": "gender",
    "phones": "telecom",
    "emails": "telecom",
    "addresses": "address",
    "identifiers": "identifier",
    "relatives": "contact",
    "language": "communication",
    "deceased_on": "deceasedDateTime",
}
_COLUMNS = {
    "phones": "phone",
    "emails": "email",
    "addresses": "line1",
    "identifiers": "record_number",
    "identifier": "record_number",
}


@dataclass(slots=True)
class Context:
    """One import under way. `became` are the rows, `site_of` the organisations that are ours.

    `said` are the sites by what `--site` said, `mapped` by what was said in earlier imports.
    """

    sources: Sources
    by: Actor
    screen: Screen
    known: Known
    zone: str
    dry: bool = False
    foreseen: Foreseen = field(default_factory=Foreseen)
    said: dict[str, SiteLine] = field(default_factory=dict)
    mapped: dict[str, SiteLine] = field(default_factory=dict)
    became: dict[Sent[Any], UUID] = field(default_factory=dict)
    site_of: dict[Sent[Any], SiteLine] = field(default_factory=dict)

    @property
    def report(self) -> Report:
        return self.sources.report

    def before(self, sent: Sent[Any]) -> Before | None:
        return self.known.find(sent.kind, sent.addresses)

    def tell(self, grade: Grade, sent: Sent[Any], message: str, element: str = "") -> None:
        place = path_of(sent.place, element)
        self.report.tell(grade, sent.kind, sent.place.file, place, message)

    def follow(self, reference: Reference | None, sent: Sent[Any]) -> Sent[Any] | None:
        """What a reference in `sent` points to; None where nothing that was read answers to it.

        Unresolved where it cannot be followed.
        """
        if reference is None:
            return None
        return self.sources.index.find(reference, sent.place.document, sent.place.full_url)

    def row_of(self, reference: Reference, sent: Sent[Any], element: str, kind: str) -> UUID | None:
        """The row that a reference leads to, where the rest can do without: flaws are warnings."""
        try:
            found = self.follow(reference, sent)
            known = None if found else self.row(kind, reference)
        except Unresolved as error:
            self.tell(Grade.WARNING, sent, str(error), element)
            return None
        if found is not None and found.kind == "PractitionerRole":
            inner = found.resource.practitioner
            return None if inner is None else self.row_of(inner, found, "practitioner", kind)
        if found is not None:
            return self.became.get(found)
        if known is None:
            name = reference.reference or reference.display
            message = f"'{name[:80]}' is neither in these files nor imported before"
            self.tell(Grade.WARNING, sent, message, element)
        return known

    def row(self, kind: str, reference: Reference | None) -> UUID | None:
        """The row of something that came in before and is not in these files."""
        if reference is None:
            return None
        name = self._address(reference)
        self.known.look_up(kind, [name])
        before = self.known.find(kind, [name])
        return None if before is None else before.became

    def site_at(self, reference: Reference, sent: Sent[Any]) -> SiteLine | None:
        """The site of ours that a reference leads to."""
        try:
            found = self.follow(reference, sent)
            return self.site_of.get(found) if found else self.mapped.get(self._address(reference))
        except Unresolved:
            return None

    def mapped_site(self, addresses: Iterable[str]) -> SiteLine | None:
        return next((self.mapped[each] for each in addresses if each in self.mapped), None)

    def _address(self, reference: Reference) -> str:
        wanted = take_apart(reference)
        if not wanted.url:
            return f"{wanted.system}|{wanted.value}"
        if wanted.kind and self.sources.source:
            return f"{self.sources.source}/{wanted.url}"
        return wanted.url

    @contextmanager
    def step(self) -> Iterator[None]:
        """One thing of the import; in a dry run it is done and taken back at once.

        So no lock and no old snapshot outlasts it, and the desk goes on beside it. What later
        things point to is gone then: nothing is committed, so no foreign key is ever looked at.
        """
        if not self.dry:
            yield
            return
        with transaction.atomic():
            yield
            transaction.set_rollback(True)

    def attempt[T](self, sent: Sent[Any], act: Callable[[], T]) -> T | None:
        """Do it, or tell why it was refused and go on with the next."""
        try:
            return act()
        except CANNOT_GO_ON:
            raise
        except Exception as error:
            self.refuse(sent, error)
            return None

    def refuse(self, sent: Sent[Any], error: Exception) -> None:
        self.report.refuse(sent.kind, sent.place.file, flaws_of(error, sent.place))

    def count(self, sent: Sent[Any], before: Before | None, digest: str) -> None:
        outcome = Outcome.ADDED
        if before is not None:
            outcome = Outcome.UNCHANGED if before.digest == digest else Outcome.UPDATED
        self.report.count(sent.kind, outcome)


def digest_of(sent: Sent[Any], *points_to: object) -> str:
    """Tells whether a thing, or what it points to, differs from last time."""
    parts = [MAPPING, sent.digest, *(str(each) for each in points_to)]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def origin_of(sent: Sent[Any], digest: str) -> Origin:
    full_url = next((each for each in sent.addresses if "|" not in each), "")
    return Origin(address=sent.addresses[0], full_url=full_url, digest=digest, content=sent.as_sent)


def flaws_of(error: Exception, place: Place) -> Iterable[Flaw]:
    if isinstance(error, Refused):
        return [
            Flaw(path_of(place, each.field), f"{each.message} {each.next_step}".strip())
            for each in error.problems
        ]
    if isinstance(error, ActionError):
        return [Flaw(place.path, str(error))]
    # Not foreseen: the log has where it happened, the next one follows all the same.
    log.error("Something could not be imported", exc_info=error)
    return [Flaw(place.path, f"could not be kept ({type(error).__name__})")]


def path_of(place: Place, field: str) -> str:
    """The path of an element, or of the column of a row."""
    if not field:
        return place.path
    if place.path.startswith("row "):
        return f"{place.path}, {_COLUMNS.get(field, field)}"
    first, dot, rest = field.partition(".")
    return f"{place.path}.{_ELEMENTS.get(first, first)}{dot}{rest}"
