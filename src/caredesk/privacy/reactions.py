"""Whoever broke the glass, or gave access beyond their own, is asked about it by somebody else."""

from datetime import timedelta
from uuid import UUID

from caredesk.access.events import AccessWidened
from caredesk.access.wider.queries import WiderLine, wider_access
from caredesk.kernel import clock
from caredesk.kernel.actor import Actor
from caredesk.kernel.reactions import reaction
from caredesk.people.events import GlassBroken
from caredesk.people.queries.restrictions import broken_glass
from caredesk.privacy.ports import treating
from caredesk.privacy.wider.queries import ABOUT, whom_to_ask
from caredesk.tasks.actions import raise_task

WITHIN = timedelta(days=3)
LONGEST_TITLE = 200


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


@reaction(AccessWidened, may={"tasks.raise"})
def ask_who_else_knows(event: AccessWidened, by: Actor) -> None:
    """One task, of the privacy officers; of who manages access where no other officer is there."""
    given = wider_access(by, [event.given])[event.given]
    asked = whom_to_ask(by, given)
    pool = "privacy.review" if asked["privacy.review"] else "access.manage"
    due = clock.now() + WITHIN
    raise_task(_title(given)[:LONGEST_TITLE], ABOUT, event.given, due, pool, by=by)


def _title(given: WiderLine) -> str:
    if given.user is None:
        return f"Review: {given.title} beyond what {given.by_label} may"
    return f"Review: {given.title}, who may see more than {given.by_label}"
