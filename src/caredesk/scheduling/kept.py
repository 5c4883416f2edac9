"""What is there already: the appointment or hold that an action is about, locked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from caredesk.kernel import clock
from caredesk.kernel.action import refuse_if_barred
from caredesk.kernel.changes import amend, insert_many
from caredesk.kernel.errors import Missing, Refused

from .diary import Diary, open_diary
from .models import Appointment, Booking, Hold, Participant
from .rules.flow import State
from .taking import Former, Terms
from .writing import give_back

_FACTS = """SELECT
 array(SELECT patient_id FROM scheduling_participant
   WHERE appointment_id = %(id)s AND patient_id IS NOT NULL AND ended_at IS NULL),
 (SELECT count(*) FROM scheduling_move m WHERE m.appointment_id = %(id)s AND m.undoes_id IS NULL
   AND NOT EXISTS (SELECT 1 FROM scheduling_move u WHERE u.undoes_id = m.id))"""


@dataclass(frozen=True, slots=True)
class Kept:
    """An appointment with what an action needs to know about it. `moves` counts those that hold."""

    row: Appointment
    patients: tuple[UUID, ...]
    moves: int

    @property
    def id(self) -> UUID:
        return self.row.id

    @property
    def words(self) -> str:
        """Its state in words."""
        return State(self.row.state).words

    @property
    def site(self) -> UUID:
        """The site; imported visits may have none and cannot be changed."""
        if self.row.site_id is None:
            raise _imported()
        return self.row.site_id

    @property
    def visit_type(self) -> UUID:
        """The kind of visit; imported visits have none."""
        if self.row.visit_type_id is None:
            raise _imported()
        return self.row.visit_type_id


def _imported() -> Refused:
    return Refused(
        "This visit was imported: it is kept as it came.", next_step="Book a new visit instead."
    )


def get_appointment(appointment: UUID, *, named: str = "appointment") -> Kept:
    """Lock an appointment against every other change of it: one that the actor may see.

    `named` is what the actor named, where it was not the appointment.
    """
    row = Appointment.objects.select_for_update(no_key=True).filter(pk=appointment).first()
    if row is None:
        raise Missing("appointment")
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, {"id": appointment})
        patients, moves = cursor.fetchone()
    refuse_if_barred(appointment, *patients, what=named)
    return Kept(row, tuple(patients), moves)


def day_of(found: Kept) -> date:
    """The calendar day of the visit at its site."""
    day: datetime = found.row.wall_start
    return day.date()


def bookings_of(*, appointment: UUID | None = None, hold: UUID | None = None) -> list[Booking]:
    """The bookings of an appointment or a hold that still hold time."""
    rows = Booking.objects.filter(released_at__isnull=True)
    return list(rows.filter(appointment=appointment) if appointment else rows.filter(hold=hold))


def diary_of(bookings: list[Booking]) -> Diary:
    """The locked days of these bookings."""
    spans = [(booking.starts_at, booking.ends_at) for booking in bookings]
    return open_diary({booking.resource_id for booking in bookings}, spans)


def free_its_time(found: Kept, now: datetime) -> None:
    """Release all bookings of an appointment."""
    bookings = bookings_of(appointment=found.id)
    if bookings:
        diary = diary_of(bookings)
        give_back(diary, [e for e in diary.entries if e.appointment == found.id], now)


def use_up(hold: UUID | None) -> None:
    """A hold that was booked on holds no time any more."""
    if hold is not None:
        row = get_hold(hold)
        if row.released_at is None:
            amend(row, released_at=clock.now())


def get_hold(hold: UUID) -> Hold:
    """Lock a hold."""
    row = Hold.objects.select_for_update(no_key=True).filter(pk=hold).first()
    if row is None:
        raise Missing("hold")
    refuse_if_barred(row.patient_id, what="hold")
    return row


def with_hold(hold: UUID | None, terms: Terms) -> Terms:
    """Terms under which a hold of one's own is used up, with what was held kept.

    One that has gone is no obstacle.
    """
    if hold is None:
        return terms
    row = get_hold(hold)
    if row.by != terms.by:
        raise Refused(
            f"This time is held by {row.by_label}.",
            field="hold",
            next_step="Choose another time, or ask them to release it.",
        )
    bookings = bookings_of(hold=hold)
    return replace(
        terms,
        hold=hold,
        former=(*terms.former, *as_former(bookings)),
        keeping=tuple(booking.resource_id for booking in bookings) or terms.keeping,
    )


def as_former(bookings: Sequence[Booking]) -> tuple[Former, ...]:
    """The time of bookings that is given back in the same step as other time is taken."""
    return tuple(Former(b.resource_id, b.starts_at, b.ends_at) for b in bookings)


def keep_practitioners(appointment: UUID, wanted: Collection[UUID]) -> None:
    """Who takes part as practitioner: whoever does not any more is ended, new ones join."""
    rows = Participant.objects.filter(
        appointment_id=appointment, practitioner__isnull=False, ended_at__isnull=True
    )
    there = {row.practitioner_id: row for row in rows}
    for practitioner, row in there.items():
        if practitioner not in wanted:
            amend(row, ended_at=clock.now())
    insert_many(
        [
            Participant(appointment_id=appointment, practitioner_id=one)
            for one in wanted
            if one not in there
        ]
    )
