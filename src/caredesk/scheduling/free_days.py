"""The masks as rows: read for a search, kept in step with hours and bookings."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from caredesk.kernel.ids import new_id

from .rows import as_array
from .rules import masks
from .rules.search import ALL_WEEK, Calendar, Place

HORIZON_DAYS = 400
"""So many days ahead the masks are kept, and visits can be booked."""

BEYOND_HORIZON = f"The calendar is kept for {HORIZON_DAYS} days ahead."

# A visit may begin before and end after a UTC midnight: days free at either edge count as well.
_WANTED = """f.site_id = ANY(%(sites)s::uuid[]) AND f.day >= %(first)s AND f.day < %(until)s
    AND extract(isodow FROM f.day)::int - 1 = ANY(%(weekdays)s::int[])
    AND f.all_but <> (%(visit_type)s = ANY(f.visit_types))
    AND (f.longest >= %(slots)s OR get_bit(f.free, 0) = 1 OR get_bit(f.free, 287) = 1)"""
_WINDOW = f"""
WITH lead AS MATERIALIZED (
  SELECT f.resource_id, f.site_id, f.day, f.free FROM scheduling_freeday f
  WHERE f.resource_id = ANY(%(leads)s::uuid[]) AND {_WANTED}
), days AS (
  SELECT DISTINCT lead.day + near AS day FROM lead, generate_series(-1, 1) AS near
), beside AS (
  SELECT f.resource_id, f.site_id, f.day, f.free FROM scheduling_freeday f
  WHERE f.resource_id = ANY(%(others)s::uuid[]) AND f.day = ANY(ARRAY(SELECT day FROM days))
    AND {_WANTED}
)
SELECT resource_id, site_id, array_agg(day - %(first)s::date), string_agg(free::text, '')
FROM (SELECT * FROM lead UNION ALL SELECT * FROM beside) AS found
GROUP BY resource_id, site_id
"""


@dataclass(frozen=True, slots=True)
class Window:
    """Reads free time for a visit at some places: the `Reader` of the search.

    Only UTC days of these weekdays are read.
    """

    visit_type: UUID
    places: Sequence[Place]
    minutes: int
    weekdays: frozenset[int] = ALL_WEEK

    def __call__(self, first: date, days: int) -> Calendar:
        leads = {one for place in self.places for one in place.needs[0].any_of}
        every = {one for place in self.places for one in place.resources}
        with connection.cursor() as cursor:
            cursor.execute(
                _WINDOW,
                {
                    "leads": list(leads),
                    "others": list(every - leads),
                    "sites": [place.site for place in self.places],
                    "first": first,
                    "until": first + timedelta(days=days),
                    "visit_type": self.visit_type,
                    "slots": masks.slots_of(self.minutes),
                    "weekdays": list(self.weekdays),
                },
            )
            rows = cursor.fetchall()
        return {
            (resource, site): _joined(offsets, bits, days) for resource, site, offsets, bits in rows
        }


def _joined(offsets: Sequence[int], bits: str, days: int) -> int:
    by_day: list[str | None] = [None] * days
    for n, offset in enumerate(offsets):
        by_day[offset] = bits[n * masks.SLOTS : (n + 1) * masks.SLOTS]
    return masks.from_days(by_day)


_UPDATE = """UPDATE scheduling_freeday AS f
SET free = n.free::bit(288), longest = n.longest
FROM unnest(%s::uuid[], %s::text[], %s::smallint[]) AS n(id, free, longest) WHERE f.id = n.id"""


def update_statement(pages: Iterable[tuple[UUID, int]]) -> tuple[str, list[Any]]:
    """The statement that writes new free masks, by the row's id."""
    rows = list(pages)
    return _UPDATE, [
        [id for id, _ in rows],
        [masks.to_bits(free) for _, free in rows],
        [masks.longest_run(free) for _, free in rows],
    ]


def write(pages: Iterable[tuple[UUID, int]]) -> None:
    """Write new free masks. Call it under the locks of their days."""
    statement, parameters = update_statement(pages)
    if parameters[0]:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)


type Key = tuple[UUID, date, bool, frozenset[UUID]]
"""What tells the masks of a resource apart: site, day, and the visit types they hold for."""

_KEEP = """INSERT INTO scheduling_freeday AS f
 (id, resource_id, site_id, day, all_but, visit_types, open, free, longest)
SELECT id, %s, site, day, all_but, visit_types::uuid[], open::bit(288), free::bit(288), longest
FROM unnest(%s::uuid[], %s::uuid[], %s::date[], %s::boolean[], %s::text[], %s::text[], %s::text[],
 %s::smallint[]) AS new(id, site, day, all_but, visit_types, open, free, longest)
ON CONFLICT (resource_id, day, site_id, all_but, visit_types)
DO UPDATE SET open = excluded.open, free = excluded.free, longest = excluded.longest"""


def keep(resource: UUID, rows: Mapping[Key, tuple[int, int]]) -> None:
    """Write open and free masks of a resource, new or anew. Under the locks of their days."""
    if not rows:
        return
    columns = [list(column) for column in zip(*rows, strict=True)]
    sites, days, all_but, types = columns
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP,
            [
                resource,
                [new_id() for _ in rows],
                sites,
                days,
                all_but,
                ["{" + ",".join(sorted(map(str, each))) + "}" for each in types],
                [masks.to_bits(is_open) for is_open, _ in rows.values()],
                [masks.to_bits(free) for _, free in rows.values()],
                [masks.longest_run(free) for _, free in rows.values()],
            ],
        )


_HINTS = """SELECT resource_id, day, site_id, open::text, free::text FROM scheduling_freeday
WHERE resource_id = ANY(%s::uuid[]) AND day = ANY(%s::date[])
 AND all_but <> (%s = ANY(visit_types))"""


@dataclass(frozen=True, slots=True)
class Hint:
    """What the masks say of one resource at one site around a visit."""

    site: UUID
    open: int
    free: int


def hints(
    visit_type: UUID, resources: Collection[UUID], days: Sequence[date]
) -> dict[UUID, list[Hint]]:
    """Open and free slots of resources over consecutive UTC days, before anything is locked."""
    with connection.cursor() as cursor:
        cursor.execute(_HINTS, [list(resources), list(days), visit_type])
        rows = cursor.fetchall()
    together: dict[tuple[UUID, UUID], tuple[int, int]] = {}
    for resource, day, site, is_open, is_free in rows:
        shift = (day - days[0]).days * masks.SLOTS
        known_open, known_free = together.get((resource, site), (0, 0))
        together[resource, site] = (
            known_open | masks.from_bits(is_open) << shift,
            known_free | masks.from_bits(is_free) << shift,
        )
    found: dict[UUID, list[Hint]] = {}
    for (resource, site), (is_open, is_free) in together.items():
        found.setdefault(resource, []).append(Hint(site, is_open, is_free))
    return found


_FREE = """SELECT c.need, c.resource
FROM unnest(%(needs)s::smallint[], %(resources)s::uuid[], %(days)s::date[], %(spans)s::smallint[])
  AS c(need, resource, day, span)
JOIN scheduling_freeday f ON f.resource_id = c.resource AND f.day = c.day
  AND f.site_id = %(site)s AND f.all_but <> (%(visit_type)s = ANY(f.visit_types))
  AND f.free & (%(slots)s::bit(288)[])[c.span] = (%(slots)s::bit(288)[])[c.span]
GROUP BY c.need, c.resource HAVING count(*) = %(length)s"""


def free_for(
    visit_type: UUID,
    site: UUID,
    pools: Mapping[int, Sequence[UUID]],
    spans: Sequence[tuple[datetime, datetime]],
) -> dict[int, set[UUID]]:
    """Of the pools of some needs, which resources seem free all through the span of their need."""
    days = masks.days_of(min(s for s, _ in spans), max(e for _, e in spans))
    slots = [masks.to_bits(masks.touched(day, 1, *spans[need])) for need in pools for day in days]
    asked = [
        (need, one, day, place * len(days) + n + 1)
        for place, (need, pool) in enumerate(pools.items())
        for one in pool
        for n, day in enumerate(days)
    ]
    needs, resources, on_days, at = zip(*asked, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            _FREE,
            {
                "needs": as_array(needs),
                "resources": list(resources),
                "days": list(on_days),
                "spans": as_array(at),
                "slots": as_array(slots),
                "site": site,
                "visit_type": visit_type,
                "length": len(days),
            },
        )
        rows = cursor.fetchall()
    found: dict[int, set[UUID]] = {need: set() for need in pools}
    for need, resource in rows:
        found[need].add(resource)
    return found


def is_within_horizon(at: datetime, now: datetime) -> bool:
    """Whether masks are kept for this instant."""
    return at < now + timedelta(days=HORIZON_DAYS - 1)
