"""Who may register somebody born then: advisory locks of the transaction, taken in one order.

Two who register the same person at once would not see each other's record. So whoever registers
locks the days that a likely duplicate can have been born on (her own and those a slip away), and
shares the year; where only the month or year is known, the year as a whole. All in one statement,
the years before the days, sorted.
"""

from django.db import connection

from caredesk.people.rules.birthdates import BirthDate, neighbours

_BIRTHS = 7282

_LOCK = """SELECT CASE WHEN is_shared THEN pg_advisory_xact_lock_shared(%s::int, key)
 ELSE pg_advisory_xact_lock(%s::int, key) END
FROM unnest(%s::int[], %s::boolean[]) AS wanted(key, is_shared)"""


def lock_birth(birth: BirthDate) -> None:
    """Wait for whoever is registering somebody that may be born on the same day."""
    is_day = birth.precision == "day"
    days = sorted({birth.day, *neighbours(birth)}) if is_day else []
    # No year is the number of a day: those of days begin with 365 for each year.
    keys = [birth.day.year, *(day.toordinal() for day in days)]
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [_BIRTHS, _BIRTHS, keys, [is_day] + [False] * len(days)])
