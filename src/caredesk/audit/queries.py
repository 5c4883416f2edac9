"""What the log says of somebody's own work."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from caredesk.kernel.actor import Actor
from caredesk.kernel.looks import Told

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


WHY_LIFTED = """CASE WHEN reason <> '' AND kind <> 'change'
 THEN jsonb_path_query_first(changes, '$[*].lifted')::text END"""
"""Of a row why those were seen whose restriction was lifted (`kernel.looks.Told`), as text."""

_SHOWN = f"""SELECT subjects, {WHY_LIFTED}, name FROM audit_entry
WHERE id = ANY(%s) AND actor = %s AND session IS NOT DISTINCT FROM %s AND kind <> 'refusal'
ORDER BY at, id"""


def shown_to(viewer: Actor, rows: Sequence[UUID]) -> tuple[list[UUID], Told, list[str]]:
    """Whom these rows of the viewer's own session showed, in the order in which they did; why
    those whose restriction was lifted; and what the rows are named."""
    with connection.cursor() as cursor:
        cursor.execute(_SHOWN, [list(rows), viewer.id, viewer.session])
        found = cursor.fetchall()
    told = [json.loads(each) for _, each, _ in found if each]
    return (
        list(dict.fromkeys(each for row, _, _ in found for each in row)),
        {id: each for one in told for id, each in one.items()},
        [name for _, _, name in found],
    )


def dealt_with_lately(viewer: Actor, pages: str, limit: int) -> list[UUID]:
    """Whom `viewer` opened or did something for, the latest first; one statement.

    `pages` is a pattern of the names of the pages that are about somebody.
    """
    about: dict[str, Any] = {"actor": viewer.id, "pages": pages, "latest": _LATEST, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_OWN, about)
        return [row[0] for row in cursor.fetchall()]
