"""The calendar: are the free times that searches read what hours and bookings say?"""

from collections.abc import Iterator

from caredesk.config.findings import Finding, ok, warn
from caredesk.config.progress import step
from caredesk.scheduling.hours import Difference
from caredesk.scheduling.jobs import CALENDAR, extend_masks
from caredesk.scheduling.queries.health import masks_differ


def free_times() -> Iterator[Finding]:
    """A booking is never wrong for it (the constraint holds); a search may be."""
    with step("Comparing free times with hours and bookings"):
        wrong = _differing()
    if wrong:
        first = min(difference.day for difference in wrong)
        yield warn(
            f"The free times of {len({each.resource for each in wrong})} resources are not what "
            f"hours and bookings say, on {len(wrong)} days from {first} on",
            "`caredesk check --mend` computes them anew.",
        )
    else:
        yield ok("The free times are what hours and bookings say")


def _differing() -> set[Difference]:
    """Asked twice: a booking made between two of our statements is no fault."""
    found = set(masks_differ(CALENDAR))
    return found & set(masks_differ(CALENDAR)) if found else found


def mend_free_times() -> None:
    with step("Computing the free times anew"):
        extend_masks()
