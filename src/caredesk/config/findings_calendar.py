"""The calendar: are the free times that searches read what hours and bookings say?"""

from collections.abc import Iterator
from uuid import UUID

from caredesk.config.findings import Finding, ok, warn
from caredesk.config.progress import step
from caredesk.scheduling import jobs
from caredesk.scheduling.hours import differing, read_hours, whole_horizon
from caredesk.scheduling.models import Resource


def free_times() -> Iterator[Finding]:
    """A booking is never wrong for it (the constraint holds); a search may be."""
    labels = dict(Resource.objects.filter(is_active=True).values_list("id", "label"))
    with step("Comparing free times with hours and bookings"):
        wrong = [label for resource, label in labels.items() if _differs(resource)]
    if wrong:
        yield warn(
            f"The free times of {', '.join(sorted(wrong)[:5])} are not what hours and bookings say"
            f" ({len(wrong)} of {len(labels)} resources)",
            "`caredesk check --mend` computes them anew.",
        )
    else:
        yield ok(f"The free times of {len(labels)} resources are what hours and bookings say")


def _differs(resource: UUID) -> bool:
    """Asked twice: a booking made between two of our statements is no fault."""
    return all(differing(resource, read_hours([resource])[resource], whole_horizon()) for _ in "12")


def mend_free_times() -> None:
    with step("Computing the free times anew"):
        jobs.extend_masks()
