"""`caredesk worker`: the reactions that wait in the database, and what the clock starts.

It asks for jobs twice a second: a NOTIFY for each would make every commit of the desk queue for
one lock of the whole server.
"""

import argparse
import asyncio
import contextlib
import logging
import signal
import threading
from typing import Any

import psycopg
from django.db import OperationalError, connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import ConnectorException

from caredesk.config.environment import CannotStart, leave_no_core
from caredesk.config.progress import complain, say
from caredesk.config.refusal import refuse_too_powerful
from caredesk.kernel import jobs

POLL_SECONDS = 0.5
_AGAIN_SECONDS = 2.0
_ASKED_SECONDS = 0.2
_stop = threading.Event()
_restored = threading.Event()
log = logging.getLogger(__name__)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--concurrency", type=int, default=2, help="jobs at the same time (default: 2)"
    )
    parser.add_argument("--quiet", action="store_true", help="say nothing when it runs")


def run(arguments: argparse.Namespace) -> int:
    """Work until SIGTERM or Ctrl-C; a job under way is finished."""
    leave_no_core()
    refuse_too_powerful()
    connection.ensure_connection()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: _stop.set())
    clock = threading.Thread(target=jobs.keep_running, args=(_stop,), name="clock")
    clock.start()
    if not arguments.quiet:
        say("The worker runs.")
    try:
        _work_until_told(arguments.concurrency)
    finally:
        _stop.set()
        clock.join()
    return 2 if _restored.is_set() else 0


@jobs.every(seconds=1)
def end_where_restored() -> None:
    """A database that was exchanged beneath us ends us: no job may fail for that reason."""
    try:
        connection.ensure_connection()
    except CannotStart as why:
        complain(str(why))
        _restored.set()
        _stop.set()


def _work_until_told(concurrency: int) -> None:
    """A database that goes away is waited for."""
    while not _stop.is_set():
        try:
            asyncio.run(_work(concurrency))
        except (OperationalError, psycopg.OperationalError, ConnectorException) as error:
            log.warning("the database is away (%s): trying again", type(error).__name__)
            _stop.wait(_AGAIN_SECONDS)


async def _work(concurrency: int) -> None:
    connector = app.connector
    assert isinstance(connector, DjangoConnector)
    options: dict[str, Any] = {
        "concurrency": concurrency,
        "listen_notify": False,
        "fetch_job_polling_interval": POLL_SECONDS,
        "shutdown_graceful_timeout": 10,
        "delete_jobs": "never",
        "install_signal_handlers": False,
    }
    with app.replace_connector(connector.get_worker_connector()) as working:
        async with working.open_async():
            work = asyncio.create_task(working.run_worker_async(**options))
            while not (_stop.is_set() or work.done()):
                await asyncio.wait([work], timeout=_ASKED_SECONDS)
            work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await work
