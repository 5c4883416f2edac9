"""Whoever broke the glass, or ended a restriction from outside its circle, is asked about it.

By the privacy officer, and by who treats.
"""

from datetime import timedelta
from uuid import UUID

from caredesk.kernel import clock
from caredesk.kernel.actor import Actor
from caredesk.kernel.reactions import reaction
from caredesk.people.events import GlassBroken, RestrictionEnded
from caredesk.people.queries.restrictions import broken_glass
from caredesk.privacy.ports import treating
from caredesk.tasks.actions import raise_task

WITHIN = timedelta(days=3)


@reaction(GlassBroken, may={"tasks.raise"})
def ask_for_a_review(event: GlassBroken, by: Actor) -> None:
    """One task for the officers, one for each physician of the patient; none for who broke it."""
    _ask(event.grant, by)


@reaction(RestrictionEnded, may={"tasks.raise"})
def ask_why_it_was_ended(event: RestrictionEnded, by: Actor) -> None:
    """The same of who ended a restriction from outside its circle."""
    if event.passed is not None:
        _ask(event.passed, by)


def _ask(grant: UUID, by: Actor) -> None:
    glass = broken_glass(by, [grant])[grant]
    title = f"Review: {glass.user_label} {glass.did}"
    due = clock.now() + WITHIN

    def ask(pool: str = "", owner: UUID | None = None) -> None:
        raise_task(title, "glass", grant, due, pool, owner, glass.patient, by=by)

    ask(pool="privacy.review")
    for user in treating.ask.users(glass.patient):
        if user != glass.user:
            ask(owner=user)
