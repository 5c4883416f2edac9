"""The cover that lies ready in every page; `ui` asks for it."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from caredesk.access.factors.passkeys import host_name
from caredesk.access.locking.door import BY_ITSELF, OF_SESSION
from caredesk.access.locking.forms import UnlockForm
from caredesk.access.sessions import SessionStore


def cover(request: HttpRequest) -> str:
    """Closed until the screen is left alone or its holder locks it; costs no statement."""
    session = getattr(request, "session", None)
    holder = session.holder() if isinstance(session, SessionStore) else None
    if holder is None or not isinstance(session, SessionStore):
        return ""
    context = {
        "holder": holder,
        "idle_seconds": session.idle_minutes * 60,
        "has_passkey": host_name(request) in session.passkey_hosts,
        "unlock": UnlockForm(has_pin=session.has_pin, auto_id="cover_%s"),
        "by_itself": BY_ITSELF,
        "of_session": OF_SESSION,
    }
    return render_to_string("access/locking/cover.html", context, request)
