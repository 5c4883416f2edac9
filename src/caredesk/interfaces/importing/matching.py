"""Whether somebody who was sent is a patient already."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from caredesk.interfaces.importing.sources import identifies
from caredesk.kernel.actor import Actor
from caredesk.kernel.looks import seen
from caredesk.people.fhir import SentIdentifier, SentPatient
from caredesk.people.models import Patient, PatientIdentifier
from caredesk.people.queries import Likely, likely_duplicates
from caredesk.people.rules.birthdates import BirthDate
from caredesk.people.rules.matching import Person, compare
from caredesk.people.rules.names import FullName
from caredesk.people.rules.phones import read_phone
from caredesk.wire.fhir.datatypes import Identifier

# Below this, two records under one number are of two people: another name and another birth date.
_ANOTHER = 15


@dataclass(frozen=True, slots=True)
class Match:
    """The record that somebody has here, if any. `sent` lacks identifiers that are not believed.

    `conflict` says why it cannot be told who it is; `remarks` are (element, message).
    """

    sent: SentPatient
    patient: UUID | None = None
    conflict: str = ""
    remarks: tuple[tuple[str, str], ...] = ()


def match(
    by: Actor,
    sent: SentPatient,
    identifiers: Sequence[Identifier],
    before: UUID | None,
    *,
    is_sure: bool,
) -> Match:
    """Find the patient by identifiers that are of one person, or by what was imported before.

    `is_sure` says that `before` was found by the surest address that was sent.
    """
    holders = _holders(sent, identifiers)
    imported = _surviving(before)
    rows = Patient.objects.in_bulk([*holders.values(), *imported])
    seen(by, rows)
    strangers = {
        id: row for id, row in rows.items() if is_another(Person(row.name, row.birth), sent)
    }
    for id in imported:
        if id in strangers and is_sure:
            return Match(sent, conflict=_of_another(strangers[id]))
    remarks = []
    for each, holder in holders.items():
        row = strangers.get(holder)
        if row is None:
            continue
        if each.type == "MR":
            return Match(sent, conflict=_of_another(row))
        remarks.append(("identifier", f"{each.value}: {_of_another(row)}; left out"))
        sent = replace(sent, identifiers=tuple(i for i in sent.identifiers if i != each))
    known = [row for id, row in rows.items() if id not in strangers]
    if len(known) > 1:
        numbers = " and ".join(sorted(row.record_number for row in known))
        return Match(sent, conflict=f"its identifiers belong to {numbers}, which are two records")
    return Match(sent, known[0].id if known else None, remarks=tuple(remarks))


def looks_like(by: Actor, sent: SentPatient) -> list[Likely]:
    """Whom somebody new may be, though no identifier says so."""
    if sent.birth is None:
        return []
    read = [read_phone(each.number) for each in sent.phones]
    phones = [(each.e164, each.digits) for each in read if each.e164]
    return likely_duplicates(by, _name(sent), sent.birth, phones)


def _holders(sent: SentPatient, identifiers: Sequence[Identifier]) -> dict[SentIdentifier, UUID]:
    """Which of the identifiers somebody has here, and who."""
    sure = {(each.system, each.value) for each in identifiers if identifies(each)}
    wanted = {(each.system, each.value): each for each in sent.identifiers}
    rows = PatientIdentifier.objects.filter(
        system__in={system for system, _ in wanted},
        value__in={value for _, value in wanted},
        ended_at__isnull=True,
    ).values_list("system", "value", "patient__identity")
    return {
        wanted[system, value]: holder for system, value, holder in rows if (system, value) in sure
    }


def _surviving(before: UUID | None) -> list[UUID]:
    """The record that what came in before belongs to now, should it have been merged since."""
    if before is None:
        return []
    return list(Patient.objects.filter(pk=before).values_list("identity", flat=True))


def is_another(known: Person, sent: SentPatient) -> bool:
    """Whether both cannot be one person, whatever number they share."""
    if sent.birth is None:
        return False
    return compare(known, Person(_name(sent), sent.birth)).score < _ANOTHER


def person_of(sent: SentPatient, birth: BirthDate) -> Person:
    """What somebody who was sent is compared by."""
    read = (read_phone(each.number) for each in sent.phones)
    return Person(_name(sent), birth, frozenset(each.e164 for each in read if each.e164))


def _of_another(row: Patient) -> str:
    return f"is that of {row.record_number}, who has another name and another birth date"


def _name(sent: SentPatient) -> FullName:
    return FullName(
        family=sent.family,
        given=sent.given,
        middle=sent.middle,
        preferred=sent.preferred_name,
        former_family=sent.former_family,
        suffix=sent.suffix,
    )
