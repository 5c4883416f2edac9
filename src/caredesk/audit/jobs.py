"""What the clock starts for the audit log."""

from caredesk.audit.heads import keep_head_outside
from caredesk.audit.sealing import seal_new_entries
from caredesk.audit.searches import settle_searches
from caredesk.kernel.jobs import every


@every(seconds=1)
def settle() -> None:
    settle_searches()


@every(seconds=1)
def seal() -> None:
    seal_new_entries()


@every(seconds=24 * 60 * 60)
def keep_head() -> None:
    keep_head_outside()
