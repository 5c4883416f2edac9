"""What the clock starts: the seldom never delays the frequent, and is not begun anew."""

import threading

import psycopg
import pytest
from django.db import connection

from caredesk.config.embedded import Addresses
from caredesk.kernel import jobs, queue

_OLD = """INSERT INTO procrastinate_jobs (queue_name, task_name, status) VALUES
  ('reactions', 'old and done', 'succeeded'), ('reactions', 'done now', 'succeeded'),
  ('reactions', 'old and failed', 'failed'), ('reactions', 'old and waiting', 'todo')"""
_AGE = """UPDATE procrastinate_events SET at = now() - interval '31 days'
FROM procrastinate_jobs j WHERE j.id = job_id AND j.task_name LIKE 'old%'"""


@pytest.fixture
def clock_jobs(monkeypatch: pytest.MonkeyPatch) -> list[jobs.ClockJob]:
    """None but the test's own."""
    mine: list[jobs.ClockJob] = []
    monkeypatch.setattr(jobs, "_all", mine)
    return mine


def test_what_takes_its_time_holds_up_nothing(
    committed_db: None, clock_jobs: list[jobs.ClockJob]
) -> None:
    stop, begun, go_on = threading.Event(), threading.Event(), threading.Event()
    ticks = threading.Semaphore(0)

    @jobs.every(seconds=24 * 60 * 60)
    def mend_everything() -> None:
        begun.set()
        assert go_on.wait(60)

    jobs.every(seconds=0.1)(ticks.release)

    running = threading.Thread(target=jobs.keep_running, args=(stop,))
    running.start()
    try:
        assert begun.wait(60)
        for _ in range(3):
            assert ticks.acquire(timeout=60)
        assert not go_on.is_set()
    finally:
        stop.set()
        go_on.set()
        running.join(60)
    assert not running.is_alive()


def test_what_ran_lately_is_not_run_at_the_next_start(
    committed_db: None, addresses: Addresses, clock_jobs: list[jobs.ClockJob]
) -> None:
    ran: list[str] = []
    jobs.every(seconds=3600)(lambda: ran.append("hourly"))

    def start_anew() -> None:
        for job in clock_jobs:
            job.due = 0.0
        jobs.run_due(jobs.seldom(), 1.0)

    start_anew()
    start_anew()
    assert ran == ["hourly"]
    with psycopg.connect(addresses.owner) as owner:
        owner.execute("UPDATE kernel_clockrun SET at = at - interval '1 hour'")
    start_anew()
    assert ran == ["hourly"] * 2


def test_what_failed_comes_again(committed_db: None, clock_jobs: list[jobs.ClockJob]) -> None:
    tried: list[float] = []

    @jobs.every(seconds=24 * 60 * 60)
    def fail() -> None:
        tried.append(1.0)
        raise RuntimeError("with a patient's name")

    jobs.run_due(jobs.seldom(), 1.0)
    jobs.run_due(jobs.seldom(), 2.0)
    assert len(tried) == 1
    jobs.run_due(jobs.seldom(), 1.0 + 600)
    assert len(tried) == 2


def test_the_queue_forgets_what_was_done_long_ago(committed_db: None, addresses: Addresses) -> None:
    with psycopg.connect(addresses.owner) as owner:
        owner.execute(_OLD)
        owner.execute(
            "INSERT INTO procrastinate_events (job_id, type, at) SELECT id, 'succeeded', now() "
            "FROM procrastinate_jobs"
        )
        owner.execute(_AGE)
    queue.sweep_queue()
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name FROM procrastinate_jobs ORDER BY id")
        left = [name for (name,) in cursor.fetchall()]
        cursor.execute("SELECT DISTINCT job_id FROM procrastinate_events ORDER BY 1")
        assert len(cursor.fetchall()) == len(left)
    assert left == ["done now", "old and failed", "old and waiting"]
