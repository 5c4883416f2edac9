"""What the log says of somebody's own work."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from caredesk.kernel.actor import Actor

_LATEST = 400
"""So many of one's own entries are read: about a morning's."""

# A page about somebody shows them first, whatever else is on it; lists and boards are of nobody.
_OWN = """
SELECT subjects[1] FROM (
  SELECT subjects, at FROM audit_entry
  WHERE actor = %(actor)s AND cardinality(subjects) > 0
    AND (kind = 'change' OR (kind <> 'refusal' AND name ~ %(pages)s))
  ORDER BY at DESC LIMIT %(latest)s) latest
GROUP BY subjects[1] ORDER BY max(at) DESC LIMIT %(limit)s
"""


_SHOWN = """SELECT subjects FROM audit_entry
WHERE id = ANY(%s) AND actor = %s AND session IS NOT DISTINCT FROM %s AND kind <> 'refusal'
ORDER BY at, id"""


def shown_to(viewer: Actor, rows: Sequence[UUID]) -> list[UUID]:
    """Whom these rows of the viewer's own session showed, in the order in which they did."""
    with connection.cursor() as cursor:
        cursor.execute(_SHOWN, [list(rows), viewer.id, viewer.session])
        return list(dict.fromkeys(each for (row,) in cursor.fetchall() for each in row))


def dealt_with_lately(viewer: Actor, pages: str, limit: int) -> list[UUID]:
    """Whom `viewer` opened or did something for, the latest first; one statement.

    `pages` is a pattern of the names of the pages that are about somebody.
    """
    about: dict[str, Any] = {"actor": viewer.id, "pages": pages, "latest": _LATEST, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_OWN, about)
        return [row[0] for row in cursor.fetchall()]
