"""The processes below `caredesk serve`: `python -m caredesk.config.children web|live|worker`."""

import argparse
import ctypes
import os
import signal
import sys
from typing import Any

# Linux: send this process a signal when its parent is gone, however that ended.
_PR_SET_PDEATHSIG = 1

# A thread that ends takes its database connection along, so idle ones are kept (this is the most).
_IDLE_SECONDS = 600

# So long is waited for the head of a request, the next on a connection included; and so long may
# it be (in bytes).
_HEAD_SECONDS = 30
_LONGEST_HEAD = 64 * 1024


def web() -> int:
    """Pages and the JSON door: a few processes of a few threads, each with its connection."""
    return _serve(
        "caredesk.config.wsgi:application",
        "wsgi",
        int(os.environ["PORT"]),
        workers=int(os.environ["CAREDESK_WORKERS"]),
        blocking_threads=int(os.environ["CAREDESK_THREADS"]),
        blocking_threads_idle_timeout=_IDLE_SECONDS,
        backlog=1024,
        workers_kill_timeout=4,
    )


def live() -> int:
    """Streams to open browsers: one process, many sleeping connections."""
    return _serve(
        "caredesk.config.asgi:application",
        "asginl",
        int(os.environ["PORT"]) + 1,
        workers_kill_timeout=2,
    )


def worker() -> int:
    from caredesk.config.command import main

    return main(["worker", "--quiet"])


def prepare() -> int:
    from caredesk.config.preparing import prepare as prepare_database

    return prepare_database()


def _serve(entry: str, interface: str, port: int, **options: Any) -> int:
    """Run Granian, which only these two load."""
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels
    from granian.server import Server

    Server(
        entry,
        address=os.environ["HOST"],
        port=port,
        interface=Interfaces(interface),
        # Browsers and proxies speak this one without TLS; what nobody needs is not there.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(
            header_read_timeout=1_000 * int(os.environ.get("CAREDESK_HEAD_SECONDS", _HEAD_SECONDS)),
            max_buffer_size=_LONGEST_HEAD,
        ),
        log_level=LogLevels.warning,
        **options,
    ).serve()
    return 0


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
