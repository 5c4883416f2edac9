"""Signing in, out, and failing to, in the audit log."""

from django.db import connection
from django.http import HttpRequest

from caredesk.access.models import User
from caredesk.audit.kinds import NOBODY_YET, SIGN_IN_FAILED
from caredesk.kernel.actor import Actor
from caredesk.kernel.ids import new_id
from caredesk.kernel.ports import AuditRow, audit_store


def record(kind: str, actor: Actor) -> None:
    """One row of this kind, done by `actor`."""
    _write(AuditRow(new_id(), kind, kind, actor))


def record_failed(request: HttpRequest, user: User | None, how: str) -> None:
    """Somebody failed with `how` ("password", "authenticator app").

    Whom it was about is named where there is such a user. What was typed as the name is not: some
    type their password there. Who typed it is nobody's to say, so the actor is nobody.
    """
    address = request.META.get("REMOTE_ADDR", "")
    nobody = Actor(kind="user", id=NOBODY_YET, label="Nobody yet", address=address)
    _write(AuditRow(new_id(), SIGN_IN_FAILED, how, nobody, (user.id,) if user else ()))


def record_turned_away(request: HttpRequest, user: User | None, what: str) -> None:
    """A try with a `what` came during a wait, and was not checked. Once a wait is enough."""
    record_failed(request, user, f"{what} during a wait")


def _write(row: AuditRow) -> None:
    with connection.cursor() as cursor:
        cursor.execute(*audit_store.ask.insertion([row]))
