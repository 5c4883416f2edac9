"""Who an import is: a program, started by somebody on the machine."""

import getpass
from uuid import UUID, uuid5

from caredesk.kernel.actor import Actor
from caredesk.kernel.barred import NOBODY

_IMPORTS = UUID("0bb7a4f2-8f0a-4e0e-9d7d-3c6a3c1b5d11")
_MAY = frozenset(
    {"import.run", "practice.setup", "people.view", "people.register", "people.change"}
)


def program() -> Actor:
    """The import, as started by the user of the operating system."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = "nobody"
    return Actor(
        kind="program",
        id=uuid5(_IMPORTS, user),
        label=f"Import ({user})",
        permissions=_MAY,
        door="command",
        # It runs at the machine itself, and must find again whom it brought before.
        barred=NOBODY,
    )
