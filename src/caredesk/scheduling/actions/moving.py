"""Moving a visit in one step, and moving it back."""

from collections.abc import Sequence
from uuid import UUID

from caredesk.kernel import clock
from caredesk.kernel.action import about, action, undo_with
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import amend, insert
from caredesk.kernel.dates import Fold, InstantOrWallTime
from caredesk.kernel.errors import Missing, Refused
from caredesk.kernel.events import publish
from caredesk.kernel.text import OptionalLine
from caredesk.practice.models import Site
from caredesk.scheduling.actions.answers import Booked, TakenResource, place, placed
from caredesk.scheduling.confidential import admit_who_treats_now, is_confidential
from caredesk.scheduling.events import AppointmentMoved
from caredesk.scheduling.kept import (
    Kept,
    as_former,
    bookings_of,
    day_of,
    get_appointment,
    keep_practitioners,
    use_up,
    with_hold,
)
from caredesk.scheduling.models import Booking, Move, Resource, Step
from caredesk.scheduling.plans import Plan, SiteClock, remembered_plan
from caredesk.scheduling.returning import given_up, take_again
from caredesk.scheduling.rules.flow import State, way_back
from caredesk.scheduling.stops import Reasons, busy, pass_stops
from caredesk.scheduling.taking import Taken, Terms, Visit, take
from caredesk.scheduling.visits import Asked, read_visit
from caredesk.scheduling.writing import Lost, write_bookings, write_passed


@action(permission="scheduling.book")
def move_appointment(
    appointment: UUID,
    starts_at: InstantOrWallTime,
    site: UUID | None = None,
    resources: list[UUID] = [],  # noqa: B006  read only
    minutes: int | None = None,
    fold: Fold | None = None,
    hold: UUID | None = None,
    reason: OptionalLine = "",
    asked_by: OptionalLine = "",
    availability_reason: OptionalLine = "",
    overlap_reason: OptionalLine = "",
    overbook_reason: OptionalLine = "",
    *,
    by: Actor,
) -> Booked:
    """Move a visit to another time, practitioner, room or site, in one step.

    Without `resources` it keeps its practitioner, and its room where that is free. The former
    time is given back in the same step; the move stays in the visit's history.
    """
    found = _movable(appointment)
    former = bookings_of(appointment=appointment)
    terms = with_hold(hold, _terms(found, former, by))
    with remembered_plan(found.visit_type, resources or _practitioners(former)) as plan:
        where = site or (found.site if _still_there(plan, found.site) else None)
        visit = read_visit(plan, Asked(starts_at, where, minutes or _minutes(found), fold))
        taken = take(plan, visit, terms)
    _refuse_the_same(found, former, taken)
    reasons = Reasons(availability_reason, overlap_reason, overbook_reason)
    passed = pass_stops(plan, taken, reasons, by)
    chosen = [taking.resource for taking in taken.takings]
    move = _move(found, former, visit, [one.id for one in chosen], by)
    move.reason, move.asked_by = reason, asked_by
    try:
        bookings = write_bookings(taken, move.at, appointment=appointment)
    except Lost:
        raise busy(plan, taken, by) from None
    write_passed(appointment, bookings, taken, passed, by)
    practitioners = [one.practitioner for one in chosen if one.practitioner]
    _record(found, visit, move, practitioners)
    if plan.confidential:
        admit_who_treats_now(appointment, practitioners, by)
    use_up(hold)
    undo_with("move_back", move=move.id)
    return Booked(appointment=appointment, **dict(placed(taken)))


@action(permission="scheduling.book", no_undo="Move the visit again instead.", internal=True)
def move_back(move: UUID, *, by: Actor) -> Booked:
    """Take a move back: the visit has its former time again."""
    moved = Move.objects.filter(pk=move).first()
    if moved is None:
        raise Missing("move")
    found = _movable(moved.appointment_id)
    _refuse_when_newer(found, moved)
    span = (moved.from_starts_at, moved.from_ends_at)
    former = given_up(found.id, moved.at, *span)
    resources = [booking.resource for booking in former]
    visit = Visit(_clock_of(moved.from_site_id), *span)
    back = _move(found, bookings_of(appointment=found.id), visit, [one.id for one in resources], by)
    back.undoes = moved
    take_again(found, former, span, back.at, by)
    practitioners = [one.practitioner_id for one in resources if one.practitioner_id]
    _record(found, visit, back, practitioners)
    if is_confidential(found.visit_type):
        admit_who_treats_now(found.id, practitioners, by)
    return Booked(appointment=found.id, **dict(place(visit, [_as_taken(b) for b in former])))


def _movable(appointment: UUID) -> Kept:
    found = get_appointment(appointment)
    if not found.row.is_ahead:
        raise Refused(
            f"This visit is {found.words}: it cannot be moved.",
            next_step=way_back(State(found.row.state)),
        )
    return found


def _practitioners(former: Sequence[Booking]) -> list[UUID]:
    """Those of the former resources whom the patient comes to see."""
    kept = {booking.resource_id for booking in former}
    rows = Resource.objects.filter(id__in=kept, kind="practitioner").order_by("label")
    return list(rows.values_list("id", flat=True))


def _still_there(plan: Plan, site: UUID) -> bool:
    return any(one.id == site for one in plan.possible_sites())


def _minutes(found: Kept) -> int:
    return int((found.row.ends_at - found.row.starts_at).total_seconds()) // 60


def _terms(found: Kept, former: Sequence[Booking], by: Actor) -> Terms:
    return Terms(
        by.id,
        found.patients,
        moving=found.id,
        former=as_former(former),
        keeping=tuple(booking.resource_id for booking in former),
    )


def _refuse_the_same(found: Kept, former: Sequence[Booking], taken: Taken) -> None:
    was = {booking.resource_id for booking in former}
    now = {taking.resource.id for taking in taken.takings}
    span = (taken.visit.starts_at, taken.visit.ends_at)
    if was == now and span == (found.row.starts_at, found.row.ends_at):
        raise Refused(
            "The visit is there already.", field="starts_at", next_step="Choose another time."
        )


def _refuse_when_newer(found: Kept, moved: Move) -> None:
    newest = Move.objects.filter(appointment_id=found.id).order_by("at", "id").last()
    if newest is not None and newest.id == moved.id and not newest.undoes_id:
        return
    raise Refused(
        "The visit was moved again since then.",
        next_step="Undo the newer move first, or move the visit again.",
    )


def _move(
    found: Kept,
    former: Sequence[Booking],
    visit: Visit,
    resources: list[UUID],
    by: Actor,
) -> Move:
    return Move(
        appointment_id=found.id,
        at=clock.now(),
        by=by.id,
        by_label=by.label,
        from_site_id=found.site,
        from_starts_at=found.row.starts_at,
        from_ends_at=found.row.ends_at,
        from_resources=[booking.resource_id for booking in former],
        to_site_id=visit.site.id,
        to_starts_at=visit.starts_at,
        to_ends_at=visit.ends_at,
        to_resources=resources,
    )


def _clock_of(site: UUID | None) -> SiteClock:
    row = Site.objects.filter(pk=site).first() if site else None
    if row is None:
        raise Missing("site")
    return SiteClock(row.id, row.name, row.time_zone)


def _as_taken(booking: Booking) -> TakenResource:
    one = booking.resource
    return TakenResource(id=one.id, kind=one.kind, label=one.label, lane=booking.lane)


def _record(found: Kept, visit: Visit, move: Move, practitioners: list[UUID]) -> None:
    insert(move)
    from_site, from_day = found.site, day_of(found)
    amend(
        found.row,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        wall_start=visit.wall_start,
        zone=visit.site.zone,
        site_id=visit.site.id,
        state=_state_after(found, move),
    )
    keep_practitioners(found.id, practitioners)
    about(*found.patients)
    publish(AppointmentMoved(found.id, visit.site.id, visit.wall_start.date(), from_site, from_day))


def _state_after(found: Kept, move: Move) -> str:
    """Nobody has confirmed the new time; a move taken back brings the confirmation back."""
    steps = Step.objects.filter(appointment_id=found.id)
    if move.undoes is not None:
        taken_back = steps.filter(retracted_at=move.undoes.at).order_by("recorded_at")
        for step in taken_back:
            amend(step, retracted_at=None, retracted_by=None)
        return State.CONFIRMED if taken_back else State.BOOKED
    for step in steps.filter(retracted_at__isnull=True):
        amend(step, retracted_at=move.at, retracted_by=move.by)
    return State.BOOKED
