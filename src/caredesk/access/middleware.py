"""Who asks: `request.actor`, and the way to the sign-in page for who is nobody yet."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from caredesk.access.locking import door as lock
from caredesk.access.sessions import SessionStore
from caredesk.kernel.actor import Actor, Door

GetResponse = Callable[[HttpRequest], HttpResponse]

OPEN_PATHS = ("/sign-in/", "/static/", "/health/", "/csp-report/", lock.PLACE)


class SignedInRequest(HttpRequest):
    """A request behind the sign-in: for the types of views."""

    actor: Actor


class ActorMiddleware:
    """Sets `request.actor`; everything but the sign-in page is closed to who is not signed in."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(OPEN_PATHS):
            return self.get_response(request)
        session = request.session
        actor = session.actor() if isinstance(session, SessionStore) else None
        if actor is None:
            holder = session.holder() if isinstance(session, SessionStore) else None
            if holder is None:
                return _closed(request)
            if not request.path.startswith(lock.OPEN_WHILE_LOCKED):
                return lock.locked(request, holder)
            actor = holder
        elif lock.is_of_another(request, actor):
            return lock.covered(request)
        else:
            lock.note_activity(request, actor)
        door: Door = "json" if request.path.startswith("/api/") else "page"
        address = request.META.get("REMOTE_ADDR", "")
        request.actor = replace(actor, door=door, address=address)  # type: ignore[attr-defined]
        return self.get_response(request)


def _closed(request: HttpRequest) -> HttpResponse:
    if request.path.startswith("/api/"):
        body = {
            "type": "about:blank",
            "title": "Not signed in",
            "status": 401,
            "detail": "Sign in, and send the session's cookie.",
        }
        return JsonResponse(body, status=401, content_type="application/problem+json")
    address = f"/sign-in/?next={quote(request.get_full_path())}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=200, headers={"HX-Redirect": address})
    return redirect(address)
