"""What there is to be allowed: every permission is declared once, with a sentence that says it.

A room declares its own in `permissions.py`; they are all known once the application has started.
An action or a page that names an undeclared one stops the start (`access.checks`).
"""

from dataclasses import dataclass
from typing import Literal

type Whose = Literal["staff", "all_staff", "anybody", "programs"]


@dataclass(frozen=True, slots=True)
class Permission:
    """`whose` says who can have it at all: staff by their roles, all staff whatever their role,
    anybody (it is about oneself only), or our own programs, which no role can have.
    """

    name: str
    sentence: str
    whose: Whose = "staff"

    @property
    def room(self) -> str:
        return self.name.partition(".")[0]


_all: dict[str, Permission] = {}


def declare(name: str, sentence: str, *, whose: Whose = "staff") -> None:
    """Declare a permission ("people.view"). The sentence begins with what one may do."""
    if name in _all and _all[name].sentence != sentence:
        raise RuntimeError(f"the permission {name} is declared twice")
    _all[name] = Permission(name, sentence, whose)


def declared() -> dict[str, Permission]:
    """All of them by name, in the order in which the rooms declare them."""
    return dict(_all)


declare("kernel.undo", "Undo what was done within a day, where one may also do the reverse.")
