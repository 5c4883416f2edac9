"""One real `caredesk serve` with two organisations, both of them full of planted people."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import randrange
from typing import Any
from uuid import UUID

import httpx
import psutil
import psycopg
import pytest
from django.conf import settings
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker
from tests import world as cast
from tests.addresses import arguments_of
from tests.world import World

from caredesk.config import database, front, organisations
from caredesk.config.embedded import Addresses, Embedded
from caredesk.config.keys import KeyRing
from caredesk.kernel import looks
from caredesk.kernel.ids import new_id
from caredesk.people.actions import register_patient
from caredesk.practice.actions import name_organization

_BOUND = 240

PEOPLE = {
    "elm": {
        "lupe": ("Ulmus-Amaranth", "Zephyrine", date(1974, 3, 7), "(602) 234-0142"),
        "bill": ("Elmsworthy", "Bartholomew", date(1951, 12, 30), "(602) 234-0199"),
        "wei": ("Samara-Wen", "Ignatius", date(2019, 2, 28), "(602) 234-0177"),
    },
    "oak": {
        "lupe": ("Quercus-Robinia", "Philomena", date(1963, 5, 17), "(480) 967-5511"),
        "bill": ("Acornfield", "Thaddeus", date(1948, 9, 13), "(480) 967-5522"),
        "wei": ("Galloak-Lin", "Seraphina", date(2017, 11, 4), "(480) 967-5533"),
    },
}
STAFF = {
    "elm": {"ana": "Ana Elmgren", "ben": "Ben Elmquist", "mia": "Mia Elmer", "chen": "Dr Elma Yu"},
    "oak": {"ana": "Ana Oakes", "ben": "Ben Oakley", "mia": "Mia Oaken", "chen": "Dr Oaklynn Po"},
}
PRACTICES = {"elm": "Elmhurst Family Medicine", "oak": "Oakhollow Pediatrics"}
PASSWORDS = {"elm": "elm correct horse", "oak": "oak battery staple"}
FIRST_NUMBER = {"elm": 410_000, "oak": 720_000}


@dataclass
class Installation:
    """A data folder and the `caredesk serve` over it."""

    folder: Path
    port: int
    process: subprocess.Popen[str] | None = None
    lines: list[str] = field(default_factory=list)

    def environment(self, **more: str) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("DATABASE_", "CAREDESK_", "DJANGO_", "PORT", "HOST"))
        }
        # Tests ask more often than people: access/limits has tests of its own.
        told = {"CAREDESK_DATA": str(self.folder), "PORT": str(self.port), "CAREDESK_LIMITS": "off"}
        return {**kept, **told, **more}

    def command(self, *words: str, typed: str = "", **more: str) -> tuple[int, str]:
        """`caredesk ...`: the exit code, and everything that was said."""
        done = subprocess.run(
            [sys.executable, "-m", "caredesk.config", *words],
            env=self.environment(**more),
            input=typed,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_BOUND,
            check=False,
        )
        assert "Traceback" not in done.stdout, done.stdout
        return done.returncode, done.stdout

    def add(self, name: str, *hosts: str) -> str:
        code, said = self.command(
            *("organisation", "add", name, "--practice", PRACTICES.get(name, name)),
            *(word for host in hosts or (f"{name}.test",) for word in ("--host", host)),
            *("--site", f"{name.title()} House", "--zone", cast.ZONE, "--manager", f"head-{name}"),
            typed=f"{PASSWORDS.get(name, 'some other words')}\n",
        )
        assert code == 0, said
        return said

    def serve(self, **more: str) -> None:
        self.lines.clear()
        ready = threading.Event()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "caredesk.config", "serve"],
            env=self.environment(**more),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

        def read(out: Any) -> None:
            for line in out:
                self.lines.append(line.rstrip())
                if line.startswith("Caredesk is ready"):
                    ready.set()
            ready.set()

        threading.Thread(target=read, args=(self.process.stdout,), daemon=True).start()
        assert ready.wait(_BOUND), self.lines
        assert any(line.startswith("Caredesk is ready") for line in self.lines), self.lines

    def end(self, sign: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(sign)
        return self.process.wait(_BOUND)

    def processes(self) -> list[psutil.Process]:
        assert self.process is not None
        return psutil.Process(self.process.pid).children(recursive=True)

    def of(self, name: str, kind: str = "") -> list[psutil.Process]:
        """The processes that work for one organisation."""
        found = []
        for each in self.processes():
            with contextlib.suppress(psutil.Error):
                told = each.environ().get("CAREDESK_ORGANISATION")
                if told == name and kind in each.cmdline()[-1]:
                    found.append(each)
        return found

    def addresses(self) -> Addresses:
        return Embedded(self.folder).addresses()

    def urls(self, name: str) -> tuple[str, str]:
        """One organisation's database as its application and as its owner."""
        with pytest.MonkeyPatch.context() as told:
            told.setenv("CAREDESK_DATA", str(self.folder))
            return organisations.find(name).urls(self.addresses().superuser)


@dataclass
class Tenant:
    """One organisation: its cast, what is planted in it, and browsers at its door."""

    name: str
    installation: Installation
    world: World
    appointments: dict[str, UUID]
    ids: set[str]
    arguments: dict[str, object] = field(default_factory=dict)

    @property
    def host(self) -> str:
        return f"{self.name}.test:{self.installation.port}"

    @property
    def planted(self) -> set[str]:
        """What stands nowhere but with this organisation."""
        people = PEOPLE[self.name].values()
        names = {word for family, given, *_ in people for word in (family, given)}
        phones = {
            part for *_, phone in people for part in (phone[-8:], phone[-8:].replace("-", ""))
        }
        staff = set(STAFF[self.name].values())
        numbers = set(self.world.record_numbers.values())
        return {PRACTICES[self.name], *names, *phones, *staff, *numbers, *self.ids}

    def found_in(self, text: str, sent: str = "") -> set[str]:
        """What of it stands in a text, but for what was sent there."""
        low, sent = text.lower(), sent.lower()
        return {each for each in self.planted if each.lower() in low and each.lower() not in sent}

    def browser(self, host: str = "", **headers: str) -> httpx.Client:
        return browser(self.installation, host or self.host, **headers)

    def signed_in(self, who: str = "ana") -> httpx.Client:
        browser = self.browser()
        assert sign_in(browser, who, PASSWORDS[self.name]).status_code == 302
        browser.headers["X-CSRFToken"] = browser.cookies["caredesk_csrf"]
        return browser

    @contextlib.contextmanager
    def open(self) -> Iterator[None]:
        """This test process works with its database, as its application and as its owner."""
        before = {**connections.settings}
        database.use(*self.installation.urls(self.name))
        try:
            yield
        finally:
            connections.close_all()
            database.replace(before)

    def everything(self) -> str:
        """All rows of all its tables as text."""
        return everything_in(self.installation.urls(self.name)[1])


def browser(of: Installation, host: str, **headers: str) -> httpx.Client:
    """Whoever asks for that host."""
    return httpx.Client(
        base_url=f"http://127.0.0.1:{of.port}",
        headers={"Host": host, **headers},
        timeout=60,
        verify=False,  # nothing is encrypted here, and reading the world's authorities is slow
    )


def sign_in(browser: httpx.Client, who: str, password: str) -> httpx.Response:
    page = browser.get("/sign-in/")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert token is not None
    sent = {"username": who, "password": password, "csrfmiddlewaretoken": token[1]}
    return browser.post("/sign-in/", data=sent)


def whole(answer: httpx.Response) -> str:
    """Headers and all."""
    return f"{answer.headers!r}\n{answer.text}"


def everything_in(url: str) -> str:
    with psycopg.connect(url) as owner:
        names = owner.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = "
            "'public'::regnamespace ORDER BY 1"
        ).fetchall()
        rows = [
            str(row)
            for (name,) in names
            for (row,) in owner.execute(f'SELECT t::text FROM "{name}" t').fetchall()
        ]
    return "\n".join(rows)


def raw(port: int, request: str) -> str:
    """What the front answers to these very bytes."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as sending:
        sending.sendall(request.replace("\n", "\r\n").encode("latin-1"))
        received = b""
        while part := sending.recv(65_536):
            received += part
    return received.decode("utf-8", "replace")


def free_port() -> int:
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        return int(asking.getsockname()[1])


@contextlib.contextmanager
def installation() -> Iterator[Installation]:
    """A data folder that is gone afterwards, with everything that ran there."""
    if front.program() is None:
        missing = "Several organisations need nginx: apt-get install nginx-light."
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    with tempfile.TemporaryDirectory(prefix="caredesk-hosting-") as made:
        Path(made).chmod(0o711)
        found = Installation(Path(made), free_port())
        try:
            yield found
        finally:
            if found.process is not None:
                found.end()
            Embedded(found.folder).stop()


def fill(name: str, into: Installation, blocker: DjangoDbBlocker) -> Tenant:
    """The cast in the organisation's own database, by the actions of the desk."""
    tenant = Tenant(name, into, World(), {}, set())
    owner_url = into.urls(name)[1]
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("SELECT setval('people_patient_numbers', %s)", [FIRST_NUMBER[name]])
    with pytest.MonkeyPatch.context() as given, blocker.unblock(), tenant.open():
        given.setattr(cast, "PATIENTS", PEOPLE[name])
        given.setattr(cast, "NAMES", STAFF[name])
        given.setattr(cast, "PASSWORD", PASSWORDS[name])
        folder = into.folder / "organisations" / name
        given.setattr(settings, "CAREDESK_DATA", folder)
        given.setattr(settings, "CAREDESK_FILE_KEYS", KeyRing(folder / "keys" / "files"))
        tenant.world = cast.build()
        name_organization(PRACTICES[name], by=cast.FOUNDER)
        tenant.appointments = cast.book_everybody(tenant.world)
        cast.leave_open(tenant.world, "wei")
        tenant.arguments = arguments_of(tenant.world, tenant.appointments)
    with psycopg.connect(owner_url) as owner:
        tenant.ids = _ids(owner)
    return tenant


def book_somebody_new(tenant: Tenant) -> None:
    """A patient nobody has seen yet, tomorrow."""
    name = f"new-{new_id()}"
    with looks.collecting("world"):
        born = date(1950, 1, 1) + timedelta(days=randrange(20_000))
        made = register_patient(f"Comer {name[-8:]}", born, f"N{name[-4:]}", by=cast.FOUNDER)
    tenant.world.patients[name] = made.patient
    cast.book_tomorrow(tenant.world, name)


def wait_for_jobs(of: Tenant) -> None:
    """Return when its own worker has nothing left to do."""
    waiting = "SELECT 1 FROM procrastinate_jobs WHERE status IN ('todo', 'doing') LIMIT 1"
    deadline = time.monotonic() + _BOUND
    with psycopg.connect(of.installation.urls(of.name)[1], autocommit=True) as owner:
        while owner.execute(waiting).fetchone() is not None:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def _ids(owner: psycopg.Connection[Any]) -> set[str]:
    """Of every row that has one; those that Caredesk itself brings along are everybody's."""
    tables = owner.execute(
        "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' "
        "AND column_name = 'id' AND data_type = 'uuid'"
    ).fetchall()
    return {str(id) for (name,) in tables for (id,) in owner.execute(f'SELECT id FROM "{name}"')}


def as_json(body: Any) -> str:
    return json.dumps(body, default=str)
