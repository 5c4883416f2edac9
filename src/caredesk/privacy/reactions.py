"""Whoever broke the glass is asked about it: by the privacy officer, and by who treats."""

from datetime import timedelta
from uuid import UUID

from caredesk.kernel import clock
from caredesk.kernel.actor import Actor
from caredesk.kernel.reactions import reaction
from caredesk.people.events import GlassBroken
from caredesk.people.queries.restrictions import broken_glass
from caredesk.privacy.ports import treating
from caredesk.tasks.actions import raise_task

WITHIN = timedelta(days=3)


@reaction(GlassBroken, may={"tasks.raise"})
def ask_for_a_review(event: GlassBroken, by: Actor) -> None:
    """One task for the officers, one for each physician of the patient; none for who broke it."""
    glass = broken_glass(by, [event.grant])[event.grant]
    title = f"Review: {glass.user_label} broke the glass"
    due = clock.now() + WITHIN

    def ask(pool: str = "", owner: UUID | None = None) -> None:
        raise_task(title, "glass", event.grant, due, pool, owner, event.patient, by=by)

    ask(pool="privacy.review")
    for user in treating.ask.users(event.patient):
        if user != event.user:
            ask(owner=user)
