"""The first ten free times for callers with all kinds of wishes."""

import random
import time as stopwatch
from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

from caredesk.config.bench.numbers import Line, Times
from caredesk.config.bench.options import Options
from caredesk.config.bench.practice import AT, Practice
from caredesk.config.bench.product import actor_of
from caredesk.config.bench.replay import replay
from caredesk.config.bench.watching import Watched, plain_scans, watching
from caredesk.scheduling.queries import free_times

DAYS = 90
type Wish = dict[str, Any]


def wishes(practice: Practice, count: int, seed: int = 5) -> list[Wish]:
    """What callers ask for, every kind in turn; all within ninety days, ten answers."""
    chance = random.Random(seed)  # noqa: S311  repeatable, nothing secret
    kinds = (_anyone, _anyone, _somebody, _some, _one_site, _mornings, _fridays, _later)
    return [kinds[n % len(kinds)](practice, chance) for n in range(count)]


def _anyone(practice: Practice, chance: random.Random) -> Wish:
    return {}


def _somebody(practice: Practice, chance: random.Random) -> Wish:
    return {"practitioners": [chance.choice(practice.working).resource]}


def _some(practice: Practice, chance: random.Random) -> Wish:
    return {"practitioners": [each.resource for each in chance.choices(practice.working, k=5)]}


def _one_site(practice: Practice, chance: random.Random) -> Wish:
    return {"sites": [chance.choice(practice.sites)]}


def _mornings(practice: Practice, chance: random.Random) -> Wish:
    return {"since": time(9), "until": time(10)}


def _fridays(practice: Practice, chance: random.Random) -> Wish:
    return {"weekdays": [4], "since": time(13)}


def _later(practice: Practice, chance: random.Random) -> Wish:
    return {"after": AT + timedelta(days=chance.randrange(7, 60)), "minutes": 40}


def measure(practice: Practice, size: int, options: Options) -> list[Line]:
    """Each search timed as a whole: statements and the arithmetic on masks."""
    viewer = actor_of(practice.who)
    asked = wishes(practice, options.operations)

    def search(wish: Wish) -> None:
        free_times(viewer, practice.visit_type, days=DAYS, limit=10, **wish)

    for wish in asked[: options.warm_up]:
        search(wish)
    watched, times = timed(search, asked)
    floor = replay(practice.place.addresses.application, watched, 1)
    return [
        Line(
            "find",
            size,
            1,
            times,
            floor,
            max(each.queries for each in watched),
            {"read_whole": plain_scans([one for each in watched for one in each.statements])},
        )
    ]


def timed[T](operation: Callable[[T], object], each: list[T]) -> tuple[list[Watched], Times]:
    """Carry it out for each, timed and with its statements."""
    every: list[Watched] = []
    seconds: list[float] = []
    begun = stopwatch.perf_counter()
    for one in each:
        started = stopwatch.perf_counter()
        with watching() as watched:
            operation(one)
        seconds.append(stopwatch.perf_counter() - started)
        every.append(watched)
    return every, Times(tuple(seconds), stopwatch.perf_counter() - begun)
