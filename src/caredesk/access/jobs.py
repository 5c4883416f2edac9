"""What the clock starts for access."""

from django.db import connection

from caredesk.access.sessions import STANDS, longest
from caredesk.kernel.jobs import every


@every(seconds=60 * 60)
def remove_expired_sessions() -> None:
    """They let nobody in any more; who signed in and when is in the audit log."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM access_session s WHERE NOT ({STANDS})", [longest()])
