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

if TYPE_CHECKING:
    from io import TextIOWrapper

_SOURCE = Path(__file__).resolve().parents[3]


class CannotStart(Exception):
    """Something outside must change first: the message says what."""


@dataclass(frozen=True, slots=True)
class DatabaseUrls:
    """The database as the application and, where it is known, as the owner."""

    application: str
    owner: str | None


def data_folder() -> Path:
    """`CAREDESK_DATA`, or `var` in the project (or where the command was called)."""
    said = os.environ.get("CAREDESK_DATA")
    project = _SOURCE if (_SOURCE / "pyproject.toml").exists() else Path.cwd()
    return Path(said).expanduser().absolute() if said else project / "var"


@contextlib.contextmanager
def database() -> Iterator[DatabaseUrls]:
    """The database for one command."""
    if os.environ.get("DATABASE_URL"):
        yield DatabaseUrls(os.environ["DATABASE_URL"], os.environ.get("DATABASE_OWNER_URL"))
        return
    from caredesk.config.embedded import Embedded

    embedded = Embedded(data_folder())
    with contextlib.suppress(AlreadyServing), only_one(data_folder()):
        found = embedded.start()
        try:
            yield DatabaseUrls(found.application, found.owner)
        finally:
            embedded.stop()
        return
    if not embedded.is_running:
        raise CannotStart(
            f"Caredesk is just starting or ending with the data in {data_folder()}. Try again in a "
            "moment."
        )
    found = embedded.addresses()
    yield DatabaseUrls(found.application, found.owner)


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
        f"Caredesk already runs with the data in {data_folder()} (process {process}"
        f"{f', {where}' if where else ''}). Stop it first, or choose another folder with "
        "CAREDESK_DATA."
    )


def serving_now() -> dict[str, Any]:
    """What `caredesk serve` wrote down when it started, and removes when it ends: its address."""
    try:
        return dict(json.loads((data_folder() / "serving.json").read_text()))
    except (OSError, ValueError):
        return {}
