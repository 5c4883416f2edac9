"""Undo, itself an action."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from pydantic import BaseModel

from caredesk.kernel import clock
from caredesk.kernel.action import action, find_action
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import amend
from caredesk.kernel.errors import Missing, Refused
from caredesk.kernel.models import Deed

LONGEST_AFTER = timedelta(hours=24)


class Undone(BaseModel):
    """What was undone, by the action's name, and what its inverse answered."""

    action: str
    deed: UUID


@action("kernel.undo", no_undo="Do it again instead.")
def undo(deed: UUID, *, by: Actor) -> Undone:
    """Undo what a deed did, unless something newer depends on it."""
    found = Deed.objects.select_for_update().filter(pk=deed).first()
    if found is None:
        raise Missing("deed")
    if found.undone_at is not None:
        raise Refused("This was already undone.", next_step="Do it again if it is wanted.")
    if found.at < datetime.now(UTC) - LONGEST_AFTER:
        raise Refused(
            "This is too long ago to be undone.", next_step="Change, cancel or end it instead."
        )
    if not found.inverse:
        raise Refused("This cannot be undone.", next_step=found.no_undo)
    try:
        find_action(found.inverse)(**found.inverse_arguments, by=by)
    except Missing:
        if found.actor == by.id:
            raise
        # What is somebody else's alone is told as if it had never been.
        raise Missing("deed") from None
    amend(found, undone_at=clock.now(), undone_by=by.id)
    return Undone(action=found.action, deed=found.id)
