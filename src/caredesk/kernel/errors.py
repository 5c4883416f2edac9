"""The four ways in which an action or a query says no.

Each names the field it is about and the next step, in the user's words. They are raised by rooms
and rendered once for page and fragment (`ui.errors`) and for JSON (`interfaces.actions`).
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field. `choices` are the (value, words) that would put it right."""

    field: str
    message: str
    next_step: str = ""
    choices: tuple[tuple[str, str], ...] = ()


class ActionError(Exception):
    """Common to the four, so that a door can catch them together."""

    message: str

    def __str__(self) -> str:
        return self.message


@dataclass(eq=False)
class Refused(ActionError):
    """A rule says no. `forbidden` marks the one rule that is about who asks (HTTP 403)."""

    message: str
    field: str = ""
    next_step: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    problems: Sequence[Problem] = ()
    forbidden: bool = False

    def __str__(self) -> str:
        return "; ".join(f"{each.field}: {each.message}" for each in self.problems)

    def __post_init__(self) -> None:
        if not self.problems:
            self.problems = [Problem(self.field, self.message, self.next_step, self.choices)]


class NeedsProof(Refused):
    """The action is done only by who has just proved who they are (HTTP 403)."""


@dataclass(eq=False)
class NeedsReason(ActionError):
    """A soft stop: `facts` are shown, the answer goes into `field`, and the action goes on.

    `code` says which stop it is ("own_overlap"), for programs and for the page's wording.
    """

    message: str
    field: str = "reason"
    code: str = "reason"
    facts: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    next_step: str = "Say why, and go on."


@dataclass(eq=False)
class Missing(ActionError):
    """Not there, or not yours: the same answer. `what` is the field's word ("patient")."""

    what: str
    next_step: str = "Go back and search again."

    @property
    def message(self) -> str:  # type: ignore[override]
        return f"There is no such {self.what}."


@dataclass(eq=False)
class Busy(ActionError):
    """Someone else was first. `alternatives` are what is still to be had, best first.

    `look` finds out what others did and what is left, when nothing is locked any more.
    """

    message: str
    field: str = ""
    alternatives: Sequence[Mapping[str, Any]] = ()
    next_step: str = "Choose another time."
    look: Callable[["Busy"], None] | None = None

    def look_around(self) -> None:
        """Say more than that it is taken; called once the action has been taken back."""
        if self.look is not None:
            self.look(self)
            self.look = None
