"""Reading what somebody typed as the time and place of a visit: every problem at its field."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from uuid import UUID

from caredesk.kernel import clock
from caredesk.kernel.errors import Missing, Refused

from . import free_days
from .plans import Plan, SiteClock
from .rules import masks
from .taking import Visit

LATE = timedelta(minutes=5)
"""So late a visit may still be booked for its beginning: while one types, the clock goes on."""

LONGEST_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Asked:
    """A time as it was given: an instant, or (without a zone) what the site's wall clock shows."""

    starts_at: datetime
    site: UUID | None = None
    minutes: int | None = None
    fold: int | None = None


def read_visit(plan: Plan, asked: Asked) -> Visit:
    """The visit that is asked for, or why there can be none."""
    if not plan.is_active or not plan.needs:
        raise Refused(
            f"{plan.name} is not offered any more.",
            field="visit_type",
            next_step="Choose another kind of visit.",
        )
    minutes = _minutes(plan, asked)
    known = _checked(asked.starts_at.astimezone) if asked.starts_at.tzinfo is not None else None
    site = _site(plan, asked, known)
    starts_at = known or _checked(
        lambda _: clock.instant(asked.starts_at, site.zone, fold=asked.fold, field="starts_at")
    )
    return Visit(site, starts_at, starts_at + timedelta(minutes=minutes))


def _minutes(plan: Plan, asked: Asked) -> int:
    minutes = plan.minutes if asked.minutes is None else asked.minutes
    if minutes < masks.SLOT_MINUTES:
        raise Refused(
            f"A visit lasts at least {masks.SLOT_MINUTES} minutes.",
            field="minutes",
            next_step="Give a longer time.",
        )
    if minutes > LONGEST_MINUTES:
        raise Refused(
            "A visit cannot be longer than a day.",
            field="minutes",
            next_step="Book several visits instead.",
        )
    return minutes


def _site(plan: Plan, asked: Asked, starts_at: datetime | None) -> SiteClock:
    possible = plan.possible_sites()
    if asked.site is not None:
        return _asked_site(plan, possible, asked.site)
    if len(possible) == 1:
        return possible[0]
    if not possible:
        raise Refused(
            f"No site has all that {plan.name} needs.",
            field="visit_type",
            next_step="Choose another kind of visit, or complete the set-up.",
        )
    if starts_at is not None:
        where = _open_sites(plan, starts_at)
        found = [site for site in possible if site.id in where]
        if len(found) == 1:
            return found[0]
    raise Refused(
        "Say at which site.",
        field="site",
        next_step="One of " + ", ".join(site.name for site in possible) + ".",
        choices=tuple((str(site.id), site.name) for site in possible),
    )


def _asked_site(plan: Plan, possible: list[SiteClock], wanted: UUID) -> SiteClock:
    for site in possible:
        if site.id == wanted:
            return site
    known = next((site for site in plan.sites if site.id == wanted), None)
    if known is None:
        raise Missing("site")
    raise Refused(
        f"{known.name} does not have all that {plan.name} needs.",
        field="site",
        next_step="Choose " + (" or ".join(s.name for s in possible) or "another visit") + ".",
        choices=tuple((str(site.id), site.name) for site in possible),
    )


def _open_sites(plan: Plan, starts_at: datetime) -> set[UUID]:
    """Where those who may lead the visit are open when it begins."""
    days = masks.days_of(starts_at, starts_at)
    slot = masks.touched(days[0], 1, starts_at, starts_at + masks.SLOT)
    found = free_days.hints(plan.visit_type, [one.id for one in plan.needs[0].candidates], days)
    return {hint.site for each in found.values() for hint in each if hint.open & slot}


def _checked(read: Callable[[tzinfo], datetime]) -> datetime:
    """The instant, if a visit can begin then."""
    try:
        starts_at = read(UTC)
    except OverflowError:
        raise Refused(
            "This date is out of reach.", field="starts_at", next_step="Choose a day from now on."
        ) from None
    now = clock.now()
    if starts_at < now - LATE:
        raise Refused(
            "This time has passed.", field="starts_at", next_step="Choose a time from now on."
        )
    if not free_days.is_within_horizon(starts_at, now):
        raise Refused(
            free_days.BEYOND_HORIZON,
            field="starts_at",
            next_step="Choose an earlier day.",
        )
    if starts_at.second or starts_at.microsecond:
        raise Refused(
            "A visit begins on a full minute.",
            field="starts_at",
            next_step="Leave out the seconds.",
        )
    return starts_at
