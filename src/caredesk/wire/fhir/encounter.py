"""Encounter: a visit as it took place."""

from dataclasses import dataclass
from typing import Any

from caredesk.wire.fhir.datatypes import (
    AsSent,
    Identifier,
    Period,
    Reference,
    print_identifier,
    print_period,
    print_reference,
    read_coding,
    read_concept,
    read_concepts,
    read_identifier,
    read_period,
    read_reference,
    without_empty,
)
from caredesk.wire.fhir.element import Element

STATUSES = (
    "planned",
    "arrived",
    "triaged",
    "in-progress",
    "onleave",
    "finished",
    "cancelled",
    "entered-in-error",
    "unknown",
)
_ELEMENTS = (
    "resourceType",
    "meta",
    "language",
    "text",
    "contained",
    "identifier",
    "status",
    "statusHistory",
    "class",
    "classHistory",
    "type",
    "serviceType",
    "priority",
    "subject",
    "episodeOfCare",
    "basedOn",
    "participant",
    "appointment",
    "period",
    "length",
    "reasonCode",
    "reasonReference",
    "diagnosis",
    "account",
    "hospitalization",
    "location",
    "serviceProvider",
    "partOf",
)


@dataclass(frozen=True, slots=True)
class EncounterParticipant:
    individual: Reference | None
    types: tuple[AsSent, ...] = ()
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class Encounter:
    """`encounter_class` is a Coding; types, reasons and the rest of the codes are as sent."""

    status: str
    subject: Reference | None
    period: Period | None
    id: str = ""
    identifiers: tuple[Identifier, ...] = ()
    encounter_class: AsSent | None = None
    types: tuple[AsSent, ...] = ()
    service_type: AsSent | None = None
    priority: AsSent | None = None
    reasons: tuple[AsSent, ...] = ()
    hospitalization: AsSent | None = None
    participants: tuple[EncounterParticipant, ...] = ()
    service_provider: Reference | None = None


def read_encounter(element: Element) -> Encounter:
    element.knows_only(_ELEMENTS)
    period = element.child("period")
    return Encounter(
        id=element.text("id"),
        identifiers=tuple(filter(None, map(read_identifier, element.children("identifier")))),
        status=element.code("status", STATUSES, needed=True),
        subject=_reference(element, "subject"),
        period=None if period is None else read_period(period),
        encounter_class=read_coding(element, "class"),
        types=read_concepts(element, "type"),
        service_type=read_concept(element, "serviceType"),
        priority=read_concept(element, "priority"),
        reasons=read_concepts(element, "reasonCode"),
        hospitalization=element.as_sent("hospitalization"),
        participants=tuple(map(_read_participant, element.children("participant"))),
        service_provider=_reference(element, "serviceProvider"),
    )


def print_encounter(encounter: Encounter) -> dict[str, Any]:
    found = without_empty(
        resourceType="Encounter",
        id=encounter.id,
        identifier=[print_identifier(each) for each in encounter.identifiers],
        status=encounter.status,
        type=[dict(each) for each in encounter.types],
        serviceType=encounter.service_type,
        priority=encounter.priority,
        subject=encounter.subject and print_reference(encounter.subject),
        participant=[_print_participant(each) for each in encounter.participants],
        period=print_period(encounter.period),
        reasonCode=[dict(each) for each in encounter.reasons],
        hospitalization=encounter.hospitalization,
        serviceProvider=encounter.service_provider and print_reference(encounter.service_provider),
    )
    return found | without_empty(**{"class": encounter.encounter_class})


def _read_participant(element: Element) -> EncounterParticipant:
    element.knows_only(("type", "period", "individual"))
    period = element.child("period")
    return EncounterParticipant(
        individual=_reference(element, "individual"),
        types=read_concepts(element, "type"),
        period=None if period is None else read_period(period),
    )


def _print_participant(participant: EncounterParticipant) -> dict[str, Any]:
    return without_empty(
        type=[dict(each) for each in participant.types],
        period=print_period(participant.period),
        individual=participant.individual and print_reference(participant.individual),
    )


def _reference(element: Element, name: str) -> Reference | None:
    child = element.child(name)
    return None if child is None else read_reference(child)
