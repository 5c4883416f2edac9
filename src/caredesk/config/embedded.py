"""The embedded PostgreSQL: one cluster in the data folder, started and stopped with Caredesk.

It listens on 127.0.0.1 only, at a free port of its own, with passwords made here. The superuser
makes the two roles and the database and does nothing else. Meant for trying Caredesk and for a
practice of one machine; it has no TLS, for which you want a server of your own.
"""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from caredesk.config import provisioning, server_process
from caredesk.config.keys import key_kept_in
from caredesk.config.server_process import ServerProcess
from caredesk.config.server_user import CannotRun, reachable_home

DATABASE = "caredesk"
SUPERUSER = "postgres"
OWNER = "caredesk_owner"
APPLICATION = "caredesk_app"

# Nothing of a test survives a crash, so nothing waits for the disk.
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True, slots=True)
class Addresses:
    """The same database as seen by the application, the owner and the superuser."""

    application: str
    owner: str
    superuser: str


class Embedded:
    """The cluster below `folder`. `start` and `stop` may be called in any state."""

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        self.folder = folder.absolute()
        self.home = reachable_home(self.folder / "postgres")
        self._process = ServerProcess(self.home, {**_connections(self.folder), **(settings or {})})

    def start(self) -> Addresses:
        """Make the cluster if it is not there, run it, and see that roles and database exist.

        A server whose starter was killed is found again and used as it is.
        """
        if not (self.home / "data" / "PG_VERSION").exists():
            server_process.make_cluster(self.home, SUPERUSER, self._password(SUPERUSER))
        self._process.start(self._answers)
        addresses = self.addresses()
        _make_roles(addresses.superuser, self._password(OWNER), self._password(APPLICATION))
        self.make_database(DATABASE)
        with provisioning.administering(addresses.superuser) as superuser:
            provisioning.close_to_all(superuser)
        return addresses

    def stop(self) -> None:
        self._process.stop()

    @property
    def is_running(self) -> bool:
        return self._process.port() is not None

    def addresses(self, database: str = DATABASE) -> Addresses:
        """Where the running server's database is."""
        return Addresses(
            self._url(APPLICATION, database),
            self._url(OWNER, database),
            self._url(SUPERUSER, "postgres"),
        )

    def make_database(self, name: str, template: str = "template0") -> None:
        """Make an empty database, or a copy of `template`, unless one has that name."""
        with psycopg.connect(self.addresses().superuser, autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if known.fetchone():
                return
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template)
                )
            )
            connection.execute(
                sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name))
            )
            connection.execute(
                sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                    sql.Identifier(name), sql.Identifier(APPLICATION)
                )
            )

    def drop_database(self, name: str) -> None:
        with psycopg.connect(self.addresses().superuser, autocommit=True) as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )

    def _url(self, role: str, database: str) -> str:
        port = self._process.port()
        if port is None:
            raise CannotRun("The embedded database is not running.")
        return self._url_at(port, role, database)

    def _url_at(self, port: int, role: str, database: str) -> str:
        # Whoever else might listen there never learns the password: SCRAM proves, it does not tell.
        where = f"127.0.0.1:{port}/{database}?require_auth=scram-sha-256"
        return f"postgresql://{role}:{self._password(role)}@{where}"

    def _password(self, role: str) -> str:
        return key_kept_in(self.folder / "keys", f"database-{role}")

    def _answers(self, port: int) -> bool:
        """Whether the server takes our superuser. False while it starts or recovers."""
        try:
            psycopg.connect(self._url_at(port, SUPERUSER, "postgres"), connect_timeout=2).close()
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise CannotRun(
                    f"The database in {self.home} does not know the password in "
                    f"{self.folder / 'keys'}: the two do not belong together."
                ) from error
            return False
        return True


def _connections(folder: Path) -> dict[str, str]:
    """Each organisation's processes keep theirs; some may be added while the server runs."""
    tens = -(-len(list((folder / "organisations").glob("*"))) // 10)
    return {"max_connections": str(120 + 250 * tens)}


def _make_roles(superuser: str, owner_password: str, application_password: str) -> None:
    with psycopg.connect(superuser, autocommit=True) as connection:
        for role, password in ((OWNER, owner_password), (APPLICATION, application_password)):
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            if known.fetchone():
                continue
            provisioning.make_role(connection, role, password)


@contextlib.contextmanager
def throw_away(settings: Mapping[str, str] | None = None) -> Iterator[Embedded]:
    """A cluster that is gone afterwards; with those of runs that were killed, too."""
    _remove_abandoned()
    folder = Path(tempfile.mkdtemp(prefix=f"{_THROW_AWAY}{os.getpid()}-"))
    folder.chmod(0o711)
    embedded = Embedded(folder, NOT_DURABLE if settings is None else settings)
    try:
        embedded.start()
        yield embedded
    finally:
        _remove(embedded)


_THROW_AWAY = "caredesk-throw-away-"


def _remove(embedded: Embedded) -> None:
    embedded.stop()
    shutil.rmtree(embedded.home, ignore_errors=True)
    shutil.rmtree(embedded.folder, ignore_errors=True)


def _remove_abandoned() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{_THROW_AWAY}*"):
        made_by = int(folder.name.removeprefix(_THROW_AWAY).partition("-")[0])
        if psutil.pid_exists(made_by) or folder.stat().st_uid != os.geteuid():
            continue
        _remove(Embedded(folder))
