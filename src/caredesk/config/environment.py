"""Where this installation keeps its things, and which database it works with.

`DATABASE_URL` (and for migrations `DATABASE_OWNER_URL`) name a server of your own. Without them
the embedded one of the data folder is used: the one `caredesk serve` runs, or else one that is
started for the command and stopped after it.
"""

import contextlib
import fcntl
import json
import os
import resource
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

if TYPE_CHECKING:
    from io import TextIOWrapper

    from caredesk.config.embedded import Embedded

_SOURCE = Path(__file__).resolve().parents[3]

# What a program needs to run at all, whoever it works for.
_TO_RUN = set(
    "PATH HOME USER LOGNAME SHELL TERM COLUMNS LINES NO_COLOR LANG LANGUAGE TZ TZDIR TMPDIR "
    "VIRTUAL_ENV LD_LIBRARY_PATH LD_PRELOAD DYLD_LIBRARY_PATH DYLD_FALLBACK_LIBRARY_PATH".split()
)
_TO_RUN_ALSO = ("LC_", "PYTHON", "MALLOC_")

# How others are reached from this machine, and which of them are believed; never as whom.
_TO_REACH = set(
    "HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY http_proxy https_proxy all_proxy no_proxy "
    "SSL_CERT_FILE SSL_CERT_DIR PGSSLMODE PGSSLNEGOTIATION PGSSLROOTCERT PGSSLCRL PGSSLCRLDIR "
    "PGSSLMINPROTOCOLVERSION PGSSLMAXPROTOCOLVERSION PGCHANNELBINDING PGREQUIREAUTH "
    "PGGSSENCMODE PGCONNECT_TIMEOUT".split()
)

# Where libpq finds a password that no address has.
_PASSWORDS = ("PGPASSWORD", "PGPASSFILE")


class CannotStart(Exception):
    """Something outside must change first: the message says what."""


@dataclass(frozen=True, slots=True)
class DatabaseUrls:
    """The database as the application and, where it is known, as the owner."""

    application: str
    owner: str | None


def installation_folder() -> Path:
    """`CAREDESK_DATA`, or `var` in the project (or where the command was called)."""
    said = os.environ.get("CAREDESK_DATA")
    project = _SOURCE if (_SOURCE / "pyproject.toml").exists() else Path.cwd()
    return Path(said).expanduser().absolute() if said else project / "var"


def data_folder() -> Path:
    """What belongs to the organisation this process works for: the default one's is the whole."""
    name = os.environ.get("CAREDESK_ORGANISATION")
    return organisation_folder(name) if name else installation_folder()


def organisation_folder(name: str) -> Path:
    return installation_folder() / "organisations" / name


def is_of_the_machine(name: str) -> bool:
    """Whether this variable says nothing of whom somebody works for, and is no secret of theirs."""
    return name in _TO_REACH or _is_to_run(name)


def _is_to_run(name: str) -> bool:
    return name in _TO_RUN or name.startswith(_TO_RUN_ALSO)


def to_run() -> dict[str, str]:
    """The environment of a program that is to know nothing of ours."""
    return {name: value for name, value in os.environ.items() if _is_to_run(name)}


def of_the_machine() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if is_of_the_machine(name)}


def of_the_practice() -> dict[str, str]:
    """What was said for the processes that serve the data folder's own practice.

    Neither the owner of the database nor who may make databases is theirs to know.
    """
    url = os.environ.get("DATABASE_URL")
    said = {
        name: value
        for name, value in os.environ.items()
        if (name.startswith("CAREDESK_") and name != "CAREDESK_SERVER_URL")
        or (url and name.startswith("PG") and name not in _PASSWORDS)
    }
    return of_the_machine() | said | ({"DATABASE_URL": url, **password_for(url)} if url else {})


def password_for(url: str) -> dict[str, str]:
    """Where the password of this address is to be found; nothing where the address has it."""
    try:
        said = conninfo_to_dict(url)
    except psycopg.Error as error:
        raise CannotStart(f"The address of the database cannot be read: {error}".strip()) from error
    if said.keys() & {"password", "passfile"}:
        return {}
    return {name: os.environ[name] for name in _PASSWORDS if name in os.environ}


@contextlib.contextmanager
def database() -> Iterator[DatabaseUrls]:
    """The database for one command."""
    if os.environ.get("DATABASE_URL"):
        yield DatabaseUrls(os.environ["DATABASE_URL"], os.environ.get("DATABASE_OWNER_URL"))
        return
    with running_embedded() as embedded:
        yield urls_in(embedded)


@contextlib.contextmanager
def running_embedded() -> "Iterator[Embedded]":
    """The embedded server: the one that `caredesk serve` runs, or for as long as the block."""
    from caredesk.config.embedded import Embedded

    folder = installation_folder()
    embedded = Embedded(folder)
    with contextlib.suppress(AlreadyServing), only_one(folder):
        embedded.start()
        try:
            yield embedded
        finally:
            embedded.stop()
        return
    if not embedded.is_running:
        raise CannotStart(
            f"Caredesk is just starting or ending with the data in {folder}. Try again in a moment."
        )
    yield embedded


@contextlib.contextmanager
def server(given: str | None) -> Iterator[str]:
    """The address of a database server as who may make databases: yours, or the embedded one's."""
    if given:
        yield given
        return
    with running_embedded() as embedded:
        yield embedded.addresses().superuser


def default_hosts(*more: str) -> list[str]:
    """The names the default organisation answers to."""
    said = os.environ.get("CAREDESK_HOSTS")
    names = said.lower().split(",") if said else ["localhost", "127.0.0.1", "[::1]", *more]
    return list(dict.fromkeys(filter(None, names)))


def urls_in(embedded: "Embedded") -> DatabaseUrls:
    """The database there of the organisation this process works for."""
    name = os.environ.get("CAREDESK_ORGANISATION")
    if name:
        from caredesk.config import organisations

        return DatabaseUrls(*organisations.find(name).urls(embedded.addresses().superuser))
    found = embedded.addresses()
    return DatabaseUrls(found.application, found.owner)


def leave_no_core() -> None:
    """A process that crashes writes none of its memory to a disk; its children neither."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class AlreadyServing(CannotStart):
    """Another process works with this data folder."""


@contextlib.contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the data folder for this process. The system lets go of it however we end."""
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    with (folder / "in-use").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyServing(_who_serves(file)) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def _who_serves(file: "TextIOWrapper") -> str:
    file.seek(0)
    process = file.read().strip()
    serving = serving_now()
    # A killed one leaves its file behind: then another command has the folder, not that server.
    where = serving.get("url") if str(serving.get("process")) == process else ""
    return (
        f"Caredesk already runs with the data in {installation_folder()} (process {process}"
        f"{f', {where}' if where else ''}). Stop it first, or choose another folder with "
        "CAREDESK_DATA."
    )


def serving_now() -> dict[str, Any]:
    """What `caredesk serve` wrote down when it started, and removes when it ends: its address."""
    try:
        return dict(json.loads((installation_folder() / "serving.json").read_text()))
    except (OSError, ValueError):
        return {}
