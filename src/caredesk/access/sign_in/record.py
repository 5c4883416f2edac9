"""Signing in, out, and failing to, in the audit log."""

from uuid import UUID

from django.db import connection
from django.http import HttpRequest

from caredesk.access.models import User
from caredesk.kernel.actor import Actor
from caredesk.kernel.ids import new_id
from caredesk.kernel.ports import AuditRow, audit_store

FAILED, REFUSED = "sign-in failed", "refusal"
_NOBODY = UUID(int=0)


def record(kind: str, actor: Actor) -> None:
    """One row of this kind, done by `actor`."""
    _write(AuditRow(new_id(), kind, kind, actor))


def record_failed(request: HttpRequest, user: User | None, how: str) -> None:
    """Somebody failed with `how` ("password", "authenticator app").

    Whom it was about is named where there is such a user. What was typed as the name is not: some
    type their password there. Who typed it is nobody's to say, so the actor is nobody.
    """
    _write(_of_nobody(request, FAILED, user, how))


def record_turned_away(request: HttpRequest, user: User | None, how: str) -> None:
    """A try came during a wait, and was not checked. Once a wait is enough."""
    _write(_of_nobody(request, REFUSED, user, how))


def _of_nobody(request: HttpRequest, kind: str, user: User | None, how: str) -> AuditRow:
    address = request.META.get("REMOTE_ADDR", "")
    nobody = Actor(kind="user", id=_NOBODY, label="Nobody yet", address=address)
    return AuditRow(new_id(), kind, how, nobody, (user.id,) if user else ())


def _write(row: AuditRow) -> None:
    with connection.cursor() as cursor:
        cursor.execute(*audit_store.ask.insertion([row]))
