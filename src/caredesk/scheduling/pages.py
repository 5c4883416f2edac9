"""What the calendar puts on a patient's panel: the visits to come, and those that were."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse

from caredesk.kernel.actor import Actor
from caredesk.practice.queries import zone_of
from caredesk.scheduling.queries import next_visits_of, visits_of
from caredesk.ui.registry import Section, add_section

PAST = 5
MAY = "scheduling.view"


def next_visits(viewer: Actor, patient: UUID) -> Mapping[str, Any]:
    return {"visits": next_visits_of(viewer, patient), "desk": zone_of(viewer)}


def past_visits(viewer: Actor, patient: UUID) -> Mapping[str, Any] | None:
    """The latest; nothing at all for who was never here."""
    found = visits_of(viewer, patient, limit=PAST + 1)
    if not found:
        return None
    earlier = reverse("scheduling:visits", args=[patient]) if len(found) > PAST else ""
    return {"visits": found[:PAST], "earlier": earlier, "desk": zone_of(viewer)}


add_section(
    Section("patient", "Next visits", "scheduling/next_visits.html", next_visits, MAY, position=10)
)
add_section(
    Section("patient", "Past visits", "scheduling/past_visits.html", past_visits, MAY, position=80)
)
