"""PostgreSQL's own pg_dump and pg_restore: those beside the embedded server, or newer ones."""

import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import psycopg

from caredesk.config import environment
from caredesk.config.environment import CannotStart
from caredesk.config.server_user import binaries


def dump(url: str, into: Path, snapshot: str) -> None:
    """The whole database as of that snapshot, in PostgreSQL's custom format."""
    _run("pg_dump", url, "--format=custom", f"--snapshot={snapshot}", f"--file={into}")


def restore(dumped: Path, url: str) -> None:
    """Everything that was dumped, into an empty database, as its owner."""
    _run("pg_restore", url, "--exit-on-error", "--no-owner", "--no-privileges", file=str(dumped))


def _run(program: str, url: str, *options: str, file: str = "") -> None:
    """The password goes by the environment: arguments are seen by every user of the machine."""
    parts = urlsplit(url)
    who, _, where = parts.netloc.rpartition("@")
    user, _, password = who.partition(":")
    shown = urlunsplit(parts._replace(netloc=f"{user}@{where}"))
    done = subprocess.run(
        [_path(program, url), *options, f"--dbname={shown}", *([file] if file else [])],
        env={**environment.of_the_machine(), "PGPASSWORD": unquote(password)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise CannotStart(f"{program} failed: {done.stderr.strip()}\nNothing was dropped.")


def _path(program: str, url: str) -> str:
    """Ours, unless the server is newer than it or speaks TLS, which ours cannot."""
    with psycopg.connect(url) as connection:
        server, has_tls = connection.info.server_version // 10_000, connection.pgconn.ssl_in_use
    ours = str(binaries() / program)
    if _major(ours) >= server and not has_tls:
        return ours
    found = shutil.which(program)
    if found is None or _major(found) < server:
        raise CannotStart(
            f"PostgreSQL {server} is exported with a {program} of its own or a newer version, and "
            "none is here: install PostgreSQL's client programs. Nothing was dropped."
        )
    return found


def _major(program: str) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    found = re.search(r"\) (\d+)", said.stdout)
    return int(found[1]) if found else 0
