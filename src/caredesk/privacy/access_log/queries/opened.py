"""What somebody opened and did of one patient behind the glass, for who reviews it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from caredesk.people.queries import records_of
from caredesk.people.queries.restrictions import GlassLine
from caredesk.privacy.access_log.queries.pages import about_somebody
from caredesk.privacy.access_log.rules.words import Said, said

MOST = 50

# From the row that says the glass was broken, so that all of it goes by the log's own clock.
_OPENED = """WITH broken AS (
  SELECT at FROM audit_entry
  WHERE actor = %(user)s AND subjects && %(records)s::uuid[]
    AND kind = 'change' AND name = 'break_glass' AND changes @> %(grant)s::jsonb LIMIT 1)
SELECT e.at, e.kind, e.name, e.subjects[1] FROM broken, audit_entry e
WHERE e.actor = %(user)s AND e.at >= broken.at AND e.at <= broken.at + %(lasted)s
  AND e.subjects && %(records)s::uuid[] AND e.name NOT IN ('break_glass', 'end_glass')
ORDER BY e.at, e.id LIMIT %(limit)s"""


@dataclass(frozen=True, slots=True)
class Opened:
    """One page or action; of those who were on it beside the patient nothing is said."""

    at: datetime
    words: Said


@dataclass(frozen=True, slots=True)
class OpenedPage:
    """The first of them; `has_more` where there are more than are shown."""

    lines: Sequence[Opened] = ()
    has_more: bool = False


def opened_behind(glass: GlassLine) -> OpenedPage:
    """In the order of time, as long as the glass was broken. Shows nobody."""
    records = records_of(glass.patient)
    about: dict[str, Any] = {
        "user": glass.user,
        "records": list(records),
        "grant": json.dumps([{"table": "people_brokenglass", "id": str(glass.id)}]),
        "lasted": glass.until - glass.at,
        "limit": MOST + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(_OPENED, about)
        rows = cursor.fetchall()
    lines = []
    for at, kind, name, first in rows[:MOST]:
        is_about = first in records and (kind == "change" or name in about_somebody())
        lines.append(Opened(at, said(kind, name, is_about=is_about)))
    return OpenedPage(lines, len(rows) > MOST)
