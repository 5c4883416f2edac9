"""`caredesk organisation add`: a database with its own roles, keys, the practice, its manager."""

import argparse
import os
import shutil
import subprocess
import sys
from dataclasses import replace

from caredesk.config import environment, organisations, provisioning
from caredesk.config.environment import CannotStart
from caredesk.config.organisations import EMBEDDED, Database, Organisation
from caredesk.config.progress import say
from caredesk.config.terminal import ask_password


def add_arguments(parser: argparse.ArgumentParser, server: str) -> None:
    parser.add_argument("name", help="a short name for the command line: elm-street")
    parser.add_argument(
        "--host",
        action="append",
        required=True,
        dest="hosts",
        help="the name it is reached by, as in desk.elm.example; again for another",
    )
    parser.add_argument("--practice", required=True, help="the practice's name")
    parser.add_argument("--site", required=True, help='its main site, as in "Elm Street"')
    parser.add_argument("--zone", required=True, help="the site's time zone: America/New_York")
    parser.add_argument("--manager", required=True, help="the name the manager signs in with")
    parser.add_argument("--manager-name", help="the manager's own name; default: the same")
    parser.add_argument("--server", default=os.environ.get("CAREDESK_SERVER_URL"), help=server)


def run(arguments: argparse.Namespace) -> int:
    """Make all of it, or nothing."""
    made = _configured(arguments)
    password = ask_password(arguments.manager)
    with environment.server(arguments.server) as server:
        made.folder.mkdir(mode=0o700, parents=True)
        try:
            with provisioning.administering(server) as connection:
                provisioning.make(connection, made)
                try:
                    made.write()
                    _open_practice(made, arguments, password)
                except BaseException:
                    provisioning.drop(connection, made.database)
                    raise
                _warn_of_open_databases(provisioning.open_to_all(connection))
        except BaseException:
            shutil.rmtree(made.folder, ignore_errors=True)
            raise
        replace(made, is_served=True).write()
    say(f"{arguments.practice} is there, at {', '.join(made.hosts)}. {_from_when()}")
    return 0


def _configured(arguments: argparse.Namespace) -> Organisation:
    """What is to be made; not served before it is whole."""
    name = organisations.checked_name(arguments.name)
    hosts = tuple(dict.fromkeys(map(organisations.checked_host, arguments.hosts)))
    theirs = {host: each.name for each in organisations.listed() for host in each.hosts}
    if organisations.has_default():
        theirs |= dict.fromkeys(environment.default_hosts(), organisations.DEFAULT)
    for host in hosts:
        if host in theirs:
            raise CannotStart(f"{host} is {theirs[host]}'s: nothing was made.")
    server = organisations.without_password(arguments.server) if arguments.server else EMBEDDED
    return Organisation(name, hosts, Database.named_for(name, server), is_served=False)


def _open_practice(made: Organisation, arguments: argparse.Namespace, password: str) -> None:
    """By the command that opens any practice, in a process that knows this organisation only."""
    words = [arguments.practice, "--site", arguments.site, "--zone", arguments.zone]
    words += ["--manager", arguments.manager]
    words += ["--manager-name", arguments.manager_name or arguments.manager]
    done = subprocess.run(
        [sys.executable, "-m", "caredesk.config", "practice", "create", *words],
        env=made.environment(os.environ),
        input=f"{password}\n",
        text=True,
        stdout=subprocess.PIPE,
        check=False,
    )
    if done.returncode != 0:
        raise CannotStart("Nothing was made: see above.")


def _warn_of_open_databases(names: list[str]) -> None:
    if names:
        say(
            f"Every role of this server may connect to {', '.join(names)}. It reads nothing of "
            "Caredesk there; to close them: REVOKE CONNECT ON DATABASE … FROM PUBLIC."
        )


def _from_when() -> str:
    serving = environment.serving_now()
    if not serving:
        return "`caredesk serve` serves it."
    if serving.get("several"):
        return "It is served in a moment."
    return "Start `caredesk serve` again: it then serves by host name."
