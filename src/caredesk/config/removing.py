"""`caredesk organisation remove`: export everything, prove the export, then drop it."""

import argparse
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from caredesk.config import environment, exporting, organisations, provisioning
from caredesk.config.environment import CannotStart
from caredesk.config.organisations import DEFAULT, Database, Organisation
from caredesk.config.progress import say
from caredesk.config.provisioning import Connection

# `caredesk serve` looks at the configuration twice a second, and ends what it serves within this.
_END_SECONDS = 60.0


def add_arguments(parser: argparse.ArgumentParser, server: str) -> None:
    parser.add_argument("name", help="as `caredesk organisation list` names it")
    parser.add_argument(
        "--export",
        required=True,
        type=Path,
        metavar="FOLDER",
        help="a new folder for everything it has; nothing is dropped without it",
    )
    parser.add_argument("--server", default=os.environ.get("CAREDESK_SERVER_URL"), help=server)


def run(arguments: argparse.Namespace) -> int:
    """Drop it once its export has been read back; otherwise leave it as it was."""
    if arguments.name == DEFAULT:
        raise CannotStart(
            "The default organisation is the data folder itself: it is backed up and deleted as "
            "the administrator's guide says."
        )
    found = organisations.find(arguments.name)
    folder = arguments.export.expanduser().absolute()
    if folder.is_relative_to(environment.installation_folder()):
        raise CannotStart("Export to a folder outside of CAREDESK_DATA. Nothing was dropped.")
    _ask_for_name(found)
    given = None if found.database.is_embedded else arguments.server
    if not found.database.is_embedded and not given:
        raise CannotStart(
            "Its database is on a server of your own: give --server. Nothing was dropped."
        )
    with environment.server(given) as server, provisioning.administering(server) as connection:
        _refuse_another_server(connection, found)
        with _stopped(connection, found):
            _export(connection, found, server, folder)
        provisioning.drop(connection, found.database)
    shutil.rmtree(found.folder)
    say(f"{found.name} is removed. Everything it had is in {folder}: read README.txt there.")
    return 0


def _ask_for_name(found: Organisation) -> None:
    hosts = ", ".join(found.hosts)
    if sys.stdin.isatty():
        say(f"This removes {found.name} ({hosts}) with its database and its keys.")
        print("Type its name to go on: ", end="", flush=True)
    if sys.stdin.readline().strip() != found.name:
        raise CannotStart("That is not its name. Nothing was dropped.")


def _refuse_another_server(connection: Connection, found: Organisation) -> None:
    """What is dropped is what is exported: the database of that server, not another's namesake."""
    there = connection.execute(
        "SELECT 1 FROM pg_database WHERE datname = %s", [found.database.name]
    ).fetchone()
    if there is None:
        raise CannotStart(f"{found.database.name} is not on this server. Nothing was dropped.")


@contextmanager
def _stopped(connection: Connection, found: Organisation) -> Iterator[None]:
    """Nobody serves it and nothing is written. What fails gives it back as it was."""
    replace(found, is_served=False).write()
    try:
        if environment.serving_now():
            _wait_until_ended(connection, found.database.application)
        provisioning.shut(connection, found.database)
        if not _wait_until_ended(connection, found.database.owner):
            raise CannotStart(f"Somebody still works with {found.name}. Nothing was dropped.")
        yield
    except BaseException:
        provisioning.open_again(connection, found.database)
        found.write()
        raise


def _wait_until_ended(connection: Connection, role: str) -> bool:
    """Whether all who work as this role have gone by themselves."""
    deadline = time.monotonic() + _END_SECONDS
    asked = "SELECT 1 FROM pg_stat_activity WHERE usename = %s LIMIT 1"
    while connection.execute(asked, [role]).fetchone() is not None:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def _export(connection: Connection, found: Organisation, server: str, folder: Path) -> None:
    tables = exporting.export(found, found.urls(server)[1], folder)
    scratch = Database.beside(found.name, "export")
    beside = replace(found, database=replace(found.database, name=scratch))
    provisioning.drop_beside(connection, found.database, scratch)
    provisioning.make_database(connection, found.database, scratch)
    try:
        exporting.verify(folder, tables, beside.urls(server)[1])
    finally:
        provisioning.drop_beside(connection, found.database, scratch)
    rows = sum(table.rows for table in tables)
    say(f"Exported and read back: {len(tables)} tables, {rows} rows, {folder}")
