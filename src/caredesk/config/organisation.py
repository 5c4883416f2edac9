"""`caredesk organisation`: several practices on one installation, each with its own database."""

import argparse

import psycopg

from caredesk.config import adding, organisations, removing
from caredesk.config.environment import CannotStart
from caredesk.config.progress import say

_SERVER = (
    "the address of your own PostgreSQL as a role that may make databases and roles "
    "(CAREDESK_SERVER_URL); without it the embedded server is used"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="ACTION", required=True, dest="what")
    adding.add_arguments(
        actions.add_parser(
            "add",
            help="make its database, roles, keys, practice and first manager",
            epilog="The manager's password is asked twice, or read as one line from standard "
            "input. Where `caredesk serve` runs for several, the new one is served at once.",
        ),
        _SERVER,
    )
    actions.add_parser("list", help="every organisation, its host names and its database")
    removing.add_arguments(
        actions.add_parser(
            "remove",
            help="export everything it has, verify that, and drop it",
            epilog="Its name is asked for, or read as one line from standard input. Nothing is "
            "dropped before the export has been read back.",
        ),
        _SERVER,
    )


def run(arguments: argparse.Namespace) -> int:
    """Do the one thing that was asked for, and say it."""
    does = {"add": adding.run, "list": _list, "remove": removing.run}
    try:
        return does[arguments.what](arguments)
    except psycopg.Error as error:
        raise CannotStart(f"The database server refused it: {error}".strip()) from error


def _list(arguments: argparse.Namespace) -> int:
    found = organisations.listed()
    width = max((len(each.name) for each in found), default=0)
    width = max(width, len(organisations.DEFAULT))
    if organisations.has_default():
        say(f"{organisations.DEFAULT:<{width}}   the data folder itself (CAREDESK_HOSTS)")
    for each in found:
        database = f"{each.database.name} on {organisations.without_password(each.database.server)}"
        state = "" if each.is_served else "   not served: it is being added or removed"
        say(f"{each.name:<{width}}   {', '.join(each.hosts)}   {database}{state}")
    return 0
