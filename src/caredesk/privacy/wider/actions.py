"""Looking at what somebody gave beyond their own."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from caredesk.kernel.action import action, undo_with
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Refused
from caredesk.kernel.text import Line
from caredesk.privacy.wider.queries import ABOUT, to_look_at
from caredesk.privacy.wider.rules import LONGEST_WORDS
from caredesk.tasks.actions import settle_tasks


class AccessReviewed(BaseModel):
    given: UUID
    tasks: list[UUID]


@action("tasks.work")
def review_wider_access(
    given: UUID,
    verdict: Literal["right", "not_right"],
    words: Annotated[Line, Field(max_length=LONGEST_WORDS)],
    *,
    by: Actor,
) -> AccessReviewed:
    """Say whether it was right to give somebody more than one may oneself. The giver cannot."""
    found = to_look_at(by, given)
    if found.settled is not None:
        raise Refused(f"{found.settled.by_label} has reviewed this.", next_step="Nothing is to do.")
    if by.id not in found.reviewers:
        raise Refused(
            f"Somebody else must review what {found.given.by_label} gave, and nobody whom they "
            "let in and who was not looked at yet.",
            field="verdict",
            next_step="It stays on the worklist.",
        )
    said = "right" if verdict == "right" else "not right"
    settled = settle_tasks(ABOUT, given, f"{said}: {words}", of_anybody=True, by=by)
    if not settled.tasks:
        raise Refused("It is not on the worklist yet.", next_step="Try again in a moment.")
    undo_with("unsettle_tasks", tasks=[str(each) for each in settled.tasks])
    return AccessReviewed(given=given, tasks=settled.tasks)
