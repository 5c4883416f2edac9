"""The practice that is measured: three sites, fifty practitioners, sixty rooms, and its calendar.

It is set up by the product's own actions. What has happened in it since is in `history`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from caredesk.config.bench.place import Place
from caredesk.config.bench.product import SignedIn, set_up_by, sign_in
from caredesk.kernel import clock
from caredesk.kernel.actor import Actor
from caredesk.practice.actions import add_room, add_site
from caredesk.scheduling import actions
from caredesk.scheduling.actions.hours import HoursInput
from caredesk.scheduling.actions.visit_types import RequirementInput
from caredesk.workforce.actions import add_practitioner

ZONE = "America/New_York"
TODAY = date(2026, 11, 24)
AT = datetime.combine(TODAY, time(10, 10), ZoneInfo(ZONE))

type Sites = tuple[tuple[str, int, int], ...]

SITES: Sites = (("Main Street", 20, 24), ("North Side", 29, 35), ("Solo", 1, 1))
"""Name, practitioners, rooms: every visit takes one of each at its site."""

FEW: Sites = (("Main Street", 2, 3), ("North Side", 1, 2), ("Solo", 1, 1))
"""Enough to see that a benchmark works."""

MINUTES = 20
STARTS = tuple(time(hour, minute) for hour in (9, 10, 11, 13, 14, 15, 16) for minute in (0, 20, 40))
FIRST_FREE_DAY = 91
"""Days ahead from which on nothing is booked yet."""

_HORIZON = 390


@dataclass(frozen=True, slots=True)
class Working:
    """A practitioner who can be booked."""

    resource: UUID
    person: UUID
    site: UUID


@dataclass(frozen=True, slots=True)
class Time:
    """A time at which a practitioner and a room are free."""

    starts_at: datetime
    practitioner: Working
    room: UUID


@dataclass(frozen=True, slots=True)
class Practice:
    """Ids of what was set up, and who is signed in."""

    place: Place
    counts: Sites
    by: Actor
    who: SignedIn
    sites: tuple[UUID, ...]
    working: tuple[Working, ...]
    rooms: tuple[tuple[UUID, ...], ...]
    visit_type: UUID

    @property
    def a_day(self) -> int:
        """How many visits fill a day."""
        return len(self.working) * len(STARTS)

    def room(self, practitioner: int, day: int, start: int) -> UUID:
        """Which room a visit takes: never one that another visit of that time takes."""
        site = self.sites.index(self.working[practitioner].site)
        first = sum(count for _, count, _ in self.counts[:site])
        of_site = self.rooms[site]
        return of_site[(practitioner - first + day + start) % len(of_site)]

    def free_times(self, days: Iterator[tuple[int, date]]) -> Iterator[Time]:
        """All times of these days, neighbours far apart: few clients meet at a resource's day."""
        known = list(days)
        for start in range(len(STARTS)):
            for practitioner, working in enumerate(self.working):
                for number, day in known:
                    yield Time(
                        datetime.combine(day, STARTS[start], ZoneInfo(ZONE)).astimezone(UTC),
                        working,
                        self.room(practitioner, number, start),
                    )


def workdays(first: int, until: int) -> Iterator[tuple[int, date]]:
    """(days ahead, date) from Monday to Friday."""
    for ahead in range(first, until):
        day = TODAY + timedelta(days=ahead)
        if day.weekday() < 5:
            yield ahead, day


def product_days() -> Iterator[tuple[int, date]]:
    """The empty days that the product books; the others are for the floor."""
    return (each for each in workdays(FIRST_FREE_DAY, _HORIZON) if each[0] % 2 == 0)


def floor_days() -> Iterator[tuple[int, date]]:
    """The empty days in which the floor writes."""
    return (each for each in workdays(FIRST_FREE_DAY, _HORIZON) if each[0] % 2 == 1)


def stop_clock() -> None:
    """It is always the same mid-morning when a benchmark begins."""
    settings.CAREDESK_CLOCK_OFFSET = 0.0
    settings.CAREDESK_CLOCK_OFFSET = (AT - clock.now()).total_seconds()


def set_up(place: Place, counts: Sites = SITES) -> Practice:
    """Make the practice, as the set-up pages would."""
    stop_clock()
    by = set_up_by()
    sites = tuple(add_site(name, ZONE, by=by).id for name, _, _ in counts)
    working = tuple(
        _add_practitioner(f"{name.split()[0]}{number:02}", site, by)
        for site, (name, count, _) in zip(sites, counts, strict=True)
        for number in range(count)
    )
    rooms = tuple(
        tuple(_add_room(site, f"Exam {number:02}", by) for number in range(count))
        for site, (_, _, count) in zip(sites, counts, strict=True)
    )
    needs = [
        RequirementInput(kind="practitioner", label="practitioner"),
        RequirementInput(kind="room", label="exam room", feature="exam"),
    ]
    visit_type = actions.add_visit_type("Check-up", MINUTES, needs, grid_minutes=20, by=by).id
    who = sign_in("ana", "secretary", by)
    return Practice(place, counts, by, who, sites, working, rooms, visit_type)


def _add_practitioner(name: str, site: UUID, by: Actor) -> Working:
    person = add_practitioner(name, "Ada", "Dr", specialty="Family medicine", by=by).practitioner
    resource = actions.add_practitioner_resource(person, by=by).id
    hours = [
        HoursInput(weekday=weekday, from_time=time(since), until_time=time(until))
        for weekday in range(5)
        for since, until in ((9, 12), (13, 17))
    ]
    actions.set_availability(resource, site, date(2020, 1, 1), hours, by=by)
    return Working(resource, person, site)


def _add_room(site: UUID, name: str, by: Actor) -> UUID:
    return actions.add_room_resource(add_room(site, name, "exam", by=by).id, by=by).id
