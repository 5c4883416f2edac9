"""Who went beyond what was given to them is asked about it by somebody else.

Breaking the glass, ending a restriction from outside its circle, giving access beyond one's own.
"""

from datetime import timedelta
from uuid import UUID

from caredesk.access.events import AccessWidened
from caredesk.access.wider.queries import WiderLine, wider_access
from caredesk.kernel import clock
from caredesk.kernel.actor import Actor
from caredesk.kernel.reactions import reaction
from caredesk.people.events import GlassBroken, RestrictionEnded
from caredesk.people.queries.restrictions import broken_glass
from caredesk.privacy.ports import treating
from caredesk.privacy.wider.queries import ABOUT, whom_to_ask
from caredesk.tasks.actions import raise_task

WITHIN = timedelta(days=3)
LONGEST_TITLE = 200


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
