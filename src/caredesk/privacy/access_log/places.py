"""This room's places on every page: the rail's entry, the bar's commands, a patient's section."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from caredesk.kernel.actor import Actor
from caredesk.ui.registry import Command, RailEntry, Section, add_command, add_rail, add_section

add_rail(RailEntry("Access", "privacy:unusual", "find", "audit.view", position=90))

for name, url, permission, words in (
    ("Unusual access", "privacy:unusual", "audit.view", ("access", "privacy", "review", "curious")),
    (
        "What colleagues looked at",
        "privacy:colleagues",
        "audit.view",
        ("who looked", "access", "log", "audit", "record", "report"),
    ),
    (
        "Export the record of access",
        "privacy:export",
        "audit.export",
        ("audit", "log", "fhir", "download"),
    ),
):
    add_command(Command(name, url, permission, words=words))


def confidentiality(viewer: Actor, patient: UUID) -> Mapping[str, Any] | None:
    """Only where to look: the patient's panel reads nothing more for it."""
    may_view, may_disclose = viewer.may("audit.view"), viewer.may("privacy.disclosures")
    if not may_view and not may_disclose:
        return None
    return {"patient": patient, "may_view": may_view, "may_disclose": may_disclose}


add_section(
    Section(
        "patient",
        "Confidentiality",
        "privacy/of_patient.html",
        confidentiality,
        "people.view",
        position=95,
    )
)
