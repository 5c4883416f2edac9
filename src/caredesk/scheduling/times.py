"""Free times as they are told: found by the search, named in the words of the desk."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from caredesk.kernel import clock

from .free_days import Window
from .plans import Plan, SiteClock, read_plan
from .rules.openings import wall_day
from .rules.search import Option, Wish, days_touched, first_free, nearest_free
from .taking import Visit
from .words import when_words

ENOUGH = 3


@dataclass(frozen=True, slots=True)
class ResourceLine:
    """A resource for lists and choices."""

    id: UUID
    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class FreeTime:
    """A free time with what would be taken: what `book_appointment` and `hold_time` take."""

    starts_at: datetime
    ends_at: datetime
    wall_start: datetime
    zone: str
    site: UUID
    site_name: str
    resources: tuple[ResourceLine, ...]
    words: str


def search(plan: Plan, sites: Sequence[SiteClock], wish: Wish) -> list[FreeTime]:
    """The first free times of a plan at some sites."""
    return _search(plan, sites, wish, first_free)


def _search(
    plan: Plan, sites: Sequence[SiteClock], wish: Wish, find: Callable[..., list[Option]]
) -> list[FreeTime]:
    places = [plan.place(site) for site in sites]
    places = [place for place in places if all(need.any_of for need in place.needs)]
    if not places:
        return []
    window = Window(plan.visit_type, places, wish.minutes, days_touched(places, wish))
    return [_told(option, plan) for option in find(places, wish, window)]


def _told(option: Option, plan: Plan) -> FreeTime:
    site = next(one for one in plan.sites if one.id == option.site)
    by_id = {one.id: one for need in plan.needs for one in need.candidates}
    chosen = [by_id[one] for one in option.chosen]
    labels = ", ".join(one.label for one in chosen)
    return FreeTime(
        starts_at=option.starts_at,
        ends_at=option.ends_at,
        wall_start=option.starts_at.astimezone(ZoneInfo(site.zone)).replace(tzinfo=None),
        zone=site.zone,
        site=site.id,
        site_name=site.name,
        resources=tuple(ResourceLine(one.id, one.kind, one.label) for one in chosen),
        words=f"{when_words(option.starts_at, site.zone)} with {labels}",
    )


def alternatives(plan: Plan, visit: Visit) -> list[dict[str, Any]]:
    """The three times nearest to the one that is lost, on its day or later, never in the past.

    With whom was asked for if there are any, else with anyone there.
    """
    whole = read_plan(plan.visit_type)
    minutes = int((visit.ends_at - visit.starts_at).total_seconds()) // 60
    begin = wall_day(visit.wall_start.date(), ZoneInfo(visit.site.zone))[0].astimezone(UTC)
    wish = Wish(minutes, plan.grid_minutes, max(begin, clock.now()), limit=ENOUGH, each_time=1)
    nearest = partial(nearest_free, moment=visit.starts_at)
    led = replace(whole, needs=(plan.needs[0], *whole.needs[1:]))
    found = _search(led, [visit.site], wish, nearest)
    if len(found) < ENOUGH:
        more = _search(whole, [visit.site], replace(wish, limit=2 * ENOUGH), nearest)
        found += [time for time in more if time not in found]
    return [asdict(time) for time in found[:ENOUGH]]
