"""A practice's database, backed up and restored as its administrator does it."""

import contextlib
import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.test import override_settings
from tests.test_actions import MANAGER

from caredesk.audit.models import Entry
from caredesk.config import database, migrating
from caredesk.config.command import main
from caredesk.config.embedded import Addresses, Embedded
from caredesk.config.keys import KeyRing
from caredesk.config.server_user import binaries
from caredesk.practice.actions import name_organization

_BURN = """DO $$ BEGIN
  WHILE pg_current_xact_id()::text::bigint < {} LOOP COMMIT; END LOOP;
END $$"""


@dataclass(frozen=True, slots=True)
class Practice:
    """One database, and the folder of what is kept outside it."""

    cluster: Embedded
    name: str
    folder: Path

    def __post_init__(self) -> None:
        """The key is brought along: without it no seal could be checked."""
        key = self.folder / "keys" / "audit"
        key.parent.mkdir(exist_ok=True)
        key.write_text(settings.CAREDESK_AUDIT_KEY)

    @property
    def addresses(self) -> Addresses:
        return self.cluster.addresses(self.name)

    @contextlib.contextmanager
    def open(self) -> Iterator[None]:
        """Caredesk works with this database."""
        before = {**connections.settings}
        database.use(self.addresses.application, self.addresses.owner)
        try:
            keys = KeyRing(self.folder / "keys" / "files")
            with override_settings(CAREDESK_DATA=self.folder, CAREDESK_FILE_KEYS=keys):
                yield
        finally:
            connections.close_all()
            database.replace(before)

    def owner(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.addresses.owner, autocommit=True)


def new_practice(cluster: Embedded, name: str, folder: Path) -> Practice:
    """An empty, migrated database."""
    cluster.make_database(name)
    made = Practice(cluster, name, folder)
    with made.open():
        migrating.migrate()
    return made


def restored(backup: Path, into: Embedded, name: str, folder: Path, *how: str) -> Practice:
    """The backup in a new database; the owner of that was not asked yet."""
    into.make_database(name)
    made = Practice(into, name, folder)
    _run("pg_restore", "--exit-on-error", *how, "--dbname", made.addresses.owner, str(backup))
    return made


@contextlib.contextmanager
def backup_of(practice: Practice) -> Iterator[Path]:
    """A dump of the database as it is now."""
    with tempfile.NamedTemporaryFile(suffix=".dump") as file:
        _run("pg_dump", "--format=custom", "--file", file.name, practice.addresses.owner)
        yield Path(file.name)


def write(count: int) -> list[Entry]:
    """So many actions, each a transaction with one entry in the audit log."""
    known = set(Entry.objects.values_list("id", flat=True))
    for number in range(count):
        name_organization(f"Name {number}", by=MANAGER)
    return list(Entry.objects.exclude(id__in=known).order_by("epoch", "xid", "seq"))


def count_on(practice: Practice, ahead_of: Practice) -> None:
    """Let the one cluster's transaction ids run ahead of the other's."""
    with ahead_of.owner() as behind, practice.owner() as owner:
        row = behind.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
        assert row is not None
        owner.execute(_BURN.format(int(str(row[0])) + 5_000))


@dataclass(frozen=True, slots=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str


def command(practice: Practice, *words: str) -> Said:
    """`caredesk ...` with this database."""
    out, err = io.StringIO(), io.StringIO()
    with (
        practice.open(),
        pytest.MonkeyPatch.context() as environment,
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        environment.setenv("DATABASE_URL", practice.addresses.application)
        code = main(list(words))
    return Said(code, out.getvalue(), err.getvalue())


def process(practice: Practice, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """The same as a process of its own."""
    return subprocess.run(
        _words(*words),
        env=_environment(practice, **more),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@contextlib.contextmanager
def working(practice: Practice) -> Iterator[subprocess.Popen[str]]:
    """A worker that runs."""
    worker = subprocess.Popen(
        _words("worker"),
        env=_environment(practice),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "The worker runs.\n"
        yield worker
    finally:
        worker.kill()
        worker.wait()


def end_sessions(practice: Practice) -> None:
    """As when the database's server goes away, for a moment."""
    with psycopg.connect(practice.addresses.superuser, autocommit=True) as superuser:
        superuser.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = %s AND usename = 'caredesk_app'",
            [practice.name],
        )


def _words(*words: str) -> list[str]:
    return [sys.executable, "-m", "caredesk.config", *words]


def _environment(practice: Practice, **more: str) -> dict[str, str]:
    known = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE")}
    return {
        **known,
        "DATABASE_URL": practice.addresses.application,
        "CAREDESK_DATA": str(practice.folder),
        "CAREDESK_DEMO": "0",
        **more,
    }


def _run(program: str, *words: str) -> None:
    done = subprocess.run(
        [str(binaries() / program), *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
