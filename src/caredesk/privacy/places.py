"""This room's places on every page: the rail's entry, the bar's commands, a patient's section."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from caredesk.kernel.actor import Actor
from caredesk.ui.registry import Command, Section, add_command, add_section

add_command(
    Command(
        "What colleagues looked at",
        "privacy:colleagues",
        "audit.view",
        words=("who looked", "access", "log", "audit", "record"),
    )
)


def confidentiality(viewer: Actor, patient: UUID) -> Mapping[str, Any]:
    """Only where to look: the patient's panel reads nothing more for it."""
    return {"patient": patient, "may_disclose": viewer.may("privacy.disclosures")}


add_section(
    Section(
        "patient",
        "Confidentiality",
        "privacy/of_patient.html",
        confidentiality,
        "audit.view",
        position=95,
    )
)
