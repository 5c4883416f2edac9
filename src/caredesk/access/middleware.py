"""Who asks: `request.actor`, and the way to the sign-in page for who is nobody yet."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from caredesk.access.factors.recent import is_proven
from caredesk.access.limits import gate as limits
from caredesk.access.locking import door as lock
from caredesk.access.sessions import SessionStore
from caredesk.access.tokens import door as programs
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
            return _too_much_while_open(request) or self.get_response(request)
        if programs.brings_token(request):
            return self._program(request)
        actor, refused = _holder_of(request)
        if actor is None or refused:
            return refused or _closed(request)
        door: Door = "json" if request.path.startswith("/api/") else "page"
        address = request.META.get("REMOTE_ADDR", "")
        request.actor = replace(  # type: ignore[attr-defined]
            actor, door=door, address=address, is_proven=is_proven(request)
        )
        return self.get_response(request)

    def _program(self, request: HttpRequest) -> HttpResponse:
        """By its token alone: whatever cookies came along, nobody asks for the session."""
        program = programs.program_of(request)
        if program is None:
            return limits.too_much_for_address(request) or _unknown_token("There is no such token.")
        actor = program.actor
        if refused := limits.too_much_for_program(request, actor, program.per_minute):
            return refused
        if program.refused:
            limits.record_refusal("token refused", actor)
            return _unknown_token(program.refused)
        request.actor = actor  # type: ignore[attr-defined]
        # No browser sends a token by itself, so nobody can be made to.
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        return self.get_response(request)


def _too_much_while_open(request: HttpRequest) -> HttpResponse | None:
    """Signing in is counted by address; static files, and whether the server answers, are not."""
    if request.path.startswith("/sign-in/"):
        return limits.too_much_for_address(request)
    return None


def _unknown_token(says: str) -> HttpResponse:
    response = _problem_401(f"{says} Ask the practice's manager for one that is open.")
    response["WWW-Authenticate"] = 'Bearer realm="Caredesk", error="invalid_token"'
    return response


def _problem_401(detail: str) -> HttpResponse:
    body = {"type": "about:blank", "title": "Not signed in", "status": 401, "detail": detail}
    return JsonResponse(body, status=401, content_type="application/problem+json")


def _holder_of(request: HttpRequest) -> tuple[Actor | None, HttpResponse | None]:
    """Whose session the browser brings, and what is answered instead of the page."""
    session = request.session
    if not isinstance(session, SessionStore):
        return None, None
    actor = session.actor()
    if actor is not None:
        return actor, _refused(request, actor)
    holder = session.holder()
    if holder is None:
        return None, limits.too_much_for_address(request)
    opens = request.path.startswith(lock.OPEN_WHILE_LOCKED)
    return holder, None if opens else lock.locked(request, holder)


def _refused(request: HttpRequest, actor: Actor) -> HttpResponse | None:
    """Nothing, where the page is this session's and not too much is asked: somebody is there."""
    if lock.is_of_another(request, actor):
        return lock.covered(request)
    if refused := limits.too_much_for_session(request, actor):
        return refused
    lock.note_activity(request, actor)
    return None


def _closed(request: HttpRequest) -> HttpResponse:
    if request.path.startswith("/api/"):
        return _problem_401("Sign in and send the session's cookie, or send a program's token.")
    address = f"/sign-in/?next={quote(request.get_full_path())}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=200, headers={"HX-Redirect": address})
    return redirect(address)
