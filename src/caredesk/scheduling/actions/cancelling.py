"""Calling a visit off, and taking that back."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from caredesk.kernel import clock
from caredesk.kernel.action import about, action, undo_with
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import amend, insert, note
from caredesk.kernel.errors import Missing, Refused
from caredesk.kernel.events import publish
from caredesk.kernel.text import Line
from caredesk.scheduling.actions.answers import Changed
from caredesk.scheduling.diary import Diary, Entry
from caredesk.scheduling.events import AppointmentCancelled, AppointmentReinstated
from caredesk.scheduling.kept import Kept, day_of, diary_of, free_its_time, get_appointment
from caredesk.scheduling.models import Booking, Cancellation
from caredesk.scheduling.rules.flow import State
from caredesk.scheduling.stops import who_has
from caredesk.scheduling.taking import release_expired
from caredesk.scheduling.words import when_words


@action(permission="scheduling.book")
def cancel_appointment(appointment: UUID, reason: Line, asked_by: Line, *, by: Actor) -> Changed:
    """Call a visit off: its time is free for others at once."""
    found = get_appointment(appointment)
    if not found.row.is_ahead:
        raise Refused(
            f"This visit is {found.words}: it cannot be cancelled.",
            next_step="Undo that first if it is wrong.",
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
    found = get_appointment(called_off.appointment_id)
    if found.row.state != State.CANCELLED or called_off.withdrawn_at is not None:
        raise Refused("This visit is not cancelled any more.")
    _take_again(found, called_off.at, by)
    amend(called_off, withdrawn_at=clock.now(), withdrawn_by=by.id)
    amend(found.row, state=called_off.state_before)
    about(*found.patients)
    publish(AppointmentReinstated(found.id, found.site, day_of(found)))
    return _changed(found, "Stands again")


def _take_again(found: Kept, cancelled_at: datetime, by: Actor) -> None:
    """The bookings as they were, each in its lane."""
    former = list(Booking.objects.filter(appointment_id=found.id, released_at=cancelled_at))
    if not former:
        return
    diary = diary_of(former)
    release_expired(diary)
    for booking in former:
        _refuse_taken(diary, booking, by)
        note("scheduling_booking", booking.id, now={"released_at": None})
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE scheduling_booking SET released_at = NULL WHERE id = ANY(%s::uuid[])",
                [[booking.id for booking in former]],
            )
    except IntegrityError as error:
        raise _taken("Its time was taken a moment ago.") from error
    diary.enter(
        [Entry(b.id, b.resource_id, b.lane, b.starts_at, b.ends_at, found.id) for b in former]
    )
    diary.write_masks()


def _refuse_taken(diary: Diary, booking: Booking, by: Actor) -> None:
    there = diary.taken_by(booking.resource_id, booking.starts_at, booking.ends_at)
    in_lane = [entry for entry in there if entry.lane == booking.lane]
    if in_lane:
        raise _taken(who_has(in_lane[0], by))


def _taken(message: str) -> Refused:
    return Refused(message, next_step="Book the visit at another time.")


def _changed(found: Kept, what: str) -> Changed:
    when = when_words(found.row.starts_at, found.row.zone)
    return Changed(appointment=found.id, state=found.row.state, words=f"{what}: {when}")
