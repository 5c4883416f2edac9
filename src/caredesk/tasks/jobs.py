"""What the clock starts for tasks."""

from uuid import UUID

from caredesk.kernel import clock
from caredesk.kernel.actor import Actor
from caredesk.kernel.barred import NOBODY
from caredesk.kernel.jobs import every
from caredesk.tasks.actions import escalate_tasks
from caredesk.tasks.queries import overdue

CLOCK = Actor(
    kind="program",
    id=UUID("0192f0c4-5b1e-7c36-9d20-6a1f3e8b7c57"),
    label="Worklist",
    permissions=frozenset({"tasks.escalate"}),
    door="job",
    barred=NOBODY,
)


@every(seconds=5 * 60)
def escalate_what_is_overdue() -> None:
    """What nobody settled in time is everybody's of its pool."""
    if overdue(clock.now()):
        escalate_tasks(by=CLOCK)
