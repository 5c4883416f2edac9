"""What the clock starts: holds that expired go, and the calendar grows by a day every night."""

from uuid import UUID

from caredesk.kernel import clock
from caredesk.kernel.actor import Actor
from caredesk.kernel.barred import NOBODY
from caredesk.kernel.errors import ActionError
from caredesk.kernel.jobs import every
from caredesk.scheduling.actions import mend_masks, release_hold
from caredesk.scheduling.models import Hold, Resource

CALENDAR = Actor(
    kind="program",
    id=UUID("0192f0c4-5b1e-7c36-9d20-6a1f3e8b7c55"),
    label="Calendar",
    permissions=frozenset({"scheduling.book", "scheduling.setup"}),
    door="job",
    barred=NOBODY,
)


@every(seconds=20)
def release_expired_holds() -> None:
    """Each in a transaction of its own, so that its locks are soon given back."""
    expired = Hold.objects.filter(released_at__isnull=True, expires_at__lte=clock.now())
    for hold in list(expired.order_by("expires_at").values_list("id", flat=True)[:500]):
        try:
            release_hold(hold, by=CALENDAR)
        except ActionError:
            continue


@every(seconds=24 * 60 * 60)
def extend_masks() -> None:
    """The masks of every resource reach to the horizon again, and what was wrong is mended."""
    active = Resource.objects.filter(is_active=True).order_by("id")
    for resource in list(active.values_list("id", flat=True)):
        mend_masks(resource, by=CALENDAR)
