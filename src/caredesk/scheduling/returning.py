"""Taking former time again when a step is undone: the bookings as they were, each in its lane."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import note
from caredesk.kernel.errors import Refused

from .diary import Diary, Entry, open_diary
from .kept import Kept, bookings_of
from .models import Booking, Justification
from .stops import not_hidden, own_overlap, who_has
from .taking import release
from .writing import is_lost

_TAKE_AGAIN = """UPDATE scheduling_booking SET released_at = NULL WHERE id = ANY(%s::uuid[])"""


def given_up(appointment: UUID, at: datetime, starts: datetime, ends: datetime) -> list[Booking]:
    """The bookings with which an appointment gave this time up at that moment, who leads first."""
    rows = Booking.objects.filter(
        appointment_id=appointment, released_at=at, starts_at__lte=starts, ends_at__gte=ends
    )
    latest = {row.resource_id: row for row in rows.select_related("resource").order_by("id")}
    return sorted(
        latest.values(), key=lambda b: (b.resource.kind != "practitioner", b.resource.label)
    )


def take_again(
    found: Kept,
    former: Sequence[Booking],
    visit: tuple[datetime, datetime],
    now: datetime,
    by: Actor,
) -> None:
    """Give back what the visit has now, and take what it had.

    Refused with the fact where somebody has its place, or where the patient cannot come.
    """
    every = [*former, *bookings_of(appointment=found.id)]
    diary = open_diary(
        {booking.resource_id for booking in every},
        [(booking.starts_at, booking.ends_at) for booking in every],
        patients=found.patients,
        visit=visit,
    )
    _refuse_new_overlap(found, diary.own_visits, by)
    release(
        diary, [e for e in diary.entries if e.appointment == found.id or e.has_expired(now)], now
    )
    for booking in former:
        _refuse_taken(diary, booking, by)
        note("scheduling_booking", booking.id, now={"released_at": None})
    _write(former)
    diary.enter(
        [Entry(b.id, b.resource_id, b.lane, b.starts_at, b.ends_at, found.id) for b in former]
    )
    diary.write_masks()


def _write(former: Sequence[Booking]) -> None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_TAKE_AGAIN, [[booking.id for booking in former]])
    except IntegrityError as error:
        if not is_lost(error):
            raise
        raise _refused("Its time was taken a moment ago, or fewer may share it now.") from error


def _refuse_taken(diary: Diary, booking: Booking, by: Actor) -> None:
    there = diary.taken_by(booking.resource_id, booking.starts_at, booking.ends_at)
    in_lane = [entry for entry in there if entry.lane == booking.lane]
    if in_lane:
        raise _refused(who_has(in_lane[0], by))


def _refuse_new_overlap(found: Kept, own_visits: Collection[UUID], by: Actor) -> None:
    """Nobody was asked about it; with a visit that was booked beside this one somebody was."""
    others = set(not_hidden(own_visits, by)) - {found.id}
    new = sorted(others - _known_overlaps(found.id, others)) if others else []
    if new:
        raise _refused(own_overlap(new[0], by).message)


def _known_overlaps(appointment: UUID, others: Collection[UUID]) -> set[UUID]:
    told = Justification.objects.filter(
        code="own_overlap",
        appointment_id__in=[appointment, *others],
        facts__appointment__isnull=False,  # once not kept of a restricted visit
    ).values_list("appointment_id", "facts__appointment")
    pairs = {frozenset((one, UUID(other))) for one, other in told}
    return {other for other in others if frozenset((appointment, other)) in pairs}


def _refused(message: str) -> Refused:
    return Refused(message, next_step="Choose another time for the visit.")
