"""Keeping the masks: mended when they differ, extended every night."""

from uuid import UUID

from pydantic import BaseModel

from caredesk.kernel.action import action
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Missing
from caredesk.scheduling.hours import mend_all, whole_horizon
from caredesk.scheduling.models import Resource


class Mended(BaseModel):
    """How many rows of masks were written anew."""

    rows: int


@action(permission="scheduling.setup", no_undo="The masks follow from hours and bookings.")
def mend_masks(resource: UUID, *, by: Actor) -> Mended:
    """Compute the free time of a resource anew from its hours and bookings, as far as booked."""
    if not Resource.objects.filter(pk=resource).exists():
        raise Missing("resource")
    return Mended(rows=mend_all([resource], whole_horizon()))
