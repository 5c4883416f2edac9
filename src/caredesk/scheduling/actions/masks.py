"""Keeping the masks: mended when they differ, extended every night."""

from uuid import UUID

from pydantic import BaseModel

from caredesk.kernel.action import action
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Missing
from caredesk.scheduling.hours import mend, read_hours, whole_horizon


class Mended(BaseModel):
    """How many rows of masks were written anew."""

    rows: int


@action(permission="scheduling.setup", no_undo="The masks follow from hours and bookings.")
def mend_masks(resource: UUID, *, by: Actor) -> Mended:
    """Compute the free time of a resource anew from its hours and bookings, as far as booked."""
    hours = read_hours([resource])
    if resource not in hours:
        raise Missing("resource")
    return Mended(rows=mend(resource, hours[resource], whole_horizon()))
