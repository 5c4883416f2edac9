"""The first free times for a visit."""

from collections.abc import Collection
from datetime import datetime, time
from uuid import UUID

from caredesk.kernel import clock
from caredesk.kernel.actor import Actor
from caredesk.scheduling import free_days
from caredesk.scheduling.plans import read_plan
from caredesk.scheduling.rules.search import ALL_WEEK, Times, Wish
from caredesk.scheduling.times import FreeTime, search


def free_times(
    viewer: Actor,
    visit_type: UUID,
    *,
    practitioners: Collection[UUID] = (),
    sites: Collection[UUID] = (),
    weekdays: Collection[int] = ALL_WEEK,
    since: time = time.min,
    until: time = time.min,
    after: datetime | None = None,
    days: int = 90,
    minutes: int | None = None,
    limit: int = 10,
    each_time: int = 3,
) -> list[FreeTime]:
    """The first times at which all that the visit needs is free together.

    `practitioners` are resources; without any, everyone who will do. `since` and `until` bound
    the time of day at which it starts, on the wall of each site (midnight to midnight: all day).
    At most `each_time` options begin at the same time. At most five statements, mostly two.
    """
    plan = read_plan(visit_type)
    if not plan.needs:
        return []
    if practitioners:
        plan = plan.among(practitioners)
    places = [site for site in plan.possible_sites() if not sites or site.id in sites]
    wish = Wish(
        minutes=minutes or plan.minutes,
        grid_minutes=plan.grid_minutes,
        after=max(after or clock.now(), clock.now()),
        days=min(days, free_days.HORIZON_DAYS),
        times=Times(frozenset(weekdays), since, until),
        limit=limit,
        each_time=each_time,
    )
    return search(plan, places, wish)
