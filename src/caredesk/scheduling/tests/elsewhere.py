"""A second connection, for what happens between two of the desk."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any

from django.db import connection

from caredesk.kernel import clock, looks
from caredesk.scheduling.tests.world import NOW

type Elsewhere = Callable[[Callable[[], Any]], Future[Any]]

_WE_ARE_WAITED_FOR = """SELECT EXISTS (SELECT FROM pg_locks
  WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid)))"""


@contextmanager
def a_second_connection() -> Iterator[Elsewhere]:
    """Begins something on a connection of its own; its answer comes later."""

    def run(task: Callable[[], Any]) -> Any:
        try:
            with clock.stopped_at(NOW), looks.collecting("test"):
                return task()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        yield lambda task: pool.submit(run, task)


def until_it_waits(answer: Future[Any]) -> None:
    """Until the other connection waits for this one; it must not come to an end before."""
    for _ in range(500):
        with connection.cursor() as cursor:
            cursor.execute(_WE_ARE_WAITED_FOR)
            if cursor.fetchone()[0]:
                return
        if wait([answer], timeout=0.02).done:
            break
    raise AssertionError("it did not wait")
