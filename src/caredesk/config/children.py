"""The processes below `caredesk serve`: `python -m caredesk.config.children web|live|...`."""

import argparse
import ctypes
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

# Linux: send this process a signal when its parent is gone, however that ended.
_PR_SET_PDEATHSIG = 1

# A thread that ends takes its database connection along, so idle ones are kept (this is the most).
_IDLE_SECONDS = 600

# So long is waited for the head of a request, the next on a connection included; and so long may
# it be (in bytes).
_HEAD_SECONDS = 30
_LONGEST_HEAD = 64 * 1024


def _place(kind: str, port: int) -> dict[str, Any]:
    """Where it listens: at a port, or behind the front at a socket that nobody else can open.

    Root's front is another user, in whose group all is that is made in this folder.
    """
    if sockets := os.environ.get("CAREDESK_SOCKETS"):
        mode = 0o660 if os.geteuid() == 0 else 0o600
        return {"uds": Path(sockets) / kind, "uds_permissions": mode}
    return {"address": os.environ["HOST"], "port": port}


def web() -> int:
    """Pages and the JSON door: a few processes of a few threads, each with its connection."""
    return _serve(
        "caredesk.config.wsgi:application",
        "wsgi",
        _place("web", int(os.environ["PORT"])),
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
        _place("live", int(os.environ["PORT"]) + 1),
        workers_kill_timeout=2,
    )


def worker() -> int:
    from caredesk.config.command import run

    return run("worker", ["--quiet"])


def prepare() -> int:
    from caredesk.config.preparing import prepare as prepare_database

    return prepare_database()


def front() -> int:
    """nginx, in place of this process."""
    command = json.loads(os.environ["CAREDESK_FRONT"])
    os.execv(command[0], command)  # noqa: S606  our own configuration


def _serve(entry: str, interface: str, place: dict[str, Any], **options: Any) -> int:
    """Run Granian, which only these two load."""
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels
    from granian.server import Server

    Server(
        entry,
        interface=Interfaces(interface),
        # Browsers and proxies speak this one without TLS; what nobody needs is not there.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(
            header_read_timeout=1_000 * int(os.environ.get("CAREDESK_HEAD_SECONDS", _HEAD_SECONDS)),
            max_buffer_size=_LONGEST_HEAD,
        ),
        log_level=LogLevels.warning,
        **place,
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


_KINDS = {"web": web, "live": live, "worker": worker, "prepare": prepare, "front": front}


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=_KINDS)
    kind = parser.parse_args().kind
    _end_with_parent()
    return _KINDS[kind]()


if __name__ == "__main__":
    sys.exit(main())
