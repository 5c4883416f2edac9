"""What the door does for a session's lock; `ActorMiddleware` asks it.

A locked session is answered by 423: htmx and scripts cover the page, a page that is opened goes to
the place where it is unlocked, and back.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from caredesk.access.locking import state, unlocking
from caredesk.access.locking.rules import NOTED_EVERY
from caredesk.access.locking.seats import take_seat
from caredesk.access.sessions import SessionStore
from caredesk.kernel.actor import Actor

GetResponse = Callable[[HttpRequest], HttpResponse]

PLACE = "/locked/"
OPEN_WHILE_LOCKED = ("/session/lock/", "/session/aside/", "/sign-out/")

BY_ITSELF = "Caredesk-By-Itself"
"""A page says with this header that nobody did anything: what is live asks anew."""

OF_SESSION = "Caredesk-Session"
"""A page says with this header for whose session it was made."""


def locked(request: HttpRequest, holder: Actor) -> HttpResponse:
    """No page, no action: the session is locked, or was left alone for too long."""
    if isinstance(request.session, SessionStore) and not request.session.was_locked:
        unlocking.lock(request, holder, "idle")
    if request.path.startswith("/api/"):
        body = {
            "type": "about:blank",
            "title": "Locked",
            "status": 423,
            "detail": "This session is locked until its holder unlocks it.",
        }
        return JsonResponse(body, status=423, content_type="application/problem+json")
    if _is_by_script(request):
        return covered(request)
    return redirect(f"{PLACE}?next={quote(request.get_full_path())}")


def covered(request: HttpRequest) -> HttpResponse:
    """For a script of the page: it keeps what it shows and covers it (`cover.js`)."""
    response = HttpResponse("This screen is locked.", status=423, content_type="text/plain")
    response["HX-Reswap"] = "none"
    return response


def is_of_another(request: HttpRequest, actor: Actor) -> bool:
    """The page is an earlier one of this browser, made for somebody who is aside now."""
    said = request.headers.get(OF_SESSION)
    return said is not None and said != str(actor.session)


def note_activity(request: HttpRequest, actor: Actor) -> None:
    """At most once a minute, and not where a page only asks for what is new."""
    session = request.session
    if not isinstance(session, SessionStore) or BY_ITSELF in request.headers:
        return
    if session.idle_seconds >= NOTED_EVERY and actor.session is not None:
        state.note_activity(actor.session)


def _is_by_script(request: HttpRequest) -> bool:
    mode = request.headers.get("Sec-Fetch-Mode", "navigate")
    return "HX-Request" in request.headers or mode != "navigate"


class SeatMiddleware:
    """Whoever signs in, by whatever page, sits at this browser.

    Whoever was signed in here before is put aside, not signed out.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def process_view(self, request: HttpRequest, *_: Any) -> None:
        if request.method == "POST" and request.path.startswith("/sign-in/"):
            unlocking.put_aside(request)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        former = request.session.session_key
        response = self.get_response(request)
        session = request.session
        if session.session_key not in (None, former) and "_auth_user_id" in session:
            take_seat(request, response)
        return response
