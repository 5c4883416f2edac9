"""The way in: to the next step, or, when nothing is asked any more, signed in."""

from dataclasses import replace
from uuid import UUID

from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from caredesk.access.factors.recent import mark_proven
from caredesk.access.models import User
from caredesk.access.sessions import SessionStore
from caredesk.access.sign_in import half
from caredesk.access.sign_in.record import record
from caredesk.access.sso import came_by
from caredesk.access.waits.devices import remember
from caredesk.kernel.actor import Actor

_BACKEND = "caredesk.access.backend.PasswordBackend"
_PAGES: dict[half.Step, str] = {
    "factor": "access:sign_in_factor",
    "new_password": "access:sign_in_new_password",
    "set_up": "access:sign_in_set_up",
}


def enter(
    request: HttpRequest,
    user: User,
    to: str,
    *,
    has_proven: bool = False,
    identity: UUID | None = None,
) -> HttpResponse:
    """After the right password, a passkey (`has_proven`), or single sign-on by the link `identity`:
    go in, or to what is still asked.

    Whoever was signed in at this browser waits aside by now (`access.locking`).
    """
    asked = half.Half(user, has_proven, to, identity)
    if half.next_step(asked) is None:
        return let_in(request, asked)
    return to_next(request, half.begin(request, asked))


def go_on(request: HttpRequest, half_session: half.Half) -> HttpResponse:
    """After a step was taken: to the next one, or in."""
    half.go_on(request, half_session)
    return to_next(request, half_session)


def to_next(request: HttpRequest, half_session: half.Half) -> HttpResponse:
    step = half.next_step(half_session)
    if step is None:
        return let_in(request, half_session)
    return HttpResponseRedirect(reverse(_PAGES[step]))


def let_in(request: HttpRequest, whole: half.Half) -> HttpResponse:
    """Signed in, on record; this browser is known from now on. Everything asked was proven."""
    half.end(request)
    with transaction.atomic():
        if whole.identity is not None and not came_by.hold(whole.identity):
            return HttpResponseRedirect(reverse("access:sign_in"))
        login(request, whole.user, _BACKEND)
        came_by.keep(request, whole.identity)
        mark_proven(request)
        request.session.save()
        actor = signed_in(request)
        if actor is not None:
            record("sign-in", actor)
    response = HttpResponseRedirect(whole.to)
    remember(request, response, whole.user.id)
    return response


def signed_in(request: HttpRequest) -> Actor | None:
    """Who is signed in at this browser, for the pages before the sign-in."""
    actor = SessionStore(request.session.session_key).actor()
    return replace(actor, address=request.META.get("REMOTE_ADDR", "")) if actor else None
