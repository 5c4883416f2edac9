"""An entry of the log as a FHIR AuditEvent.

The log holds plain ids, and so does what leaves: a patient is a reference, never a name.
"""

from collections.abc import Sequence, Set
from typing import Any
from uuid import UUID

from caredesk.audit.kinds import SIGN_IN_FAILED
from caredesk.audit.models import Entry
from caredesk.wire.fhir.audit_event import (
    Action,
    Agent,
    AuditEvent,
    Outcome,
    print_audit_event,
)
from caredesk.wire.fhir.datatypes import AsSent, Identifier, Reference

ACTORS = "urn:caredesk:actor"
NAMES = "urn:caredesk:audit-name"
_DICOM = "http://dicom.nema.org/resources/ontology/DCM"
_REST = "http://hl7.org/fhir/restful-interaction"

# DICOM PS3.16, context groups 400 (types) and 401 (subtypes).
_TYPES = {
    "patient": ("110110", "Patient Record"),
    "application": ("110100", "Application Activity"),
    "export": ("110106", "Export"),
    "authentication": ("110114", "User Authentication"),
}
_LOGIN = ("110122", "Login")
_SUBTYPES = {"sign-in": _LOGIN, SIGN_IN_FAILED: _LOGIN, "sign-out": ("110123", "Logout")}
_AUTHENTICATIONS = (*_SUBTYPES, "unlock", "failed-unlock")
_FAILURES = ("refusal", SIGN_IN_FAILED, "failed-unlock")
_LEAVES = ("print", "export", "download")

_KINDS_OF_AGENT = {
    "user": ("humanuser", "human user"),
    "patient": ("humanuser", "human user"),
    "proxy": ("humanuser", "human user"),
}
_SECURITY_ROLES = "http://terminology.hl7.org/CodeSystem/extra-security-role-type"
_SERVER: AsSent = {
    "system": "http://terminology.hl7.org/CodeSystem/security-source-type",
    "code": "4",
    "display": "Application Server",
}
_OBSERVER = Reference(display="Caredesk")


def print_entry(entry: Entry, unseen: Set[UUID] = frozenset()) -> dict[str, Any]:
    """The entry as JSON, ready to be written. Who is `unseen` is not named."""
    return print_audit_event(as_audit_event(entry, unseen))


def as_audit_event(entry: Entry, unseen: Set[UUID] = frozenset()) -> AuditEvent:
    has_failed = entry.kind in _FAILURES
    patients = [each for each in _patients(entry) if each not in unseen]
    is_shortened = len(patients) < len(_patients(entry))
    outcome: Outcome = "4" if has_failed else "0"
    return AuditEvent(
        id=str(entry.id),
        type=_coding(_DICOM, *_TYPES[_type(entry)]),
        subtypes=tuple(_subtypes(entry)),
        action=_action(entry),
        recorded=entry.at,
        outcome=outcome,
        outcome_words=_failed_words(entry) if has_failed else "",
        # Words may be about whoever is not named.
        reason="" if is_shortened else entry.reason,
        agents=_agents(entry),
        observer=_OBSERVER,
        source_type=_SERVER,
        patients=tuple(Reference(f"Patient/{each}") for each in patients),
    )


def _type(entry: Entry) -> str:
    if entry.kind in _LEAVES:
        return "export"
    if entry.kind in _AUTHENTICATIONS:
        return "authentication"
    return "patient" if entry.subjects else "application"


def _subtypes(entry: Entry) -> list[AsSent]:
    """What it was in the standard's words, if it has any, and the page or action as we name it."""
    known = _SUBTYPES.get(entry.kind)
    found = [_coding(_DICOM, *known)] if known else []
    if entry.kind == "look":
        read = ("read", "read") if len(entry.subjects) == 1 else ("search", "search")
        found.append(_coding(_REST, *read))
    return [*found, {"system": NAMES, "code": f"{entry.kind}.{entry.name}".replace(" ", "-")}]


def _action(entry: Entry) -> Action:
    """Create, read, update, delete, or execute where no row tells which."""
    if entry.kind in ("look", *_LEAVES):
        return "R"
    rows = [each for each in entry.changes if "table" in each] if entry.kind == "change" else []
    if not rows:
        return "E"
    if all(each.get("was") is None for each in rows):
        return "C"
    return "D" if all(each.get("now") is None for each in rows) else "U"


def _failed_words(entry: Entry) -> str:
    if entry.kind == SIGN_IN_FAILED:
        return f"Not signed in: {entry.name}"
    if entry.name.startswith("upload: "):
        return f"File not kept: {entry.name.removeprefix('upload: ')}"
    status = next((each["status"] for each in entry.changes if "status" in each), None)
    words = {403: "Not allowed", 404: "Not there, or not theirs"}
    return words.get(status, "Refused") if isinstance(status, int) else "Refused"


def _agents(entry: Entry) -> tuple[Agent, ...]:
    known = _KINDS_OF_AGENT.get(entry.actor_kind)
    began = Agent(
        who=_actor(str(entry.actor)),
        is_requestor=True,
        name=entry.actor_label,
        type=_coding(_SECURITY_ROLES, *known) if known else _coding(_DICOM, *_APPLICATION),
        address=entry.address,
    )
    others = [entry.on_behalf_of] if entry.on_behalf_of else []
    if entry.kind == SIGN_IN_FAILED:
        others += entry.subjects
    return began, *(Agent(who=_actor(str(each)), is_requestor=False) for each in others)


def _patients(entry: Entry) -> Sequence[UUID]:
    """Whom it is about; of a failed sign-in that is a user, who stands with the agents."""
    return () if entry.kind == SIGN_IN_FAILED else entry.subjects


_APPLICATION = ("110150", "Application")


def _actor(id: str) -> Reference:
    return Reference(identifier=Identifier(ACTORS, id))


def _coding(system: str, code: str, display: str) -> AsSent:
    return {"system": system, "code": code, "display": display}
