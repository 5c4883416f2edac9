"""`caredesk user`: who can sign in, and as what."""

import argparse

from caredesk.access import actions, queries
from caredesk.access.factors.demands import reset_factors
from caredesk.access.rules import ROLES
from caredesk.access.waits.actions import lift_wait
from caredesk.config.progress import say
from caredesk.config.terminal import ADMINISTRATOR, ask_password, refusals_said


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "Passwords are asked on the terminal, never given as an argument. Every change is on "
        "record as the administrator's at the terminal."
    )
    listed = parser.add_subparsers(metavar="ACTION", required=True, dest="what")
    asked = "The password is asked twice, or read as one line from standard input."
    add = listed.add_parser("add", help="let somebody sign in", epilog=asked)
    _username(add)
    add.add_argument("--name", required=True, help="their own name, as colleagues see it")
    add.add_argument(
        "--role",
        action="append",
        required=True,
        choices=ROLES,
        dest="roles",
        help=f"{', '.join(ROLES)}; again for another",
    )
    password = listed.add_parser(
        "set-password", help="give somebody another password", epilog=asked
    )
    _username(password)
    role = listed.add_parser("role", help="give somebody a role, or end one")
    _username(role)
    change = role.add_mutually_exclusive_group(required=True)
    change.add_argument("--give", choices=ROLES, help="one more role")
    change.add_argument("--end", choices=ROLES, help="a role that is not held any longer")
    end = listed.add_parser("end", help="end somebody's access; what they did stays on record")
    _username(end)
    restore = listed.add_parser("restore", help="give it back to somebody whose access was ended")
    _username(restore)
    reset = listed.add_parser(
        "reset-second-step", help="remove the passkeys and the app of somebody who lost them"
    )
    _username(reset)
    lift = listed.add_parser("let-try-again", help="lift the wait after wrong passwords and codes")
    _username(lift)
    listed.add_parser("list", help="everybody, with their roles")


def _username(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("username", help="the name they sign in with")


def run(arguments: argparse.Namespace) -> int:
    """Do the one thing that was asked for, and say it."""
    with refusals_said():
        _DOES[arguments.what](arguments)
    return 0


def _add(arguments: argparse.Namespace) -> None:
    actions.add_user(
        username=arguments.username,
        name=arguments.name,
        password=ask_password(arguments.username),
        roles=arguments.roles,
        by=ADMINISTRATOR,
    )
    say(f"{arguments.username} can sign in: {', '.join(arguments.roles)}.")


def _set_password(arguments: argparse.Namespace) -> None:
    user = queries.find_user(ADMINISTRATOR, arguments.username)
    actions.set_password(user, ask_password(arguments.username), by=ADMINISTRATOR)
    say(f"{arguments.username} has another password, and must sign in again everywhere.")


def _role(arguments: argparse.Namespace) -> None:
    user = queries.find_user(ADMINISTRATOR, arguments.username)
    if arguments.give:
        actions.grant_role(user, arguments.give, by=ADMINISTRATOR)
    else:
        actions.end_role(user, arguments.end, by=ADMINISTRATOR)
    _list(arguments)


def _end(arguments: argparse.Namespace) -> None:
    actions.end_user(queries.find_user(ADMINISTRATOR, arguments.username), by=ADMINISTRATOR)
    say(f"{arguments.username} cannot sign in any longer.")


def _restore(arguments: argparse.Namespace) -> None:
    actions.restore_user(queries.find_user(ADMINISTRATOR, arguments.username), by=ADMINISTRATOR)
    say(f"{arguments.username} can sign in again.")


def _reset_second_step(arguments: argparse.Namespace) -> None:
    reset_factors(queries.find_user(ADMINISTRATOR, arguments.username), by=ADMINISTRATOR)
    say(f"{arguments.username} has no second step any longer, and sets one up where one is asked.")


def _let_try_again(arguments: argparse.Namespace) -> None:
    lift_wait(queries.find_user(ADMINISTRATOR, arguments.username), by=ADMINISTRATOR)
    say(f"{arguments.username} can try again now.")


def _list(arguments: argparse.Namespace) -> None:
    found = queries.users(ADMINISTRATOR)
    width = max((len(each.username) for each in found), default=0)
    for each in found:
        roles = ", ".join(each.roles) or "no role"
        say(f"{each.username:<{width}}   {roles if each.is_active else 'ended'}   {each.name}")


_DOES = {
    "add": _add,
    "set-password": _set_password,
    "role": _role,
    "end": _end,
    "restore": _restore,
    "reset-second-step": _reset_second_step,
    "let-try-again": _let_try_again,
    "list": _list,
}
