"""AuditEvent: who did or saw what, of whom, when and from where (after DICOM PS3.15, A.5)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from caredesk.wire.fhir.datatypes import AsSent, Reference, print_reference, without_empty
from caredesk.wire.fhir.dates import print_moment

ACTIONS = ("C", "R", "U", "D", "E")
OUTCOMES = ("0", "4", "8", "12")

type Action = Literal["C", "R", "U", "D", "E"]
type Outcome = Literal["0", "4", "8", "12"]

_PATIENT: AsSent = {
    "system": "http://terminology.hl7.org/CodeSystem/audit-entity-type",
    "code": "1",
    "display": "Person",
}
_AS_PATIENT: AsSent = {
    "system": "http://terminology.hl7.org/CodeSystem/object-role",
    "code": "1",
    "display": "Patient",
}
_IP_ADDRESS = "2"


@dataclass(frozen=True, slots=True)
class Agent:
    """Who took part. The one who `is_requestor` began it."""

    who: Reference
    is_requestor: bool
    name: str = ""
    type: AsSent | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """`type` and `subtypes` are Codings; `reason` is what was said where somebody was asked why."""

    id: str
    type: AsSent
    subtypes: tuple[AsSent, ...]
    action: Action
    recorded: datetime
    outcome: Outcome
    agents: tuple[Agent, ...]
    observer: Reference
    source_type: AsSent
    outcome_words: str = ""
    reason: str = ""
    patients: tuple[Reference, ...] = ()


def print_audit_event(event: AuditEvent) -> dict[str, Any]:
    return without_empty(
        resourceType="AuditEvent",
        id=event.id,
        type=event.type,
        subtype=[dict(each) for each in event.subtypes],
        action=event.action,
        recorded=print_moment(event.recorded),
        outcome=event.outcome,
        outcomeDesc=event.outcome_words,
        purposeOfEvent=[{"text": reason}] if (reason := _line(event.reason)) else [],
        agent=[_print_agent(each) for each in event.agents],
        source={"observer": print_reference(event.observer), "type": [event.source_type]},
        entity=[_print_patient(each) for each in event.patients],
    )


def _print_agent(agent: Agent) -> dict[str, Any]:
    return without_empty(
        type={"coding": [agent.type]} if agent.type else None,
        who=print_reference(agent.who),
        name=_line(agent.name),
        requestor=agent.is_requestor,
        network={"address": agent.address, "type": _IP_ADDRESS} if agent.address else None,
    )


def _line(text: str) -> str:
    """FHIR's text knows no spaces but the plain ones."""
    return " ".join(text.split())


def _print_patient(patient: Reference) -> dict[str, Any]:
    return {"what": print_reference(patient), "type": _PATIENT, "role": _AS_PATIENT}
