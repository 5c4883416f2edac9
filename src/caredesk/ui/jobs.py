"""What the clock starts for drafts."""

from uuid import UUID

from caredesk.kernel.actor import Actor
from caredesk.kernel.barred import NOBODY
from caredesk.kernel.jobs import every
from caredesk.ui.actions import expire_drafts, run_out

TIDY = Actor(
    kind="program",
    id=UUID("0192f0c4-5b1e-7c36-9d20-6a1f3e8b7c56"),
    label="Drafts",
    permissions=frozenset({"ui.tidy"}),
    door="job",
    barred=NOBODY,
)


@every(seconds=10 * 60)
def let_drafts_go() -> None:
    """Drafts that nobody came back to for 14 days, and those thrown away an hour ago."""
    if run_out().exists():
        expire_drafts(by=TIDY)
