"""Whether the masks are what hours and bookings make them."""

from caredesk.kernel.actor import Actor
from caredesk.scheduling.hours import Difference, differences, read_hours, whole_horizon
from caredesk.scheduling.models import Resource


def masks_differ(viewer: Actor) -> list[Difference]:
    """Every day of a resource whose mask is wrong; computes all of them, so it takes a while."""
    ids = list(Resource.objects.order_by("id").values_list("id", flat=True))
    days = whole_horizon()
    hours = read_hours(ids)
    return [each for id in ids for each in differences(id, hours[id], days)]
