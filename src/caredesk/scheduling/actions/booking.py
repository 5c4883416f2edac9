"""Booking a visit, and taking a booking back."""

from uuid import UUID

from caredesk.kernel import clock
from caredesk.kernel.action import about, action, undo_with
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import amend
from caredesk.kernel.dates import Fold, InstantOrWallTime
from caredesk.kernel.errors import Refused
from caredesk.kernel.events import publish
from caredesk.kernel.text import OptionalLine, Paragraph
from caredesk.scheduling.actions.answers import Booked, Changed, placed
from caredesk.scheduling.confidential import keep_confidential
from caredesk.scheduling.events import AppointmentBooked, AppointmentWithdrawn
from caredesk.scheduling.kept import Kept, day_of, free_its_time, get_appointment, use_up, with_hold
from caredesk.scheduling.plans import remembered_plan
from caredesk.scheduling.rules.flow import State
from caredesk.scheduling.stops import Reasons, busy, pass_stops
from caredesk.scheduling.taking import Terms, take
from caredesk.scheduling.visits import Asked, read_visit
from caredesk.scheduling.words import when_words
from caredesk.scheduling.writing import About, Lost, write_passed, write_visit


@action(permission="scheduling.book")
def book_appointment(
    patient: UUID,
    visit_type: UUID,
    starts_at: InstantOrWallTime,
    site: UUID | None = None,
    resources: list[UUID] = [],  # noqa: B006  read only
    minutes: int | None = None,
    fold: Fold | None = None,
    hold: UUID | None = None,
    reason: OptionalLine = "",
    asked_by: OptionalLine = "",
    note: Paragraph = "",
    availability_reason: OptionalLine = "",
    overlap_reason: OptionalLine = "",
    overbook_reason: OptionalLine = "",
    *,
    by: Actor,
) -> Booked:
    """Book a visit for a patient.

    `starts_at` is an instant, or without a zone what the clock at the site shows (`fold` says
    which of a repeated hour). `resources` are those asked for; the rest is chosen among what
    fits. A soft stop names the field in which its reason is wanted.
    """
    terms = with_hold(hold, Terms(by.id, (patient,)))
    with remembered_plan(visit_type, resources) as plan:
        visit = read_visit(plan, Asked(starts_at, site, minutes, fold))
        taken = take(plan, visit, terms)
    reasons = Reasons(availability_reason, overlap_reason, overbook_reason)
    passed = pass_stops(plan, taken, reasons, by)
    try:
        id, bookings = write_visit(plan, taken, About([patient], reason, asked_by, note), by)
    except Lost:
        raise busy(plan, taken, by) from None
    write_passed(id, bookings, taken, passed, by)
    use_up(hold)
    keep_confidential(plan, taken, id, patient, by)
    about(patient)
    publish(AppointmentBooked(id, patient, visit.site.id, visit.wall_start.date()))
    undo_with("withdraw_appointment", appointment=id)
    return Booked(appointment=id, **dict(placed(taken)))


@action(permission="scheduling.book", no_undo="Book the visit again instead.", internal=True)
def withdraw_appointment(appointment: UUID, *, by: Actor) -> Changed:
    """Take a booking back, as though it had not been made."""
    found = get_appointment(appointment)
    _refuse_when_it_went_on(found)
    free_its_time(found, clock.now())
    amend(found.row, state=State.WITHDRAWN.value)
    about(*found.patients)
    publish(AppointmentWithdrawn(found.id, found.site, day_of(found)))
    when = when_words(found.row.starts_at, found.row.zone)
    return Changed(appointment=found.id, state=found.row.state, words=f"Booking taken back: {when}")


def _refuse_when_it_went_on(found: Kept) -> None:
    if found.row.state == State.BOOKED and not found.moves:
        return
    since = "it was moved" if found.row.state == State.BOOKED else f"it is {found.words}"
    raise Refused(
        f"This booking cannot be taken back: since then {since}.",
        next_step="Cancel the visit instead, or undo the newer step first.",
    )
