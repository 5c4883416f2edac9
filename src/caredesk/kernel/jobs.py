"""What the clock starts: short functions that the worker calls again and again.

There are two threads: what comes every few seconds (sealing, settling, expired holds) never waits
for what comes seldom and takes its time. Of the seldom ones the database knows the last run: a
worker that starts anew does not begin them anew.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import close_old_connections, connection

log = logging.getLogger(__name__)

_OFTEN_SECONDS = 60.0
# After a failure a seldom job comes again sooner than its pace, and the last run is asked for
# again now and then: another worker may have done it.
_AGAIN_SECONDS = 600.0

_WAITS = """SELECT extract(epoch FROM at - now())::float8 + %s FROM kernel_clockrun
WHERE name = %s"""
_RAN = """INSERT INTO kernel_clockrun (name, at) VALUES (%s, now())
ON CONFLICT (name) DO UPDATE SET at = excluded.at"""


@dataclass(slots=True)
class ClockJob:
    name: str
    seconds: float
    function: Callable[[], object]
    due: float = 0.0

    @property
    def is_seldom(self) -> bool:
        return self.seconds > _OFTEN_SECONDS


_all: list[ClockJob] = []


def every(seconds: float) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Call the function every `seconds`, and soon after the worker starts if that is due.

    It must be safe for two workers to call it at the same moment.
    """

    def register(function: Callable[[], object]) -> Callable[[], object]:
        _all.append(ClockJob(f"{function.__module__}.{function.__name__}", seconds, function))
        return function

    return register


def often() -> list[ClockJob]:
    """What comes at least every minute."""
    return [job for job in _all if not job.is_seldom]


def seldom() -> list[ClockJob]:
    """What comes every hour or every night."""
    return [job for job in _all if job.is_seldom]


def run_due(jobs: list[ClockJob], monotonic: float) -> None:
    """Run each job whose time has come. One that fails is logged and comes again."""
    for job in jobs:
        if job.due > monotonic:
            continue
        close_old_connections()
        try:
            job.due = monotonic + _run_or_wait(job)
        except Exception as error:
            job.due = monotonic + min(job.seconds, _AGAIN_SECONDS)
            # The message may quote a row: the log gets the kind of the error only.
            log.error("clock job %s failed: %s", job.name, type(error).__name__)


def _run_or_wait(job: ClockJob) -> float:
    """In how many seconds to look at it again."""
    if not job.is_seldom:
        job.function()
        return job.seconds
    if (waits := _waits(job)) > 0:
        return min(waits, _AGAIN_SECONDS)
    job.function()
    with connection.cursor() as cursor:
        cursor.execute(_RAN, [job.name])
    return min(job.seconds, _AGAIN_SECONDS)


def _waits(job: ClockJob) -> float:
    """How many seconds are left until it is due, by its last run."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITS, [job.seconds, job.name])
        found = cursor.fetchone()
    return float(found[0]) if found else 0.0


def keep_running(stop: threading.Event) -> None:
    """Run due jobs until `stop` is set, those that come seldom beside those that come often."""
    beside = threading.Thread(target=_keep_running, args=(stop, seldom()), name="clock, seldom")
    beside.start()
    try:
        _keep_running(stop, often())
    finally:
        beside.join()


def _keep_running(stop: threading.Event, jobs: list[ClockJob]) -> None:
    while not stop.wait(0.2):
        run_due(jobs, time.monotonic())
