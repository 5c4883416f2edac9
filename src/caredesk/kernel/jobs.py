"""What the clock starts: short functions that the worker calls again and again."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import close_old_connections

log = logging.getLogger(__name__)


@dataclass(slots=True)
class ClockJob:
    name: str
    seconds: float
    function: Callable[[], object]
    due: float = 0.0


_all: list[ClockJob] = []


def every(seconds: float) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Call the function every `seconds`, and once soon after the worker starts.

    It must be safe for two workers to call it at the same moment.
    """

    def register(function: Callable[[], object]) -> Callable[[], object]:
        _all.append(ClockJob(f"{function.__module__}.{function.__name__}", seconds, function))
        return function

    return register


def run_due(monotonic: float) -> None:
    """Run each job whose time has come. One that fails is logged and comes again."""
    for job in _all:
        if job.due > monotonic:
            continue
        job.due = monotonic + job.seconds
        close_old_connections()
        try:
            job.function()
        except Exception as error:
            # The message may quote a row: the log gets the kind of the error only.
            log.error("clock job %s failed: %s", job.name, type(error).__name__)


def keep_running(stop: threading.Event) -> None:
    """Run due jobs until `stop` is set."""
    while not stop.wait(0.2):
        run_due(time.monotonic())
