"""What has happened to the visits of the demo practice by a moment: pure, always the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Literal
from uuid import UUID

from caredesk.scheduling.demo_plan import PlannedVisit

type StepState = Literal[
    "confirmed", "arrived", "in_room", "with_practitioner", "done", "left", "no_show"
]

_NO_SHOW, _CANCELS = "okafor", "chen"


@dataclass(frozen=True, slots=True)
class Happened:
    """A step of a visit, and when it was recorded."""

    at: datetime
    visit: PlannedVisit
    state: StepState


@dataclass(slots=True)
class Morning:
    """The working day so far: steps in order, one who cancelled, one who was squeezed in."""

    cancelled: tuple[PlannedVisit, datetime]
    overbooked: tuple[PlannedVisit, UUID, datetime]
    happened: list[Happened] = field(default_factory=list)


def steps_then(visit: PlannedVisit, now: datetime, random: Random) -> list[tuple[str, datetime]]:
    """The steps of a visit of another day: over, missed, confirmed, or none yet."""
    if visit.starts_at > now:
        soon = visit.starts_at - now < timedelta(days=3)
        hours = timedelta(hours=random.randint(2, 20))
        return [("confirmed", now - hours)] if soon and random.random() < 0.5 else []
    if random.random() < 0.05:
        return [("no_show", visit.starts_at + timedelta(minutes=16))]
    arrived = visit.starts_at - _minutes(random, 1, 14)
    seen = visit.starts_at + _minutes(random, 0, 9)
    done = max(visit.ends_at + _minutes(random, -4, 7), seen + timedelta(minutes=5))
    return [
        ("arrived", arrived),
        ("in_room", seen - _minutes(random, 0, 1)),
        ("with_practitioner", seen),
        ("done", done),
    ]


def morning_of(today: Sequence[PlannedVisit], now: datetime, random: Random) -> Morning:
    """What has happened by `now`, practitioner by practitioner, each seeing one after the other."""
    missed = next(
        each
        for each in today
        if each.practitioner == _NO_SHOW and each.starts_at < now - timedelta(minutes=40)
    )
    later = [
        each
        for each in today
        if each.practitioner == _CANCELS and each.starts_at > now + timedelta(minutes=30)
    ]
    squeezed = random.choice([each.patient for each in today if each.site != later[0].site])
    morning = Morning(
        cancelled=(later[-1], now - timedelta(minutes=85)),
        overbooked=(later[0], squeezed, now - timedelta(minutes=35)),
    )
    for practitioner in dict.fromkeys(each.practitioner for each in today):
        visits = [each for each in today if each.practitioner == practitioner]
        morning.happened += _one_after_the_other(visits, missed, later[-1], now, random)
    morning.happened.sort(key=lambda each: each.at)
    return morning


def _one_after_the_other(
    visits: Sequence[PlannedVisit],
    missed: PlannedVisit,
    cancelled: PlannedVisit,
    now: datetime,
    random: Random,
) -> Iterator[Happened]:
    free_at = visits[0].starts_at
    for visit in visits:
        confirmed = random.random() < 0.6
        if confirmed and visit is not cancelled:
            yield Happened(now - timedelta(hours=random.randint(15, 18)), visit, "confirmed")
        if visit is missed:
            yield Happened(visit.starts_at + timedelta(minutes=15), visit, "no_show")
            continue
        if visit is cancelled:
            continue
        steps, free_at = _course(visit, free_at, random)
        yield from (Happened(at, visit, state) for state, at in steps if at <= now)


def _course(
    visit: PlannedVisit, free_at: datetime, random: Random
) -> tuple[list[tuple[StepState, datetime]], datetime]:
    arrived = visit.starts_at - _minutes(random, 2, 17)
    in_room = max(arrived + _minutes(random, 3, 8), visit.starts_at - _minutes(random, 0, 5))
    seen = max(in_room + _minutes(random, 2, 5), visit.starts_at, free_at)
    done = seen + timedelta(minutes=max(6, int(visit.kind.minutes * random.uniform(0.7, 1.1))))
    steps: list[tuple[StepState, datetime]] = [
        ("arrived", arrived),
        ("in_room", in_room),
        ("with_practitioner", seen),
        ("done", done),
    ]
    return steps, done


def _minutes(random: Random, least: int, most: int) -> timedelta:
    return timedelta(minutes=random.randint(least, most))
