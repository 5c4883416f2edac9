"""Who comes when in the demo practice: planned by hand of a fixed random number, without rows.

Everything here is pure: the same people at the same times, every time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from caredesk.scheduling.demo import TYPES, DemoCalendar, DemoType, hours_of, is_off

_STEP = timedelta(minutes=10)
_REASONS = {
    "visit": (
        "Cough for two weeks",
        "Blood pressure check",
        "Back pain",
        "Follow-up of blood tests",
        "Headache",
        "Diabetes follow-up",
        "Sore throat",
        "Rash on the arm",
        "Knee pain after a fall",
        "Medication review",
        "Earache",
        "Trouble sleeping",
        "",
    ),
    "new": ("Moved to the area", "New patient", "Wants a family doctor"),
    "physical": ("Annual physical", "Physical for work", ""),
    "well-child": ("Check-up", "School physical", "Vaccinations due"),
    "procedure": ("Mole on the back", "Ingrown toenail", "Skin tag"),
    "ultrasound": ("Abdominal pain", "Thyroid nodule", "Gallstones, follow-up"),
    "telephone": ("Test results", "Refill question"),
    "vaccination": ("Flu shot", "Tetanus booster", "Shingles, second dose"),
}


# A room or device, with how long before and after the visit it is taken.
type Thing = tuple[UUID, timedelta, timedelta]


@dataclass(frozen=True, slots=True)
class Somebody:
    """A patient who may be given a visit."""

    id: UUID
    is_child: bool
    lives_in_phoenix: bool


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """A visit to be: whose, of which kind, with whom, where, and in which rooms and devices."""

    patient: UUID
    kind: DemoType
    practitioner: str
    site: str
    zone: str
    starts_at: datetime
    reason: str
    things: tuple[Thing, ...]

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.kind.minutes)

    @property
    def wall_start(self) -> datetime:
        return self.starts_at.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)


@dataclass(slots=True)
class _Day:
    """What is taken of a day so far."""

    day: date
    fullness: float
    taken: dict[UUID, list[tuple[datetime, datetime]]] = field(default_factory=dict)
    coming: set[UUID] = field(default_factory=set)

    def is_free(self, thing: UUID, since: datetime, until: datetime) -> bool:
        return all(until <= a or since >= b for a, b in self.taken.get(thing, ()))

    def take(self, thing: UUID, since: datetime, until: datetime) -> None:
        self.taken.setdefault(thing, []).append((since, until))


def fullness_of(day: date, working_day: date) -> float:
    """How likely a free ten minutes is to be the start of a visit; less the further ahead."""
    weeks = (day - working_day).days / 7
    if weeks == 0:
        return 0.75
    return 0.3 if weeks < 0 else max(0.04, 0.45 - 0.17 * weeks)


def plan_day(
    calendar: DemoCalendar,
    zones: dict[str, str],
    people: Sequence[Somebody],
    day: date,
    working_day: date,
) -> list[PlannedVisit]:
    """The visits of a day, by practitioner and time."""
    random = Random(f"caredesk: {day}")  # noqa: S311  always the same day, no secret
    planned = _Day(day, fullness_of(day, working_day))
    found: list[PlannedVisit] = []
    for key in calendar.practitioners:
        if is_off(key, day, working_day):
            continue
        for site, since, until in hours_of(key, day):
            block = _block(day, since, until, zones[site])
            found += _fill(calendar, people, planned, random, key, site, zones[site], block)
    return found


def _block(day: date, since: time, until: time, zone: str) -> tuple[datetime, datetime]:
    local = ZoneInfo(zone)
    starts, ends = (datetime.combine(day, at, local).astimezone(UTC) for at in (since, until))
    return starts, ends


def _fill(
    calendar: DemoCalendar,
    people: Sequence[Somebody],
    day: _Day,
    random: Random,
    key: str,
    site: str,
    zone: str,
    block: tuple[datetime, datetime],
) -> Iterator[PlannedVisit]:
    at, until = block
    while at < until:
        visit = None
        if random.random() < day.fullness:
            visit = _try(calendar, people, day, random, key, site, zone, at)
        if visit is None or visit.ends_at > until:
            at += _STEP
            continue
        day.coming.add(visit.patient)
        for thing, before, after in visit.things:
            day.take(thing, visit.starts_at - before, visit.ends_at + after)
        yield visit
        at = visit.ends_at


def _try(
    calendar: DemoCalendar,
    people: Sequence[Somebody],
    day: _Day,
    random: Random,
    key: str,
    site: str,
    zone: str,
    at: datetime,
) -> PlannedVisit | None:
    patient = _patient(people, day, random, key, site)
    kinds = [each for each in TYPES if key in each.by and _suits(each, patient)]
    kind = random.choices(kinds, weights=[each.share for each in kinds])[0]
    things = _things(calendar, day, kind, site, at)
    if things is None:
        return None
    reason = random.choice(_REASONS[kind.key])
    return PlannedVisit(patient.id, kind, key, site, zone, at, reason, things)


def _patient(
    people: Sequence[Somebody], day: _Day, random: Random, key: str, site: str
) -> Somebody:
    fitting = [
        each
        for each in people
        if each.id not in day.coming
        and each.is_child == (key == "ruiz")
        and each.lives_in_phoenix == (site == "Phoenix")
    ]
    return random.choice(fitting)


def _suits(kind: DemoType, patient: Somebody) -> bool:
    return kind.for_children in (None, patient.is_child)


def _things(
    calendar: DemoCalendar, day: _Day, kind: DemoType, site: str, at: datetime
) -> tuple[Thing, ...] | None:
    """A free room and device for each that the visit takes; None where one is missing."""
    found = []
    ends_at = at + timedelta(minutes=kind.minutes)
    for what in filter(None, (kind.room, kind.device)):
        # Exam rooms need no time around the visit.
        minutes = (0, 0) if what == "exam" else (kind.setup, kind.cleanup)
        before, after = (timedelta(minutes=each) for each in minutes)
        there = calendar.things.get((site, what), ())
        free = (each for each in there if day.is_free(each, at - before, ends_at + after))
        thing = next(free, None)
        if thing is None:
            return None
        found.append((thing, before, after))
    return tuple(found)
