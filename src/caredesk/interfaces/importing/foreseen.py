"""Whom a dry run has taken in and taken back: what later ones in the same files would meet.

The database does not know them, so they are remembered here: by the identifiers that are of one
person only, and by the days on which somebody alike can have been born.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from caredesk.interfaces.importing.matching import is_another, person_of
from caredesk.interfaces.importing.sources import identifies
from caredesk.people.fhir import SentPatient
from caredesk.people.rules.birthdates import neighbours
from caredesk.people.rules.matching import Likeness, Person, compare
from caredesk.wire.fhir.datatypes import Identifier


@dataclass(frozen=True, slots=True)
class Met:
    """Somebody of these files, and where."""

    person: Person
    place: str


@dataclass(slots=True)
class Foreseen:
    """Everybody whom this dry run would have added."""

    _by_identifier: dict[tuple[str, str], Met] = field(default_factory=dict)
    _by_day: dict[date, list[Met]] = field(default_factory=dict)

    def is_known(self, sent: SentPatient, identifiers: Iterable[Identifier]) -> bool:
        """Whether somebody before has one of the identifiers, and can be the same person."""
        met = (self._by_identifier.get((i.system, i.value)) for i in identifiers if identifies(i))
        return any(each is not None and not is_another(each.person, sent) for each in met)

    def alike(self, sent: SentPatient) -> list[tuple[Met, Likeness]]:
        """Those before who seem to be the same person, though no identifier says so."""
        if sent.birth is None:
            return []
        person = person_of(sent, sent.birth)
        days = (sent.birth.day, *neighbours(sent.birth))
        met = [each for day in days for each in self._by_day.get(day, [])]
        compared = [(each, compare(person, each.person)) for each in met]
        return [(each, likeness) for each, likeness in compared if likeness.is_likely]

    def remember(self, sent: SentPatient, identifiers: Iterable[Identifier], place: str) -> None:
        if sent.birth is None:
            return
        met = Met(person_of(sent, sent.birth), place)
        self._by_day.setdefault(sent.birth.day, []).append(met)
        for each in filter(identifies, identifiers):
            self._by_identifier.setdefault((each.system, each.value), met)
