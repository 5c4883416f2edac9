"""Setting when resources are open: weekly hours by date, and exceptions."""

from collections.abc import Collection
from datetime import datetime, time, timedelta
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from caredesk.kernel import clock
from caredesk.kernel.action import action, undo_with
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import amend, insert, insert_many
from caredesk.kernel.dates import Day, WallTime
from caredesk.kernel.errors import Missing, Problem, Refused
from caredesk.kernel.events import publish
from caredesk.kernel.text import OptionalLine
from caredesk.practice.models import Site
from caredesk.scheduling.actions.resources import Kept
from caredesk.scheduling.events import HoursChanged
from caredesk.scheduling.hours import Stretch, mend_all, whole_horizon
from caredesk.scheduling.models import Availability, AvailabilityException, Resource, VisitType
from caredesk.scheduling.rules.openings import Kind

LONGEST_EXCEPTION = timedelta(days=800)


class HoursInput(BaseModel):
    """Hours of a weekday (Monday is 0). An end not after the beginning lies on the next day."""

    weekday: Annotated[int, Field(ge=0, le=6)]
    from_time: time
    until_time: time
    visit_types: list[UUID] | None = None


@action(permission="scheduling.setup", no_undo="Set the former hours again, from the same day.")
def set_availability(
    resource: UUID,
    site: UUID,
    valid_from: Day,
    hours: Annotated[list[HoursInput], Field(max_length=100)],
    *,
    by: Actor,
) -> Kept:
    """Set a resource's weekly hours at a site from a day on; none means not there any more."""
    _get_resource(resource)
    _get_site(site)
    _check_hours(hours)
    now = clock.now()
    before = Availability.objects.filter(
        resource_id=resource, site_id=site, replaced_at__isnull=True
    )
    for row in before:
        if row.valid_from >= valid_from:
            amend(row, replaced_at=now)
        elif row.valid_until is None or row.valid_until >= valid_from:
            amend(row, valid_until=valid_from - timedelta(days=1))
    insert_many(
        [
            Availability(
                resource_id=resource,
                site_id=site,
                weekday=each.weekday,
                from_time=each.from_time,
                until_time=each.until_time,
                visit_types=each.visit_types,
                valid_from=valid_from,
            )
            for each in hours
        ]
    )
    mend_all([resource], whole_horizon())
    publish(HoursChanged([resource], site, valid_from))
    return Kept(id=resource)


@action(permission="scheduling.setup")
def add_exception(
    kind: Literal["leave", "holiday", "extra"],
    starts: WallTime,
    ends: WallTime,
    resource: UUID | None = None,
    site: UUID | None = None,
    visit_types: list[UUID] | None = None,
    reason: OptionalLine = "",
    *,
    by: Actor,
) -> Kept:
    """Say that hours differ for a while: leave, a holiday, extra hours.

    In the wall time of the site, or of each site where none is named. Without a resource it is
    for all. Visits that are booked then stay; the board shows them outside the hours.
    """
    _check_exception(kind, starts, ends, resource, site)
    _refuse_unknown_types(visit_types or [], "visit_types")
    if resource is not None:
        _get_resource(resource)
    if site is not None:
        _get_site(site)
    row = AvailabilityException(
        kind=kind,
        starts=starts,
        ends=ends,
        resource_id=resource,
        site_id=site,
        visit_types=visit_types,
        reason=reason,
    )
    insert(row)
    _compute_for(row)
    undo_with("withdraw_exception", exception=row.id)
    return Kept(id=row.id)


@action(permission="scheduling.setup", no_undo="Add it again instead.")
def withdraw_exception(exception: UUID, *, by: Actor) -> Kept:
    """Take an exception back: the weekly hours hold again."""
    found = AvailabilityException.objects.select_for_update(no_key=True)
    row = found.filter(pk=exception).first()
    if row is None:
        raise Missing("exception")
    if row.withdrawn_at is not None:
        raise Refused("This was already taken back.")
    amend(row, withdrawn_at=clock.now())
    _compute_for(row)
    return Kept(id=row.id)


def _compute_for(row: AvailabilityException) -> None:
    resources = [row.resource_id] if row.resource_id else _all_resources()
    starts: datetime = row.starts
    ends: datetime = row.ends
    # Wall time: a day more at either end holds it in every zone.
    first = max(starts.date() - timedelta(days=1), whole_horizon().first)
    last = min(ends.date() + timedelta(days=1), whole_horizon().until - timedelta(days=1))
    if first <= last:
        mend_all(resources, Stretch(first, (last - first).days + 1))
    publish(HoursChanged(list(resources), row.site_id, starts.date(), ends.date()))


def _all_resources() -> list[UUID]:
    return list(Resource.objects.filter(is_active=True).order_by("id").values_list("id", flat=True))


def _check_hours(hours: list[HoursInput]) -> None:
    problems = [
        Problem(f"hours.{n}.{field}", "Hours begin and end on a multiple of five minutes.")
        for n, each in enumerate(hours)
        for field in ("from_time", "until_time")
        if _off_grid(getattr(each, field))
    ]
    if problems:
        raise Refused("Some of these hours cannot be used.", problems=problems)
    _refuse_unknown_types([one for each in hours for one in each.visit_types or ()], "hours")


def _off_grid(at: time) -> bool:
    return bool(at.minute % 5 or at.second or at.microsecond or at.tzinfo)


def _check_exception(
    kind: str, starts: datetime, ends: datetime, resource: UUID | None, site: UUID | None
) -> None:
    if ends <= starts:
        raise Refused("This ends before it begins.", field="ends", next_step="Choose a later end.")
    if ends - starts > LONGEST_EXCEPTION:
        raise Refused(
            "This is too long for an exception.",
            field="ends",
            next_step="Change the weekly hours instead.",
        )
    for field, at in (("starts", starts), ("ends", ends)):
        if _off_grid(at.time()):
            raise Refused("Use a multiple of five minutes.", field=field)
    if kind == Kind.EXTRA and (resource is None or site is None):
        raise Refused(
            "Extra hours are somebody's, at a site.",
            field="resource" if resource is None else "site",
            next_step="Say whose, and where.",
        )


def _refuse_unknown_types(visit_types: Collection[UUID], field: str) -> None:
    known = VisitType.objects.filter(id__in=set(visit_types)).count()
    if known != len(set(visit_types)):
        raise Refused("One of the kinds of visits is not known.", field=field)


def _get_resource(resource: UUID) -> None:
    # Two who set the hours of one resource at the same time would both end the same versions.
    if not Resource.objects.select_for_update(no_key=True).filter(pk=resource).first():
        raise Missing("resource")


def _get_site(site: UUID) -> None:
    if not Site.objects.filter(pk=site).exists():
        raise Missing("site")
