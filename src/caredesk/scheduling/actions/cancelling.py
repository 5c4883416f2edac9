"""Calling a visit off, and taking that back."""

from uuid import UUID

from caredesk.kernel import clock
from caredesk.kernel.action import about, action, undo_with
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import amend, insert
from caredesk.kernel.errors import Missing, Refused
from caredesk.kernel.events import publish
from caredesk.kernel.text import Line
from caredesk.scheduling.actions.answers import Changed
from caredesk.scheduling.events import AppointmentCancelled, AppointmentReinstated
from caredesk.scheduling.kept import Kept, day_of, free_its_time, get_appointment
from caredesk.scheduling.models import Cancellation
from caredesk.scheduling.returning import given_up, take_again
from caredesk.scheduling.rules.flow import State, way_back
from caredesk.scheduling.words import when_words


@action(permission="scheduling.book")
def cancel_appointment(appointment: UUID, reason: Line, asked_by: Line, *, by: Actor) -> Changed:
    """Call a visit off: its time is free for others at once."""
    found = get_appointment(appointment)
    if not found.row.is_ahead:
        raise Refused(
            f"This visit is {found.words}: it cannot be cancelled.",
            next_step=way_back(State(found.row.state)),
        )
    now = clock.now()
    free_its_time(found, now)
    cancellation = insert(
        Cancellation(
            appointment_id=appointment,
            at=now,
            by=by.id,
            by_label=by.label,
            reason=reason,
            asked_by=asked_by,
            state_before=found.row.state,
        )
    )
    amend(found.row, state=State.CANCELLED.value)
    about(*found.patients)
    publish(AppointmentCancelled(appointment, found.site, day_of(found)))
    undo_with("reinstate_appointment", cancellation=cancellation.id)
    return _changed(found, "Cancelled")


@action(permission="scheduling.book", no_undo="Cancel the visit again instead.")
def reinstate_appointment(cancellation: UUID, *, by: Actor) -> Changed:
    """Take a cancellation back: the visit has its time again, if nobody took it."""
    called_off = Cancellation.objects.filter(pk=cancellation).first()
    if called_off is None:
        raise Missing("cancellation")
    found = get_appointment(called_off.appointment_id, named="cancellation")
    if found.row.state != State.CANCELLED or called_off.withdrawn_at is not None:
        raise Refused("This visit is not cancelled any more.")
    visit = (found.row.starts_at, found.row.ends_at)
    now = clock.now()
    take_again(found, given_up(found.id, called_off.at, *visit), visit, now, by)
    amend(called_off, withdrawn_at=now, withdrawn_by=by.id)
    amend(found.row, state=called_off.state_before)
    about(*found.patients)
    publish(AppointmentReinstated(found.id, found.site, day_of(found)))
    return _changed(found, "Stands again")


def _changed(found: Kept, what: str) -> Changed:
    when = when_words(found.row.starts_at, found.row.zone)
    return Changed(appointment=found.id, state=found.row.state, words=f"{what}: {when}")
