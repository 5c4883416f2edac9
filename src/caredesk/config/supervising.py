"""The processes that `caredesk serve` starts, watches and ends, and how it is told to stop."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType

from caredesk.config.environment import CannotStart, password_for
from caredesk.config.progress import step

_ANSWER_SECONDS = 300.0
_END_SECONDS = 20.0
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
told_to_stop = threading.Event()


class Stopped(Exception):
    """Somebody pressed Ctrl-C, closed the terminal or sent SIGTERM."""


def stop_on_signals() -> None:
    def stop(number: int, frame: FrameType | None) -> None:
        told_to_stop.set()
        raise Stopped

    for sign in _SIGNALS:
        signal.signal(sign, stop)


def refuse_when_stopped() -> None:
    """Python swallows what a signal raises inside a destructor: ask again where we wait."""
    if told_to_stop.is_set():
        raise Stopped


def ignore_signals() -> None:
    """While we end the others: a second Ctrl-C must not leave one behind."""
    for sign in _SIGNALS:
        signal.signal(sign, signal.SIG_IGN)


class Children:
    """The processes we started, each the leader of a group of its own."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = dict(environment)
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, kind: str, **more: str) -> subprocess.Popen[bytes]:
        # A group of its own: Ctrl-C reaches us alone, and we end them in order.
        process = subprocess.Popen(
            [sys.executable, "-m", "caredesk.config.children", kind],
            env={**self.environment, **more},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._running[kind] = process
        return process

    def prepare(self, folder: Path, owner_url: str | None) -> dict[str, object]:
        """In a process of its own, the only one that knows the owner of the database.

        It leaves in the organisation's `folder` what the others are told, and what is to be said.
        """
        answer = folder / "prepared.json"
        answer.unlink(missing_ok=True)
        owner = {"DATABASE_OWNER_URL": owner_url, **password_for(owner_url)} if owner_url else {}
        code = self.start("prepare", **owner).wait()
        if code != 0:
            raise CannotStart("Caredesk could not be prepared: see above.")
        del self._running["prepare"]
        prepared = dict(json.loads(answer.read_text()))
        self.environment["CAREDESK_CLOCK_OFFSET"] = str(prepared["clock_offset"])
        return prepared

    def start_all(self) -> None:
        for kind in ("web", "live", "worker"):
            self.start(kind)

    def wait_until_answering(self, *asked: "Asked") -> None:
        deadline = time.monotonic() + _ANSWER_SECONDS
        for each in asked:
            while not each.answers():
                refuse_when_stopped()
                if self.dead() or time.monotonic() > deadline:
                    raise CannotStart(f"Nothing answers at {each.place}: see above.")
                time.sleep(0.05)

    def watch(self, until: Callable[[], bool] = lambda: False) -> str:
        """Return the kind of a child that has died, or nothing where it went on `until` then."""
        while not (dead := self.dead()) and not until():
            refuse_when_stopped()
            time.sleep(0.2)
        return dead

    def end(self) -> None:
        """Ask each to finish what it does, then end what is left of its group."""
        with step("Stopping"):
            for process in self._running.values():
                process.terminate()
            deadline = time.monotonic() + _END_SECONDS
            for process in self._running.values():
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(max(0.0, deadline - time.monotonic()))
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            self._running.clear()

    def dead(self) -> str:
        return next((kind for kind, each in self._running.items() if each.poll() is not None), "")


class Asked:
    """A place that answers once it serves: a port of this machine, or a socket in a folder."""

    def __init__(
        self,
        path: str,
        *,
        port: tuple[str, int] | None = None,
        at: Path | None = None,
        host: str = "localhost",
    ) -> None:
        self._path, self._port, self._at, self._host = path, port, at, host
        self.place = str(at) if at else "http://{}:{}{}".format(*(port or ("", 0)), path)

    def answers(self) -> bool:
        """Whether it says anything but that it cannot."""
        connection = http.client.HTTPConnection(self._host, timeout=10)
        try:
            connection.sock = self._connected()
            connection.request("GET", self._path, headers={"Connection": "close"})
            return connection.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _connected(self) -> socket.socket:
        if self._port is not None:
            host, port = self._port
            return socket.create_connection((host.strip("[]"), port), timeout=10)
        opened = socket.socket(socket.AF_UNIX)
        opened.settimeout(10)
        opened.connect(str(self._at))
        return opened
