"""What a viewer may not see, read from restrictions and grants: the one statement that decides.

It answers `kernel.sight`, and stands as two columns in the statement that reads the session
(`access.ports.gate_columns`), so that it costs a page no statement of its own. Where there are no
restrictions it reads one empty index.
"""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from caredesk.kernel import clock
from caredesk.kernel.actor import Actor
from caredesk.kernel.barred import Barred, Lifted
from caredesk.people.rules.restrictions import GLASS_REASONS

# The pieces of a patient are barred by their own ids, the patient by those of all her records.
# `u` is the user. The same decisions as `rules.restrictions.sight`; a test compares them.
_BARRED = """(SELECT string_agg(uuid_send(b.id) || CASE WHEN b.hidden THEN '\\x01'::bytea
    ELSE '\\x00'::bytea END, ''::bytea) FROM (
  SELECT coalesce(same.id, r.piece_id) AS id, bool_or(r.level = 'hidden') AS hidden
  FROM people_restriction r JOIN people_patient whose ON whose.id = r.patient_id
  LEFT JOIN people_patient same ON r.piece_id IS NULL AND same.identity_id = whose.identity_id
  WHERE r.ended_at IS NULL AND u.id <> ALL(r.users)
    AND NOT r.roles && ARRAY(SELECT h.role FROM access_rolegrant h
      WHERE h.user_id = u.id AND h.ended_at IS NULL)
    AND NOT (r.level = 'restricted' AND (SELECT EXISTS (SELECT 1 FROM people_brokenglass any_open
        WHERE any_open.user_id = u.id AND any_open.ended_at IS NULL AND any_open.until > %s))
      AND EXISTS (
      SELECT 1 FROM people_brokenglass g JOIN people_patient opened ON opened.id = g.patient_id
      WHERE g.user_id = u.id AND g.ended_at IS NULL AND g.until > %s AND g.at >= r.since
        AND opened.identity_id = whose.identity_id AND g.piece_id IS NOT DISTINCT FROM r.piece_id))
  GROUP BY 1) AS b)"""

_LIFTED = """(SELECT json_agg(json_build_array(what.id, g.id, g.until,
    opened.identity_id, g.reason, g.words))::text
  FROM people_brokenglass g JOIN people_patient opened ON opened.id = g.patient_id
  CROSS JOIN LATERAL (
    SELECT same.id FROM people_patient same
    WHERE g.piece_id IS NULL AND same.identity_id = opened.identity_id
    UNION ALL SELECT g.piece_id WHERE g.piece_id IS NOT NULL) AS what
  WHERE g.user_id = u.id AND g.ended_at IS NULL AND g.until > %s)"""

_ALONE = f"SELECT {_BARRED}, {_LIFTED} FROM (VALUES (%s::uuid)) AS u(id)"


class Gate:
    """The answer to `access.gate_columns` and to `kernel.sight`."""

    sql = f"{_BARRED}, {_LIFTED}"

    def parameters(self, now: datetime) -> list[Any]:
        return [now, now, now]

    def read(self, columns: tuple[Any, ...]) -> Barred:
        rows, lifted = columns
        return Barred.of_rows(rows, _lifted(lifted))

    def barred(self, viewer: Actor) -> Barred:
        with connection.cursor() as cursor:
            cursor.execute(_ALONE, [*self.parameters(clock.now()), viewer.id])
            return self.read(cursor.fetchone())


def _lifted(text: str | None) -> dict[UUID, Lifted]:
    """The longest, where there are several of one."""
    found: dict[UUID, Lifted] = {}
    for id, grant, until, whose, reason, words in json.loads(text or "[]"):
        why = f"{GLASS_REASONS[reason]}: {words}"
        lifted = Lifted(UUID(grant), datetime.fromisoformat(until), UUID(whose), why)
        known = found.get(UUID(id))
        if known is None or known.until < lifted.until:
            found[UUID(id)] = lifted
    return found
