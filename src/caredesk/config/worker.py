"""`caredesk worker`: the reactions that wait in the database, and what the clock starts.

It asks for jobs twice a second: a NOTIFY for each would make every commit of the desk queue for
one lock of the whole server.
"""

import argparse
import logging
import signal
import threading
from typing import Any

import psycopg
from django.db import OperationalError
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import ConnectorException

from caredesk.config.progress import say
from caredesk.config.refusal import refuse_too_powerful
from caredesk.kernel import jobs

POLL_SECONDS = 0.5
_AGAIN_SECONDS = 2.0
log = logging.getLogger(__name__)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--concurrency", type=int, default=2, help="jobs at the same time (default: 2)"
    )
    parser.add_argument("--quiet", action="store_true", help="say nothing when it runs")


def run(arguments: argparse.Namespace) -> int:
    """Work until SIGTERM or Ctrl-C; a job under way is finished."""
    refuse_too_powerful()
    stop = threading.Event()
    clock = threading.Thread(target=jobs.keep_running, args=(stop,), name="clock")
    clock.start()
    if not arguments.quiet:
        say("The worker runs.")
    try:
        _work_until_told(arguments.concurrency, stop)
    finally:
        stop.set()
        clock.join()
    return 0


def _work_until_told(concurrency: int, stop: threading.Event) -> None:
    """A database that goes away is waited for."""
    _on_signals(stop)
    while not stop.is_set():
        try:
            _work(concurrency)
            return
        except (OperationalError, psycopg.OperationalError, ConnectorException) as error:
            log.warning("the database is away (%s): trying again", type(error).__name__)
            _on_signals(stop)
            stop.wait(_AGAIN_SECONDS)


def _on_signals(stop: threading.Event) -> None:
    """While procrastinate runs it has handlers of its own; these are for the time between."""
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())


def _work(concurrency: int) -> None:
    connector = app.connector
    assert isinstance(connector, DjangoConnector)
    options: dict[str, Any] = {
        "concurrency": concurrency,
        "listen_notify": False,
        "fetch_job_polling_interval": POLL_SECONDS,
        "shutdown_graceful_timeout": 10,
        "delete_jobs": "never",
    }
    with app.replace_connector(connector.get_worker_connector()) as working:
        working.run_worker(**options)
