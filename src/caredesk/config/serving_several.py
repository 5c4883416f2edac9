"""Several organisations from one `caredesk serve`: each its own processes, and one front for all.

Each has a web server, a live process and a worker of its own, started with its own environment: its
database, its keys, its host names. They share nothing but the programs. What dies of one is started
again and leaves the others alone; one that cannot start is tried again. Who is added or removed
meanwhile comes and goes without anybody else noticing.
"""

import contextlib
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from caredesk.config import environment, organisations
from caredesk.config.embedded import Embedded
from caredesk.config.environment import CannotStart, DatabaseUrls
from caredesk.config.front import Front
from caredesk.config.organisations import DEFAULT, Organisation
from caredesk.config.progress import complain, say
from caredesk.config.supervising import (
    Asked,
    Children,
    Stopped,
    ignore_signals,
    refuse_when_stopped,
    told_to_stop,
)

_LOOK_SECONDS = 0.5
_AGAIN_SECONDS = 2.0
_LONGEST_WAIT = 60.0
_WENT_WELL_SECONDS = 300.0

# Migrating, and making the static files that all share, is work for the whole machine.
_one_at_a_time = threading.Lock()


@contextlib.contextmanager
def several(front: Front, given: Mapping[str, str]) -> Iterator["Several"]:
    """Every organisation, and `front` before them; `given` is the default one's environment."""
    with tempfile.TemporaryDirectory(prefix="caredesk-") as made:
        front.may_enter(Path(made))
        running = Several(Path(made), front, given)
        try:
            yield running
        finally:
            running.end()


class Several:
    """What runs: the embedded server where somebody needs it, the organisations, the front."""

    def __init__(self, folder: Path, front: Front, given: Mapping[str, str]) -> None:
        self._folder, self._front, self._given = folder, front, given
        self._kept: dict[str, _Kept] = {}
        self._embedded = _Embedded()
        self._said_wrong = ""

    def end(self) -> None:
        told_to_stop.set()
        ignore_signals()
        self._front.end()
        for each in self._kept.values():
            each.end()
        self._embedded.stop()

    def start(self) -> None:
        """Return when each of them answers, or has failed to for the first time."""
        self.follow()
        for each in self._kept.values():
            while not each.was_tried.wait(0.1):
                refuse_when_stopped()
        if self._front.is_dead():
            raise CannotStart("nginx has ended by itself: see above.")

    def follow(self) -> None:
        """Let come and go what the configuration says by now; one that is wrong changes nothing."""
        try:
            wanted = {each.name: each for each in _served(self._given)}
            self._said_wrong = ""
        except CannotStart as error:
            if not self._kept:
                raise
            if str(error) != self._said_wrong:
                complain(str(error))
            self._said_wrong = str(error)
            return
        # Who leaves is not found any more before it ends; who comes says so until it is up.
        hosts = {self._folder / name: each.hosts for name, each in wanted.items()}
        self._front.show(self._folder, hosts)
        for name in [name for name, kept in self._kept.items() if kept.of != wanted.get(name)]:
            self._kept.pop(name).end()
        for name in wanted.keys() - self._kept.keys():
            sockets = self._folder / name
            sockets.mkdir(mode=0o700, exist_ok=True)
            self._front.may_enter(sockets)
            self._kept[name] = _Kept(wanted[name], sockets, self._given, self._embedded)

    def say_who(self) -> None:
        for name, kept in sorted(self._kept.items()):
            state = "" if kept.is_ready else "   (does not start: see above)"
            say(f"  {name}: {', '.join(kept.of.hosts)}{state}")

    def watch(self) -> int:
        while not self._front.is_dead():
            refuse_when_stopped()
            time.sleep(_LOOK_SECONDS)
            self.follow()
        complain("nginx has ended by itself; stopping the others.")
        return 1


class _Embedded:
    """The embedded server, started when the first one asks for it."""

    def __init__(self) -> None:
        self._started: Embedded | None = None
        self._starting = threading.Lock()

    def urls(self, organisation: Organisation) -> DatabaseUrls:
        with self._starting:
            if self._started is None:
                embedded = Embedded(environment.installation_folder())
                embedded.start()
                self._started = embedded
            addresses = self._started.addresses()
        if organisation.name == DEFAULT:
            return DatabaseUrls(addresses.application, addresses.owner)
        return DatabaseUrls(*organisation.urls(addresses.superuser))

    def stop(self) -> None:
        if self._started is not None:
            self._started.stop()


class _Kept:
    """One organisation's processes, kept running by a thread of their own."""

    def __init__(
        self, of: Organisation, sockets: Path, given: Mapping[str, str], embedded: _Embedded
    ) -> None:
        self.of, self.sockets = of, sockets
        self.was_tried, self.is_ready = threading.Event(), False
        self._given, self._embedded = given, embedded
        self._leaving = threading.Event()
        # Where the system ends children with their parent it means this thread: it lives longer.
        self._thread = threading.Thread(target=self._keep, name=of.name)
        self._thread.start()

    def end(self) -> None:
        self._leaving.set()
        self._thread.join()

    def _is_over(self) -> bool:
        return self._leaving.is_set() or told_to_stop.is_set()

    def _keep(self) -> None:
        wait = _AGAIN_SECONDS
        while not self._is_over():
            began = time.monotonic()
            try:
                with contextlib.suppress(Stopped):
                    self._run()
            except (CannotStart, OSError) as error:
                complain(f"{self.of.name}: {error}")
            self.is_ready = False
            self.was_tried.set()
            went_well = time.monotonic() - began > _WENT_WELL_SECONDS
            wait = _AGAIN_SECONDS if went_well else min(wait * 2, _LONGEST_WAIT)
            self._leaving.wait(0 if self._is_over() else wait)

    def _run(self) -> None:
        urls = self._urls()
        # What was killed leaves its sockets behind, and cannot take them again.
        for left in self.sockets.iterdir():
            left.unlink()
        children = Children(_told(self.of, self._given, urls.application, self.sockets))
        try:
            with _in_turn(self._is_over):
                children.prepare(self.of.folder, urls.owner)
            children.start_all()
            host = self.of.hosts[0]
            children.wait_until_answering(
                Asked("/health/", at=self.sockets / "web", host=host),
                Asked("/", at=self.sockets / "live", host=host),
            )
            self.is_ready = True
            self.was_tried.set()
            if dead := children.watch(self._is_over):
                complain(f"{self.of.name}: the {dead} process has ended by itself; starting again.")
        finally:
            children.end()

    def _urls(self) -> DatabaseUrls:
        if self.of.name == DEFAULT and self._given.get("DATABASE_URL"):
            return DatabaseUrls(self._given["DATABASE_URL"], os.environ.get("DATABASE_OWNER_URL"))
        if self.of.database.is_embedded:
            return self._embedded.urls(self.of)
        return DatabaseUrls(*self.of.urls(self.of.database.server))


@contextlib.contextmanager
def _in_turn(is_over: Callable[[], bool]) -> Iterator[None]:
    while not _one_at_a_time.acquire(timeout=0.2):
        if is_over():
            raise Stopped
    try:
        yield
    finally:
        _one_at_a_time.release()


def _served(given: Mapping[str, str]) -> list[Organisation]:
    """Everybody's configuration; the default organisation's is the environment it always had."""
    several = [each for each in organisations.listed() if each.is_served]
    if not organisations.has_default():
        return several
    hosts = tuple(filter(None, given["CAREDESK_HOSTS"].lower().split(",")))
    if "*" in hosts:
        raise CannotStart(
            "CAREDESK_HOSTS is *: beside other organisations the default one needs names."
        )
    default = Organisation(DEFAULT, hosts, organisations.DEFAULT_DATABASE)
    taken = {host for each in several for host in each.hosts} & set(hosts)
    if taken:
        raise CannotStart(f"{taken.pop()} is among CAREDESK_HOSTS and an organisation's, too.")
    return [default, *several]


def _told(
    of: Organisation, given: Mapping[str, str], application_url: str, sockets: Path
) -> dict[str, str]:
    """The environment of one organisation's processes."""
    told = dict(given) if of.name == DEFAULT else of.environment(given)
    return {
        **told,
        "DATABASE_URL": application_url,
        "CAREDESK_SOCKETS": str(sockets),
        "CAREDESK_STATIC": str(environment.installation_folder() / "static"),
        "CAREDESK_LIVE_PORT": "0",
        "DJANGO_SETTINGS_MODULE": "caredesk.config.settings",
    }
