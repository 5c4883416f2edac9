"""What is on record of a session's lock: like signing in, a row of the log and no deed."""

from dataclasses import replace
from typing import Any, Literal

from django.db import connection
from django.http import HttpRequest

from caredesk.kernel.actor import Actor
from caredesk.kernel.ids import new_id
from caredesk.kernel.ports import AuditRow, audit_store

Kind = Literal["lock", "unlock", "failed-unlock", "switch", "sign-out"]


def record(kind: Kind, who: Actor, request: HttpRequest, **more: Any) -> None:
    """Within the transaction of what is recorded. `more` says how ("idle"), or to whom."""
    changes = ({"table": "access_session", "id": str(who.session), "now": more},) if more else ()
    row = AuditRow(new_id(), kind, kind, at_door(who, request), changes=changes)
    with connection.cursor() as cursor:
        cursor.execute(*audit_store.ask.insertion([row]))


def at_door(who: Actor, request: HttpRequest) -> Actor:
    """The same, with where the request came from."""
    return replace(who, address=request.META.get("REMOTE_ADDR", ""))
