"""The processes below `caredesk serve`: `python -m caredesk.config.children web|live|worker`."""

import argparse
import ctypes
import os
import signal
import sys

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

# Linux: send this process a signal when its parent is gone, however that ended.
_PR_SET_PDEATHSIG = 1

# A thread that ends takes its database connection along, so idle ones are kept (this is the most).
_IDLE_SECONDS = 600


def web() -> int:
    """Pages and the JSON door: a few processes of a few threads, each with its connection."""
    Server(
        "caredesk.config.wsgi:application",
        address=os.environ["HOST"],
        port=int(os.environ["PORT"]),
        interface=Interfaces.WSGI,
        workers=int(os.environ["CAREDESK_WORKERS"]),
        blocking_threads=int(os.environ["CAREDESK_THREADS"]),
        blocking_threads_idle_timeout=_IDLE_SECONDS,
        backlog=1024,
        log_level=LogLevels.warning,
        workers_kill_timeout=4,
    ).serve()
    return 0


def live() -> int:
    """Streams to open browsers: one process, many sleeping connections."""
    Server(
        "caredesk.config.asgi:application",
        address=os.environ["HOST"],
        port=int(os.environ["PORT"]) + 1,
        interface=Interfaces.ASGINL,
        log_level=LogLevels.warning,
        workers_kill_timeout=2,
    ).serve()
    return 0


def worker() -> int:
    from caredesk.config.command import main

    return main(["worker", "--quiet"])


def prepare() -> int:
    from caredesk.config.preparing import prepare as prepare_database

    return prepare_database()


def _end_with_parent() -> None:
    if sys.platform != "linux":
        return
    parent = os.getppid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=["web", "live", "worker", "prepare"])
    kind = parser.parse_args().kind
    _end_with_parent()
    return {"web": web, "live": live, "worker": worker, "prepare": prepare}[kind]()


if __name__ == "__main__":
    sys.exit(main())
