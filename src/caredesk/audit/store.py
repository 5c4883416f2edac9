"""How audit rows get into the database: the answer to the kernel's port."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from django.db import connection

from caredesk.kernel.actor import Actor
from caredesk.kernel.deeds import as_json
from caredesk.kernel.ports import AuditRow, Statement

_COLUMNS = """id, kind, name, actor_kind, actor, actor_label, on_behalf_of, session, door,
 address, subjects, changes, parent, deed, reason"""
_ROW = """(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s,
 %s::uuid[], %s::jsonb, %s::uuid, %s::uuid, %s)"""

# Each key that is typed writes it anew, so it does not wait for the disk; the entry that comes of
# it does. set_config holds for this one statement's transaction: docs/decisions/0013-recording.md.
_SETTLE = """INSERT INTO audit_settlingsearch AS s (id, name, actor, subjects, lifted)
SELECT %s, %s, %s::jsonb, %s::uuid[], %s::jsonb FROM set_config('synchronous_commit', 'off', true)
ON CONFLICT (id) DO UPDATE SET touched_at = now(),
 lifted = s.lifted || excluded.lifted, subjects = (
  SELECT array_agg(DISTINCT each) FROM unnest(s.subjects || excluded.subjects) AS each)
WHERE s.actor->>'id' = excluded.actor->>'id' AND s.actor->>'session' IS NOT DISTINCT FROM
  excluded.actor->>'session'"""


class Store:
    """Appends to the audit log."""

    def insertion(self, rows: Sequence[AuditRow]) -> Statement:
        values = ", ".join([_ROW] * len(rows))
        parameters = [value for row in rows for value in _values(row)]
        return f"INSERT INTO audit_entry ({_COLUMNS}) VALUES {values}", parameters

    def settle(self, search: UUID, row: AuditRow) -> None:
        actor = as_json(asdict(replace(row.actor, barred=None)))
        lifted = as_json(row.changes[0]["lifted"] if row.changes else {})
        with connection.cursor() as cursor:
            cursor.execute(_SETTLE, [search, row.name, actor, list(row.subjects), lifted])
            if cursor.rowcount == 0:
                # Somebody else's search has this id: the look is written at once, as its own row.
                cursor.execute(*self.insertion([row]))


def _values(row: AuditRow) -> list[Any]:
    return [
        row.id,
        row.kind,
        row.name,
        *_actor_values(row.actor),
        list(row.subjects),
        as_json(row.changes),
        row.parent,
        row.deed,
        row.reason,
    ]


def _actor_values(actor: Actor) -> list[Any]:
    return [
        actor.kind,
        actor.id,
        actor.label,
        actor.on_behalf_of,
        actor.session,
        actor.door,
        actor.address,
    ]
