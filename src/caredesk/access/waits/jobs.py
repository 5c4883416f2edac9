"""What the clock starts for waits."""

from django.db import connection

from caredesk.access.factors.true_time import true_now
from caredesk.access.waits.rules import FORGOTTEN_AFTER
from caredesk.kernel.jobs import every


@every(seconds=60 * 60)
def forget_failures() -> None:
    """They count no more; what failed is in the audit log."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM access_failures WHERE last_at < %s", [true_now() - FORGOTTEN_AFTER]
        )
