"""Who works at the terminal of the server, and the passwords that are typed there."""

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from caredesk.access.rules import permissions_of
from caredesk.config.environment import CannotStart
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import ActionError, Missing, Refused

ADMINISTRATOR = Actor(
    kind="program",
    id=UUID("0193668e-5d0c-7a3f-8f5e-27c0c5d1a9b4"),
    label="Administrator at the terminal",
    permissions=permissions_of(["manager"]),
    door="command",
)


def ask_password(of: str) -> str:
    """Twice without echo on a terminal, else the first line of standard input.

    Never an argument: every user of the machine could read it in the list of processes.
    """
    if not sys.stdin.isatty():
        return sys.stdin.readline().removesuffix("\n").removesuffix("\r")
    typed = getpass.getpass(f"Password for {of}: ")
    if getpass.getpass("The same again: ") != typed:
        raise CannotStart("The two are not the same. Nothing was changed.")
    return typed


@contextmanager
def refusals_said() -> Iterator[None]:
    """What an action refuses, as the command's last words."""
    try:
        yield
    except Refused as error:
        said = [f"{each.message} {each.next_step}".strip() for each in error.problems]
        raise CannotStart("\n".join(said)) from None
    except Missing as error:
        raise CannotStart(f"{error.message} {error.next_step}") from None
    except ActionError as error:
        raise CannotStart(error.message) from None
