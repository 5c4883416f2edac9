"""`caredesk serve`: everything, from one terminal, until Ctrl-C.

This process only starts, watches and ends the others; it never loads Django. A child that dies
ends them all: half a Caredesk would be a puzzle, and who restarts it restarts the whole.
"""

import argparse
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from caredesk.config import environment
from caredesk.config.environment import CannotStart, DatabaseUrls
from caredesk.config.progress import complain, say, step

_KINDS = ("web", "live", "worker")
_ANSWER_SECONDS = 300.0
_END_SECONDS = 20.0
_told_to_stop = threading.Event()
_LOOPBACK = ("localhost", "::1")


class Stopped(Exception):
    """Somebody pressed Ctrl-C, closed the terminal or sent SIGTERM."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--host", default=os.environ.get("HOST") or "127.0.0.1", help="HOST; default 127.0.0.1"
    )
    parser.add_argument(
        "--port",
        type=int,
        default=os.environ.get("PORT") or 8000,
        help="PORT; default 8000. Live updates use the next one",
    )


def run(arguments: argparse.Namespace) -> int:
    """Serve until told to stop, or until something of it dies."""
    _stop_on_signals()
    environment.leave_no_core()
    try:
        _refuse_taken_ports(arguments.host, arguments.port)
        with environment.only_one(environment.data_folder()), _database() as urls:
            return _serve(arguments.host, arguments.port, urls)
    except Stopped:
        say("Caredesk has stopped.")
        return 0


def _serve(host: str, port: int, urls: DatabaseUrls) -> int:
    children = Children(_environment(host, port, urls.application))
    try:
        prepared = _prepare(children, urls)
        children.environment["CAREDESK_CLOCK_OFFSET"] = str(prepared["clock_offset"])
        for kind in _KINDS:
            children.start(kind)
        with step("Starting the web server"):
            children.wait_until_answering(_reached(host), port)
        _say_ready(host, port, prepared)
        return children.watch()
    finally:
        _ignore_signals()
        children.end()
        _serving_file().unlink(missing_ok=True)


def _prepare(children: "Children", urls: DatabaseUrls) -> dict[str, object]:
    """In a process of its own, the only one that knows the owner of the database."""
    answer = environment.data_folder() / "prepared.json"
    answer.unlink(missing_ok=True)
    owner = {"DATABASE_OWNER_URL": urls.owner} if urls.owner else {}
    code = children.start("prepare", **owner).wait()
    if code != 0:
        raise CannotStart("Caredesk could not be prepared: see above.")
    children.forget("prepare")
    return dict(json.loads(answer.read_text()))


@contextlib.contextmanager
def _database() -> Iterator[DatabaseUrls]:
    """Your own server, or the embedded one for as long as we run."""
    if os.environ.get("DATABASE_URL"):
        yield DatabaseUrls(os.environ["DATABASE_URL"], os.environ.get("DATABASE_OWNER_URL"))
        return
    from caredesk.config.embedded import Embedded

    embedded = Embedded(environment.data_folder())
    try:
        addresses = embedded.start()
        yield DatabaseUrls(addresses.application, addresses.owner)
    finally:
        _ignore_signals()
        embedded.stop()


class Children:
    """The processes we started, each the leader of a group of its own."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
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

    def forget(self, kind: str) -> None:
        del self._running[kind]

    def wait_until_answering(self, host: str, port: int) -> None:
        deadline = time.monotonic() + _ANSWER_SECONDS
        for address in (f"http://{host}:{port}/health/", f"http://{host}:{port + 1}/"):
            while not _answers(address):
                _refuse_when_stopped()
                if self._dead() or time.monotonic() > deadline:
                    raise CannotStart(f"Nothing answers at {address}: see above.")
                time.sleep(0.05)

    def watch(self) -> int:
        """Return when a child has died."""
        while not (dead := self._dead()):
            _refuse_when_stopped()
            time.sleep(0.2)
        complain(f"The {dead} process has ended by itself; stopping the others.")
        return 1

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

    def _dead(self) -> str:
        return next((kind for kind, each in self._running.items() if each.poll() is not None), "")


def _environment(host: str, port: int, application_url: str) -> dict[str, str]:
    """What every child knows. None of them knows the owner of the database."""
    known = {name: value for name, value in os.environ.items() if name != "DATABASE_OWNER_URL"}
    names = ["localhost", "127.0.0.1", "[::1]", host]
    defaults = {
        "CAREDESK_WORKERS": "2",
        "CAREDESK_THREADS": "4",
        "CAREDESK_HOSTS": ",".join(dict.fromkeys(names)),
    }
    return {
        **defaults,
        **known,
        "DATABASE_URL": application_url,
        "CAREDESK_DATA": str(environment.data_folder()),
        "HOST": host,
        "PORT": str(port),
        "CAREDESK_LIVE_PORT": str(port + 1),
        "CAREDESK_DEMO_SIGN_INS": "1" if _is_loopback(host) else "0",
        "DJANGO_SETTINGS_MODULE": "caredesk.config.settings",
    }


def _is_loopback(host: str) -> bool:
    return host in _LOOPBACK or host.startswith("127.")


def _reached(host: str) -> str:
    """Where we ask ourselves, and what we print."""
    if host in ("0.0.0.0", "::"):  # noqa: S104  compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _refuse_taken_ports(host: str, port: int) -> None:
    for each in (port, port + 1):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as asking:
            asking.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                asking.bind((host, each))
            except OverflowError:
                raise CannotStart(f"There is no port {each}: choose one below 65535.") from None
            except OSError as error:
                raise CannotStart(
                    f"Port {each} of {host} cannot be used ({error.strerror}). Nothing was "
                    f"started. Choose another, for example PORT={port + 10} make run."
                ) from error


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=10)  # noqa: S310  our own address
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False
    return True


def _say_ready(host: str, port: int, prepared: dict[str, object]) -> None:
    url = f"http://{_reached(host)}:{port}"
    _serving_file().write_text(json.dumps({"url": url, "process": os.getpid()}))
    say(f"Caredesk is ready: {url}")
    if prepared["way_in"]:
        say(f"Nobody can sign in yet: `{prepared['way_in']}`, in another terminal, says how.")
    sign_ins = prepared["sign_ins"]
    if not (_is_loopback(host) and isinstance(sign_ins, list) and sign_ins):
        return
    say(f"In the demo practice it is {prepared['time_shown']}.")
    say("Sign in to the demo practice (only from this machine):")
    table = [["Name", "Password", "Who that is"], *sign_ins]
    widths = [max(len(each[column]) for each in table) for column in (0, 1)]
    for name, password, who in table:
        say(f"  {name:<{widths[0]}}   {password:<{widths[1]}}   {who}")


def _serving_file() -> Path:
    return environment.data_folder() / "serving.json"


def _stop_on_signals() -> None:
    def stop(number: int, frame: FrameType | None) -> None:
        _told_to_stop.set()
        raise Stopped

    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, stop)


def _refuse_when_stopped() -> None:
    """Python swallows what a signal raises inside a destructor: ask again where we wait."""
    if _told_to_stop.is_set():
        raise Stopped


def _ignore_signals() -> None:
    """While we end the others: a second Ctrl-C must not leave one behind."""
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, signal.SIG_IGN)
