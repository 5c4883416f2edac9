"""Holding a time while the caller decides."""

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from caredesk.kernel import clock
from caredesk.kernel.action import about, action, refuse_if_barred, undo_with
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import amend, insert
from caredesk.kernel.dates import Fold, InstantOrWallTime
from caredesk.kernel.errors import Missing, Refused
from caredesk.kernel.events import publish
from caredesk.practice.models import Site
from caredesk.scheduling.actions.answers import Held, placed
from caredesk.scheduling.events import HoldReleased, TimeHeld
from caredesk.scheduling.kept import bookings_of, diary_of, get_hold, use_up, with_hold
from caredesk.scheduling.models import Appointment, Hold, Participant
from caredesk.scheduling.plans import remembered_plan
from caredesk.scheduling.stops import busy
from caredesk.scheduling.taking import Terms, take
from caredesk.scheduling.visits import Asked, read_visit
from caredesk.scheduling.writing import Lost, give_back, write_bookings

HOLD_MINUTES = 3


@action(permission="scheduling.book")
def hold_time(
    visit_type: UUID,
    starts_at: InstantOrWallTime,
    site: UUID | None = None,
    resources: list[UUID] = [],  # noqa: B006  read only
    minutes: int | None = None,
    fold: Fold | None = None,
    instead_of: UUID | None = None,
    patient: UUID | None = None,
    moving: UUID | None = None,
    *,
    by: Actor,
) -> Held:
    """Hold a time for three minutes while the caller decides.

    `instead_of` names a hold of one's own that is released by it. `patient` says for whom it is
    held (nobody who died), and `moving` which visit is to be moved there.
    """
    if moving is not None:
        _refuse_unknown(moving)
    patients = (patient,) if patient else ()
    terms = with_hold(instead_of, Terms(by.id, patients))
    with remembered_plan(visit_type, resources) as plan:
        visit = read_visit(plan, Asked(starts_at, site, minutes, fold))
        taken = take(plan, visit, terms)
    if taken.conflicts:
        raise busy(plan, taken, by)
    now = clock.now()
    hold = insert(
        Hold(
            visit_type_id=visit_type,
            site_id=visit.site.id,
            starts_at=visit.starts_at,
            ends_at=visit.ends_at,
            by=by.id,
            by_label=by.label,
            at=now,
            expires_at=now + timedelta(minutes=HOLD_MINUTES),
            patient_id=patient,
            moving_id=moving,
        )
    )
    try:
        write_bookings(taken, now, hold=hold.id)
    except Lost:
        raise busy(plan, taken, by) from None
    use_up(instead_of)
    about(*patients)
    publish(TimeHeld(hold.id, visit.site.id, visit.wall_start.date()))
    undo_with("release_hold", hold=hold.id)
    return Held(hold=hold.id, expires_at=hold.expires_at, **dict(placed(taken)))


def _refuse_unknown(moving: UUID) -> None:
    """A visit that is not there, or not to be seen: called what the gate calls it."""
    if not Appointment.objects.filter(pk=moving).exists():
        raise Missing("moving")
    rows = Participant.objects.filter(appointment=moving, ended_at__isnull=True)
    refuse_if_barred(*rows.values_list("patient_id", flat=True), what="moving")


class Released(BaseModel):
    """The hold that holds no time any more."""

    hold: UUID


@action(permission="scheduling.book", no_undo="Hold the time again instead.")
def release_hold(hold: UUID, *, by: Actor) -> Released:
    """Give a held time back."""
    found = get_hold(hold)
    if found.by != by.id and found.expires_at > clock.now():
        raise Refused(
            f"This time is held by {found.by_label}.", next_step="Ask them to release it."
        )
    return _release(found)


def _release(found: Hold) -> Released:
    if found.released_at is not None:
        return Released(hold=found.id)
    now = clock.now()
    bookings = bookings_of(hold=found.id)
    if bookings:
        diary = diary_of(bookings)
        give_back(diary, [e for e in diary.entries if e.hold == found.id], now)
    amend(found, released_at=now)
    site = Site.objects.get(pk=found.site_id)
    day = found.starts_at.astimezone(ZoneInfo(site.time_zone)).date()
    publish(HoldReleased(found.id, site.id, day))
    return Released(hold=found.id)
