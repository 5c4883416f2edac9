"""Taking time for a visit: choose, lock, check; the next fitting room when one was lost.

Nothing is written here; the actions write what was taken.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from caredesk.kernel import clock
from caredesk.kernel.action import RunAgain, lessons
from caredesk.kernel.changes import note
from caredesk.kernel.errors import Refused

from . import free_days
from .diary import Diary, Entry, open_diary
from .models import Availability
from .plans import Candidate, Needed, Plan, SiteClock, outdated
from .rules.search import assign

TRIES = 3


@dataclass(frozen=True, slots=True)
class Visit:
    """When and where a visit is to be."""

    site: SiteClock
    starts_at: datetime
    ends_at: datetime

    @property
    def wall_start(self) -> datetime:
        """What the clock on the wall of the site shows then."""
        return self.starts_at.astimezone(ZoneInfo(self.site.zone)).replace(tzinfo=None)


@dataclass(slots=True)
class Taking:
    """One resource with the time and lane taken of it."""

    need: Needed
    resource: Candidate
    starts_at: datetime
    ends_at: datetime
    lane: int = 0


@dataclass(slots=True)
class Taken:
    """Everything a visit takes, still locked; `conflicts` are the entries in the way.

    `closed` are the resources that are not open then.
    """

    visit: Visit
    diary: Diary
    takings: list[Taking]
    conflicts: dict[UUID, list[Entry]] = field(default_factory=dict)
    given_back: list[Entry] = field(default_factory=list)
    """What ends with it, expired holds among it: it is released when the visit is written."""
    closed: list[Taking] = field(default_factory=list)
    is_last: bool = False
    """Whether the masks show no other choice than what was tried."""


@dataclass(frozen=True, slots=True)
class Former:
    """Time of a resource that is given back in the same step."""

    resource: UUID
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Terms:
    """For whom time is taken, and what is no obstacle."""

    by: UUID
    patients: tuple[UUID, ...] = ()
    moving: UUID | None = None
    """The appointment that gives its former time back in the same step."""
    hold: UUID | None = None
    """The hold of one's own that is used up by it. Another of one's own is in the way."""
    former: tuple[Former, ...] = ()
    """Where that former time or hold is: it is locked together with the new one."""
    keeping: tuple[UUID, ...] = ()
    """What is to be kept where it is free: the room of a visit that is moved."""

    def gives_back(self, entry: Entry) -> bool:
        """Whether an entry is no obstacle, but is released: the mover's own, or the hold's."""
        if entry.appointment is not None:
            return entry.appointment == self.moving
        return entry.hold == self.hold


@dataclass(frozen=True, slots=True)
class _LostChoice:
    """The lesson of a run that chose what others had: these it need not choose again."""

    resources: frozenset[UUID]


def take(plan: Plan, visit: Visit, terms: Terms) -> Taken:
    """Lock a choice of resources that is free for the visit, or else the last one tried.

    After a lost choice the action runs again, as a lock is not kept while others are asked for:
    so they are always waited for in one order.
    """
    before = [each.resources for each in lessons() if isinstance(each, _LostChoice)]
    taken = _try(plan, visit, terms, frozenset().union(*before))
    if taken.diary.setup != plan.setup:
        raise outdated(plan)
    if taken.conflicts and not taken.is_last and len(before) < TRIES - 1:
        raise RunAgain(_LostChoice(frozenset(taken.conflicts)))
    return taken


def _try(plan: Plan, visit: Visit, terms: Terms, lost: Collection[UUID]) -> Taken:
    pools = _pools(plan, visit)
    narrowed, is_last = _seeming_free(plan, visit, pools, terms, lost)
    takings = _choose(plan, visit, narrowed)
    span = (min(t.starts_at for t in takings), max(t.ends_at for t in takings))
    resources = {t.resource.id for t in takings} | {f.resource for f in terms.former}
    former = [(f.starts_at, f.ends_at) for f in terms.former]
    diary = open_diary(
        resources,
        [span, *former],
        patients=terms.patients,
        visit=(visit.starts_at, visit.ends_at),
    )
    diary.own_visits = [own for own in diary.own_visits if own != terms.moving]
    taken = Taken(visit, diary, takings)
    now = clock.now()
    taken.given_back = [e for e in diary.entries if e.has_expired(now) or terms.gives_back(e)]
    for t in takings:
        entries = diary.taken_by(t.resource.id, t.starts_at, t.ends_at)
        in_the_way = [e for e in entries if e not in taken.given_back]
        if in_the_way:
            taken.conflicts[t.resource.id] = in_the_way
        if not diary.is_open(t.resource.id, visit.site.id, plan.visit_type, t.starts_at, t.ends_at):
            taken.closed.append(t)
    without_choice = {pool[0].id for pool in pools if len(pool) == 1}
    taken.is_last = is_last or not without_choice.isdisjoint(taken.conflicts)
    return taken


def _pools(plan: Plan, visit: Visit) -> list[tuple[Candidate, ...]]:
    """For each need those who will do at the site."""
    pools = [need.at(visit.site.id) for need in plan.needs]
    for need, pool in zip(plan.needs, pools, strict=True):
        if not pool:
            raise Refused(
                f"{visit.site.name} has no {need.words} for {plan.name}.",
                field="site",
                next_step="Choose another site, or add one in the set-up.",
            )
    return pools


def _choose(plan: Plan, visit: Visit, pools: Sequence[tuple[Candidate, ...]]) -> list[Taking]:
    """One resource per need, each in its turn."""
    by_id = {one.id: one for pool in pools for one in pool}
    chosen = assign([[one.id for one in pool] for pool in pools], visit.starts_at)
    if chosen is None:
        raise Refused(
            f"{visit.site.name} has too few resources for {plan.name}.", field="resources"
        )
    return [
        Taking(need, by_id[one], *_span(plan, need, visit))
        for need, one in zip(plan.needs, chosen, strict=True)
    ]


def _span(plan: Plan, need: Needed, visit: Visit) -> tuple[datetime, datetime]:
    before, after = plan.margins(need)
    return visit.starts_at - timedelta(minutes=before), visit.ends_at + timedelta(minutes=after)


def _seeming_free(
    plan: Plan,
    visit: Visit,
    pools: Sequence[tuple[Candidate, ...]],
    terms: Terms,
    lost: Collection[UUID],
) -> tuple[list[tuple[Candidate, ...]], bool]:
    """The pools without what is taken by the masks; untouched where nothing would be left.

    Where that happens, no other choice is worth a try, and so it is where there is none.
    """
    choices = {
        need: [one.id for one in pool if one.id not in lost]
        for need, pool in enumerate(pools)
        if len(pool) > 1
    }
    found = _free_of(plan, visit, choices) if any(choices.values()) else {}
    # Moved by a little, a visit overlaps its own former time: it may stay where it was.
    staying = {
        f.resource
        for f in terms.former
        if f.starts_at < visit.ends_at and visit.starts_at < f.ends_at
    }
    narrowed, is_last = list(pools), not choices
    for need, choice in choices.items():
        usable = (found.get(need, set()) | staying).intersection(choice)
        free = tuple(one for one in pools[need] if one.id in usable)
        kept = tuple(one for one in free if one.id in terms.keeping)
        narrowed[need] = kept or free or _at_home(pools[need], visit.site.id) or pools[need]
        is_last = is_last or not free
    return narrowed, is_last


def _free_of(plan: Plan, visit: Visit, choices: dict[int, list[UUID]]) -> dict[int, set[UUID]]:
    spans = [_span(plan, need, visit) for need in plan.needs]
    return free_days.free_for(plan.visit_type, visit.site.id, choices, spans)


def _at_home(pool: tuple[Candidate, ...], site: UUID) -> tuple[Candidate, ...]:
    """Of people who may work at several sites, those who have hours at this one at all."""
    anywhere = [one.id for one in pool if one.site is None]
    if len(pool) == 1 or not anywhere:
        return pool
    rows = Availability.objects.filter(
        site_id=site, resource_id__in=anywhere, replaced_at__isnull=True
    )
    known = set(rows.values_list("resource_id", flat=True))
    return tuple(one for one in pool if one.site == site or one.id in known)


def release(diary: Diary, entries: Sequence[Entry], now: datetime) -> None:
    """Mark bookings as released and strike them out of the diary; the masks follow later."""
    if not entries:
        return
    for entry in entries:
        note("scheduling_booking", entry.id, now={"released_at": now.isoformat()})
    ids = diary.strike_out(entries)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE scheduling_booking SET released_at = %s"
            " WHERE id = ANY(%s::uuid[]) AND released_at IS NULL",
            [now, ids],
        )


def free_lane(taken: Taken, taking: Taking) -> int | None:
    """The lowest lane of the resource that nobody has then; None when all are taken."""
    used = {entry.lane for entry in taken.conflicts.get(taking.resource.id, ())}
    return next((lane for lane in range(taking.resource.lanes) if lane not in used), None)
