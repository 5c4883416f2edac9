"""This room's sections of the patient's panel."""

from typing import Any
from uuid import UUID

from caredesk.kernel.actor import Actor
from caredesk.people.queries.documents import documents_of
from caredesk.people.queries.withdrawn import is_withdrawn
from caredesk.practice.queries import zone_of
from caredesk.ui.registry import Section, add_section

MOST_SHOWN = 5


def _documents(viewer: Actor, patient: UUID) -> dict[str, Any] | None:
    lines = documents_of(viewer, patient)
    may_change = viewer.may("people.change") and not is_withdrawn(patient)
    if not lines and not may_change:
        return None
    return {
        "lines": lines[:MOST_SHOWN],
        "patient": patient,
        "may_change": may_change or len(lines) > MOST_SHOWN,
        "zone": zone_of(viewer),
    }


add_section(
    Section(
        "patient",
        "Documents",
        "people/documents_shown.html",
        _documents,
        permission="people.view",
        position=60,
    )
)
