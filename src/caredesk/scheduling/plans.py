"""What a kind of visit needs, and which resources will do: read in one statement.

Whoever takes time goes by the plan as this process read it last (`remembered_plan`): the diary
tells, under its locks, whether the set-up is still the same.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from caredesk.kernel.action import RunAgain
from caredesk.kernel.errors import ActionError, Missing, Refused

from .rules import masks
from .rules.search import Need, Place

_PLAN = """
SELECT (SELECT version FROM scheduling_setup),
  v.name, v.minutes, v.setup_minutes, v.cleanup_minutes, v.grid_minutes, v.instructions,
  v.is_active, v.confidential,
  (SELECT json_agg(json_build_array(s.id, s.name, s.time_zone) ORDER BY s.position, s.name)
   FROM practice_site s)::text,
  ARRAY(SELECT json_build_array(q.kind, q.label, q.with_setup, q.site_id, (
      SELECT json_agg(json_build_array(r.id, r.label, r.site_id, r.lanes, r.practitioner_id)
        ORDER BY r.label)
      FROM scheduling_resource r
      WHERE r.is_active AND r.kind = q.kind AND (q.feature = '' OR r.feature = q.feature)
        AND (r.id = ANY(%(named)s::uuid[]) OR r.kind <> ALL(ARRAY(SELECT n.kind
              FROM scheduling_resource n WHERE n.id = ANY(%(named)s::uuid[]))))
        AND (q.site_id IS NULL OR r.site_id IS NULL OR r.site_id = q.site_id)
        AND (r.id = ANY(ARRAY(SELECT x.resource_id FROM scheduling_requirementresource x
              WHERE x.requirement_id = q.id))
          OR NOT EXISTS (SELECT 1 FROM scheduling_requirementresource x
              WHERE x.requirement_id = q.id))
    ))::text
   FROM scheduling_requirement q WHERE q.visit_type_id = v.id AND q.ended_at IS NULL
   ORDER BY q.kind <> 'practitioner', q.position)
FROM scheduling_visittype v WHERE v.id = %(visit_type)s
"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A resource that will do. `site` is where it stands; practitioners may work at several."""

    id: UUID
    kind: str
    label: str
    site: UUID | None
    lanes: int
    practitioner: UUID | None


@dataclass(frozen=True)
class Needed:
    """One thing that the visit takes, and who or what will do. `site` binds the visit to it."""

    kind: str
    label: str
    with_setup: bool
    site: UUID | None
    candidates: tuple[Candidate, ...]

    @property
    def words(self) -> str:
        """As one names it: "exam room"."""
        return self.label or self.kind

    def at(self, site: UUID) -> tuple[Candidate, ...]:
        """Those that will do at this site."""
        found = self._at_sites.get(site)
        if found is None:
            found = tuple(one for one in self.candidates if one.site in (None, site))
            self._at_sites[site] = found
        return found

    @cached_property
    def _at_sites(self) -> dict[UUID, tuple[Candidate, ...]]:
        """What was asked for already."""
        return {}


@dataclass(frozen=True, slots=True)
class SiteClock:
    """A site and its clock."""

    id: UUID
    name: str
    zone: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A kind of visit with all that it needs; the first need leads (a practitioner, if any)."""

    visit_type: UUID
    name: str
    minutes: int
    setup_minutes: int
    cleanup_minutes: int
    grid_minutes: int
    instructions: str
    is_active: bool
    confidential: str
    """What a visit of this kind is restricted for ("adolescent"); empty where it is not."""
    sites: tuple[SiteClock, ...]
    needs: tuple[Needed, ...]
    setup: UUID
    """The version of the set-up that it was read from."""
    asked_for: frozenset[UUID] = frozenset()
    """The resources that somebody named; the others are chosen among what fits."""

    def possible_sites(self) -> list[SiteClock]:
        """Where this visit can be: at the site that a need is bound to, or anywhere."""
        bound = {need.site for need in self.needs if need.site is not None}
        return [
            site
            for site in self.sites
            if bound <= {site.id} and all(need.at(site.id) for need in self.needs)
        ]

    def margins(self, need: Needed) -> tuple[int, int]:
        """Minutes of set-up and clean-up that a need takes around the visit."""
        return (self.setup_minutes, self.cleanup_minutes) if need.with_setup else (0, 0)

    def place(self, site: SiteClock) -> Place:
        """The needs at a site, for the search."""
        return Place(site.id, ZoneInfo(site.zone), tuple(self._at(site, n) for n in self.needs))

    def _at(self, site: SiteClock, need: Needed) -> Need:
        before, after = self.margins(need)
        return Need(
            tuple(one.id for one in need.at(site.id)),
            masks.slots_of(before),
            masks.slots_of(after),
        )

    def among(self, practitioners: Collection[UUID]) -> "Plan":
        """The plan led by one of these."""
        lead = self.needs[0]
        found = tuple(one for one in lead.candidates if one.id in practitioners)
        return replace(self, needs=(replace(lead, candidates=found), *self.needs[1:]))

    def taking(self, resources: Sequence[UUID], field: str = "resources") -> "Plan":
        """The plan with exactly these, each for the first need that it will do for."""
        left = list(dict.fromkeys(resources))
        needs = []
        for need in self.needs:
            fitting = {one.id: one for one in need.candidates} if left else {}
            chosen = next((fitting[one] for one in left if one in fitting), None)
            if chosen is not None:
                left.remove(chosen.id)
            needs.append(replace(need, candidates=(chosen,)) if chosen else need)
        if left:
            raise Refused(
                f"{self._label(left[0])} will not do for {self.name}.",
                field=field,
                next_step="Leave it out, or choose another kind of visit.",
            )
        return replace(self, needs=tuple(needs), asked_for=frozenset(resources))

    def has_enough(self) -> bool:
        """Whether needs with few candidates at least do not all want the same ones."""
        few = [need for need in self.needs if len(need.candidates) < len(self.needs)]
        return len({one.id for need in few for one in need.candidates}) >= len(few)

    def _label(self, resource: UUID) -> str:
        every = (one for need in self.needs for one in need.candidates)
        return next((one.label for one in every if one.id == resource), "One of the resources")


_MOST_REMEMBERED = 2_000
_remembered: dict[tuple[UUID, tuple[UUID, ...]], Plan] = {}
"""Plans by kind of visit and resources asked for, as this process read them last."""


@contextmanager
def remembered_plan(
    visit_type: UUID, taking: Sequence[UUID] = (), field: str = "resources"
) -> Iterator[Plan]:
    """`read_plan`, from memory where it is known. Time is taken by it within the block.

    A version names one set-up of one database and comes never again. What was refused by a plan
    that no longer holds is not refused: the action runs again.
    """
    wanted = visit_type, tuple(taking)
    known = _remembered.get(wanted)
    plan = known or _remember(wanted, read_plan(visit_type, taking, field))
    try:
        yield plan
    except ActionError:
        if known is not None and known.setup != _current_setup():
            raise outdated(known) from None
        raise


def _remember(wanted: tuple[UUID, tuple[UUID, ...]], plan: Plan) -> Plan:
    if len(_remembered) >= _MOST_REMEMBERED:
        _remembered.clear()
    _remembered[wanted] = plan
    return plan


def outdated(plan: Plan) -> RunAgain:
    """The set-up is no longer what the plan was read from: no plan of that time is used again."""
    for wanted, each in list(_remembered.items()):
        if each.setup == plan.setup:
            _remembered.pop(wanted, None)
    return RunAgain(plan)


def _current_setup() -> UUID:
    with connection.cursor() as cursor:
        cursor.execute("SELECT version FROM scheduling_setup")
        version: UUID = cursor.fetchone()[0]
    return version


def read_plan(visit_type: UUID, taking: Sequence[UUID] = (), field: str = "resources") -> Plan:
    """The plan of a kind of visit; `Missing` when there is none.

    `taking` are resources to be taken, each for the first need that it will do for: the plan then
    holds no others for that need.
    """
    if not taking:
        return _read(visit_type, ())
    # Of the kinds named, nothing else is read; that falls short only where a visit needs several
    # of a kind and not all are named, or where one will not do.
    plan = _read(visit_type, taking)
    if all(need.candidates for need in plan.needs):
        narrowed = plan.taking(taking, field)
        if narrowed.has_enough():
            return narrowed
    return _read(visit_type, ()).taking(taking, field)


def _read(visit_type: UUID, named: Sequence[UUID]) -> Plan:
    with connection.cursor() as cursor:
        cursor.execute(_PLAN, {"visit_type": visit_type, "named": list(named)})
        row = cursor.fetchone()
    if row is None:
        raise Missing("visit type")
    version, name, minutes, setup, cleanup, grid, instructions, is_active, confidential, *rest = row
    sites, needs = rest
    return Plan(
        visit_type=visit_type,
        name=name,
        minutes=minutes,
        setup_minutes=setup,
        cleanup_minutes=cleanup,
        grid_minutes=grid,
        instructions=instructions,
        is_active=is_active,
        confidential=confidential,
        sites=_sites(sites or "[]"),
        needs=tuple(_needed(each) for each in needs),
        setup=version,
    )


# The database is asked each time; what it answers, mostly the same text, is understood once.
@lru_cache(maxsize=64)
def _sites(text: str) -> tuple[SiteClock, ...]:
    return tuple(SiteClock(UUID(id), name, zone) for id, name, zone in json.loads(text))


@lru_cache(maxsize=512)
def _needed(text: str) -> Needed:
    kind, label, with_setup, site, candidates = json.loads(text)
    found = tuple(
        Candidate(UUID(id), kind, name, _id(at), lanes, _id(practitioner))
        for id, name, at, lanes, practitioner in candidates or ()
    )
    return Needed(kind, label, with_setup, _id(site), found)


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None
