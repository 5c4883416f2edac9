"""Reviewing that somebody broke the glass."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from caredesk.kernel import clock
from caredesk.kernel.action import about, action, undo_with
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import amend, insert
from caredesk.kernel.errors import Missing, Refused
from caredesk.kernel.events import publish
from caredesk.kernel.text import Line
from caredesk.people.queries.restrictions import GlassLine
from caredesk.privacy.events import GlassReviewed
from caredesk.privacy.models import Review
from caredesk.privacy.queries import glass_for
from caredesk.tasks.actions import settle_tasks, unsettle_tasks

ABOUT = "glass"


class Reviewed(BaseModel):
    """The review, and the tasks that it settled."""

    review: UUID
    tasks: list[UUID]


@action("tasks.work", past_the_gate=True)
def review_glass(
    grant: UUID, verdict: Literal["justified", "not_justified"], words: Line, *, by: Actor
) -> Reviewed:
    """Say whether a broken glass was justified. Whoever broke it cannot be its judge."""
    glass = glass_for(by, grant)
    _refuse_own(glass, by)
    if Review.objects.filter(glass=grant, by=by.id, withdrawn_at__isnull=True).exists():
        raise Refused("You have reviewed this already.", next_step="Take that back first.")
    row = insert(
        Review(
            glass_id=grant,
            verdict=verdict,
            words=words,
            by=by.id,
            by_label=by.label,
            at=clock.now(),
        )
    )
    settled = settle_tasks(ABOUT, grant, verdict.replace("_", " "), by=by)
    about(glass.patient)
    publish(GlassReviewed(row.id, grant, verdict == "justified"))
    tasks = [str(each) for each in settled.tasks]
    undo_with("withdraw_review", review=row.id, tasks=tasks)
    return Reviewed(review=row.id, tasks=settled.tasks)


@action("tasks.work", no_undo="Review it again instead.", past_the_gate=True, internal=True)
def withdraw_review(review: UUID, tasks: list[UUID], *, by: Actor) -> Reviewed:
    """Take one's own review back: its tasks stand again."""
    row = Review.objects.select_for_update().filter(pk=review, by=by.id).first()
    if row is None or row.withdrawn_at is not None:
        raise Missing("review")
    amend(row, withdrawn_at=clock.now())
    stand = unsettle_tasks(tasks, by=by)
    about(glass_for(by, row.glass_id).patient)
    return Reviewed(review=row.id, tasks=stand.tasks)


def _refuse_own(glass: GlassLine, by: Actor) -> None:
    if glass.user == by.id:
        raise Refused(
            "Somebody else must review what you opened.",
            field="verdict",
            next_step="It stays on their worklist.",
        )
