"""Trying a PIN. Wrong ones are counted for its owner, in whichever session, at whichever browser.

Ten in a day, and until the day is over only the password unlocks, or another PIN is set: so four
digits cannot be tried out, and whoever tries keeps nobody from their desk. A right one takes none
of the wrong ones back, as it may be its owner's between two of somebody else.
"""

from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.hashers import check_password
from django.db import connection

from caredesk.access.locking.rules import MOST_WRONG_PINS

OPENS = f"""p.secret <> '' AND NOT (p.failures >= {MOST_WRONG_PINS}
  AND p.failing_since > now() - interval '1 day')"""
"""Of a row `p`: there is a PIN, and it is not out."""

_HOLD = f"SELECT p.secret, {OPENS} FROM access_pin p WHERE p.user_id = %s FOR UPDATE"
_COUNT = f"""UPDATE access_pin p SET
 failures = CASE WHEN p.failing_since > now() - interval '1 day' THEN p.failures + 1 ELSE 1 END,
 failing_since = CASE WHEN p.failing_since > now() - interval '1 day' THEN p.failing_since
  ELSE now() END
WHERE p.user_id = %s RETURNING {OPENS}"""


@dataclass(frozen=True, slots=True)
class PinTried:
    """What came of it. `is_out`: no PIN opens for now, and the password is asked."""

    is_there: bool
    is_right: bool = False
    is_out: bool = False


def opens(user: UUID) -> bool:
    """Whether this user's screens are unlocked with a PIN now."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM access_pin p WHERE p.user_id = %s AND {OPENS}", [user])
        return cursor.fetchone() is not None


def try_pin(user: UUID, answer: str) -> PinTried:
    """Within a transaction: of tries at once, in however many sessions, each is counted."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [user])
        secret, is_open = cursor.fetchone() or ("", False)
        if not secret:
            return PinTried(is_there=False)
        if not is_open:
            return PinTried(is_there=True, is_out=True)
        if check_password(answer, secret):
            return PinTried(is_there=True, is_right=True)
        cursor.execute(_COUNT, [user])
        [is_open] = cursor.fetchone()
        return PinTried(is_there=True, is_out=not is_open)
