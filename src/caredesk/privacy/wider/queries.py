"""What was given beyond the giver, with what was said of it and who could still say it."""

from dataclasses import dataclass
from uuid import UUID

from caredesk.access.wider.queries import (
    REVIEWERS,
    WiderLine,
    given_by,
    let_in_by,
    may_be_asked,
    wider_access,
)
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Missing
from caredesk.privacy.wider.rules import reviewers
from caredesk.tasks.queries import SettledLine, is_asked_of, settled_about

ABOUT = "wider_access"


@dataclass(frozen=True, slots=True)
class ToLookAt:
    """One of them. `reviewers` are all who could settle it, the viewer perhaps among them."""

    given: WiderLine
    settled: SettledLine | None
    reviewers: set[UUID]


def given_for(viewer: Actor, given: UUID) -> WiderLine:
    """For who reviews, manages or is asked; not there for others."""
    found = wider_access(viewer, [given]).get(given)
    if found is None:
        raise Missing("review")
    if not any(map(viewer.may, REVIEWERS)) and not is_asked_of(viewer, ABOUT, given):
        raise Missing("review")
    return found


def to_look_at(viewer: Actor, given: UUID) -> ToLookAt:
    line = given_for(viewer, given)
    settled = settled_about(viewer, ABOUT, [given]).get(given)
    return ToLookAt(line, settled, set().union(*whom_to_ask(viewer, line).values()))


def whom_to_ask(viewer: Actor, line: WiderLine) -> dict[str, set[UUID]]:
    """By the permission for which they are asked, whoever is not the giver's own."""
    given, let_in = given_by(line.by), let_in_by(line.by)
    settled = set(settled_about(viewer, ABOUT, set().union(*given.values())))
    return {
        permission: reviewers(
            able, giver=line.by, user=line.user, let_in=let_in, given=given, settled=settled
        )
        for permission, able in may_be_asked().items()
    }
