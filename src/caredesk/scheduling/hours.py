"""From hours and bookings to masks: computed anew when hours change, at night, and on a check."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from caredesk.kernel import clock
from caredesk.practice.models import Site

from . import free_days
from .locks import lock_all_days
from .models import Availability, AvailabilityException, Booking, FreeDay, Resource
from .rules import masks
from .rules.openings import Exceptional, Hours, Kind, Openings, Weekly, open_slots


@dataclass(frozen=True, slots=True)
class Stretch:
    """Consecutive UTC days."""

    first: date
    days: int

    @property
    def until(self) -> date:
        return self.first + timedelta(days=self.days)

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=n) for n in range(self.days))


def whole_horizon() -> Stretch:
    """Yesterday, which may still be today somewhere, and all days that can be booked."""
    first = masks.days_of(clock.now(), clock.now())[0] - timedelta(days=1)
    return Stretch(first, free_days.HORIZON_DAYS + 1)


@dataclass(frozen=True, slots=True)
class Computed:
    """What the masks of one resource at one site on one day must be, for some visit types."""

    site: UUID
    day: date
    openings: Openings
    free: int

    @property
    def key(self) -> free_days.Key:
        return self.site, self.day, self.openings.all_but, self.openings.visit_types


def read_hours(resources: Collection[UUID]) -> dict[UUID, dict[UUID, Hours]]:
    """All hours by resource and site."""
    rows = list(Resource.objects.filter(id__in=resources))
    zones = {site.id: ZoneInfo(site.time_zone) for site in Site.objects.all()}
    weekly = list(Availability.objects.filter(resource_id__in=resources, replaced_at__isnull=True))
    exceptions = list(
        AvailabilityException.objects.filter(
            Q(resource_id__in=resources) | Q(resource__isnull=True), withdrawn_at__isnull=True
        )
    )
    return {row.id: _hours_of(row, zones, weekly, exceptions) for row in rows}


def _hours_of(
    resource: Resource,
    zones: dict[UUID, ZoneInfo],
    weekly: Sequence[Availability],
    exceptions: Sequence[AvailabilityException],
) -> dict[UUID, Hours]:
    own = [row for row in weekly if row.resource_id == resource.id]
    unusual = [row for row in exceptions if row.resource_id in (None, resource.id)]
    is_thing = resource.kind != "practitioner"
    sites = {row.site_id for row in own}
    sites |= {row.site_id for row in unusual if row.kind == Kind.EXTRA and row.site_id}
    if is_thing:
        sites |= {resource.site_id} if resource.site_id else set(zones)
    return {
        site: Hours(
            [_weekly(row) for row in own if row.site_id == site],
            [_exceptional(row) for row in unusual if row.site_id in (None, site)],
            zones[site],
            unless_given_always=is_thing and not own,
        )
        for site in sites
        if resource.is_active
    }


def _weekly(row: Availability) -> Weekly:
    return Weekly(
        row.weekday,
        row.from_time,
        row.until_time,
        row.valid_from,
        row.valid_until,
        _types(row.visit_types),
    )


def _exceptional(row: AvailabilityException) -> Exceptional:
    starts: datetime = row.starts
    ends: datetime = row.ends
    return Exceptional(Kind(row.kind), starts, ends, _types(row.visit_types))


def _types(visit_types: list[UUID] | None) -> frozenset[UUID] | None:
    return None if visit_types is None else frozenset(visit_types)


def compute(resource: UUID, hours: dict[UUID, Hours], days: Stretch) -> list[Computed]:
    """The masks as hours and bookings make them, on days with any opening."""
    taken = _taken(resource, days)
    return [
        Computed(site, day, openings, openings.open & ~taken[n])
        for site, of_site in hours.items()
        for n, (day, groups) in enumerate(
            zip(days, open_slots(of_site, days.first, days.days), strict=True)
        )
        for openings in groups
    ]


def _taken(resource: UUID, days: Stretch) -> list[int]:
    """What bookings and holds take of each day."""
    begin, end = masks.midnight(days.first), masks.midnight(days.until)
    rows = Booking.objects.filter(
        resource_id=resource, released_at__isnull=True, starts_at__lt=end, ends_at__gt=begin
    ).values_list("starts_at", "ends_at")
    taken = [0] * days.days
    for starts, ends in rows:
        for day in masks.days_of(starts, ends):
            n = (day - days.first).days
            if 0 <= n < days.days:
                taken[n] |= masks.touched(day, 1, starts, ends)
    return taken


@dataclass(frozen=True, slots=True)
class Difference:
    """A day on which the masks of a resource are not what hours and bookings make them."""

    resource: UUID
    site: UUID
    day: date


def differences(resource: UUID, hours: dict[UUID, Hours], days: Stretch) -> list[Difference]:
    """Where the stored masks are wrong; holds that just expired are not told apart from taken."""
    wanted, there = _wanted_and_there(resource, hours, days)
    wrong = {
        key[:2]
        for key in wanted.keys() | there.keys()
        if _values(wanted.get(key)) != _row_values(there.get(key))
    }
    return [Difference(resource, site, day) for site, day in sorted(wrong, key=str)]


def mend_all(resources: Collection[UUID], days: Stretch) -> int:
    """`mend` for several resources, locked together so that they are locked in one order."""
    lock_all_days(resources)
    every = read_hours(resources).items()
    return sum(mend(resource, hours, days) for resource, hours in every)


def mend(resource: UUID, hours: dict[UUID, Hours], days: Stretch) -> int:
    """Write the masks anew where they differ; returns how many rows that were. In a transaction."""
    lock_all_days([resource])
    wanted, there = _wanted_and_there(resource, hours, days)
    wrong = {
        key: _values(wanted.get(key))
        for key in wanted.keys() | there.keys()
        if _values(wanted.get(key)) != _row_values(there.get(key))
    }
    free_days.keep(resource, wrong)
    return len(wrong)


def _wanted_and_there(
    resource: UUID, hours: dict[UUID, Hours], days: Stretch
) -> tuple[dict[free_days.Key, Computed], dict[free_days.Key, FreeDay]]:
    rows = FreeDay.objects.filter(resource_id=resource, day__gte=days.first, day__lt=days.until)
    there = {(row.site_id, row.day, row.all_but, frozenset(row.visit_types)): row for row in rows}
    return {one.key: one for one in compute(resource, hours, days)}, there


def _values(computed: Computed | None) -> tuple[int, int]:
    """Open and free; a row that is not wanted any more is closed, not deleted."""
    return (computed.openings.open, computed.free) if computed else (0, 0)


def _row_values(row: FreeDay | None) -> tuple[int, int]:
    return (row.open, row.free) if row else (0, 0)
