"""A search as one types is one look: its row is written when the typing has stopped."""

import json
from uuid import UUID

from django.db import connection, transaction

from caredesk.audit.store import Store
from caredesk.kernel.actor import Actor
from caredesk.kernel.ids import new_id
from caredesk.kernel.looks import as_changes, why_of
from caredesk.kernel.ports import AuditRow

SETTLED_AFTER_SECONDS = 2

_TAKE = """DELETE FROM audit_settlingsearch WHERE id IN (
  SELECT id FROM audit_settlingsearch
  WHERE touched_at < now() - make_interval(secs => %s) ORDER BY id FOR UPDATE SKIP LOCKED)
RETURNING name, actor, subjects, lifted"""


def settle_searches(after_seconds: float = SETTLED_AFTER_SECONDS) -> int:
    """Write one entry for each search untouched for `after_seconds`; how many were written."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TAKE, [after_seconds])
        rows = [_row(*each) for each in cursor.fetchall()]
        if rows:
            cursor.execute(*Store().insertion(rows))
    return len(rows)


def _row(name: str, actor: str, subjects: list[UUID], lifted: str) -> AuditRow:
    kept, told = json.loads(actor), json.loads(lifted)
    who = Actor(
        kind=kept["kind"],
        id=UUID(kept["id"]),
        label=kept["label"],
        on_behalf_of=UUID(kept["on_behalf_of"]) if kept["on_behalf_of"] else None,
        session=UUID(kept["session"]) if kept["session"] else None,
        door=kept["door"],
        address=kept["address"],
    )
    changes, reason = as_changes(told), why_of(told)
    return AuditRow(new_id(), "look", name, who, tuple(subjects), changes, reason=reason)
