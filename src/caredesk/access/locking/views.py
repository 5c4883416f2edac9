"""Locking, unlocking and changing places. These answer while the session is locked, too."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from caredesk.access.factors.passkeys import host_name
from caredesk.access.factors.queries import factors_of
from caredesk.access.locking import pins, unlocking
from caredesk.access.locking.forms import UnlockForm
from caredesk.access.locking.queries import SessionLine, aside_at, own_sessions
from caredesk.access.locking.seats import seat_of
from caredesk.access.locking.unlocking import Tried, holder_here
from caredesk.access.locking.ways import ways
from caredesk.access.sessions import SessionStore
from caredesk.access.waits.words import as_told, wait_words
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Missing
from caredesk.kernel.problems import describe
from caredesk.ui.notice import own_address

WRONG = "That was not it. {left} before this session ends."
PIN_IS_OUT = "Too many wrong PINs were typed today: type your password."
ENDED = "Too many tries: this session has ended. What was typed into forms is kept for its owner."


@never_cache
@require_http_methods(["GET", "POST"])
def locked(request: HttpRequest) -> HttpResponse:
    """Where one unlocks, or switches back to a session that is aside at this browser."""
    if request.method == "POST":
        return _opened(request)
    if _is_open(request):
        return redirect(own_address(request, request.GET.get("next", "/")))
    wanted = wanted_session(request)
    if wanted is None:
        return redirect("access:sign_in")
    return _page(request, wanted, UnlockForm(has_pin=pins.opens(wanted.user)))


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out whoever locked it: from the cover, or of those that are aside here."""
    wanted = wanted_session(request)
    if wanted is not None:
        unlocking.leave(request, wanted.id)
    return redirect("access:sign_in")


@require_safe
@never_cache
def session(request: HttpRequest) -> HttpResponse:
    """For a page that was away: the door has answered 423 where it must be covered."""
    return HttpResponse(status=204)


@require_POST
def active(request: HttpRequest) -> HttpResponse:
    """Somebody types or points: the door has noted it."""
    return HttpResponse(status=204)


@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """Lock now, or because nobody has touched the screen."""
    how = "idle" if request.POST.get("how") == "idle" else "asked"
    unlocking.lock(request, _actor(request), how)
    if _wants_json(request):
        return HttpResponse(status=204)
    wanted = quote(own_address(request, request.POST.get("next", "/")))
    return redirect(f"{reverse('access:locked')}?next={wanted}")


@require_POST
def aside(request: HttpRequest) -> HttpResponse:
    """Somebody else: the session waits, locked, and the browser is free for a colleague."""
    unlocking.put_aside(request)
    return redirect("access:sign_in")


def _opened(request: HttpRequest) -> HttpResponse:
    wanted = wanted_session(request)
    if wanted is None:
        return _gone(request)
    form = UnlockForm(request.POST, has_pin=pins.opens(wanted.user))
    if not any(request.POST.get(name) for name in ways()):
        return _says(request, wanted, form)
    try:
        tried = unlocking.try_to_open(request, wanted.id)
    except Missing:
        return _gone(request)
    return _entered(request) if tried.is_open else _still_closed(request, wanted, form, tried)


def _entered(request: HttpRequest) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse({"open": True})
    return redirect(own_address(request, request.POST.get("next", "/")))


def _still_closed(
    request: HttpRequest, wanted: SessionLine, form: UnlockForm, tried: Tried
) -> HttpResponse:
    if tried.until is not None:
        form.add_error("secret", f"Too many wrong passwords were typed. {wait_words(tried.until)}")
        return as_told(_says(request, wanted, form), tried.until)
    form.add_error("secret", _wrong(tried))
    if tried.pin_is_out:
        form.ask_password()
    return _says(request, wanted, form, has_ended=not tried.left)


def _wrong(tried: Tried) -> str:
    tries = "One more try" if tried.left == 1 else f"{tried.left} more tries"
    words = WRONG.format(left=tries) if tried.left else ENDED
    return f"{words} {PIN_IS_OUT}" if tried.left and tried.pin_is_out else words


def _gone(request: HttpRequest) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse(
            {"ended": True, "message": describe(Missing("session")).detail}, status=410
        )
    return redirect("access:sign_in")


def _says(
    request: HttpRequest, wanted: SessionLine, form: UnlockForm, has_ended: bool = False
) -> HttpResponse:
    if not _wants_json(request):
        return _page(request, wanted, form, has_ended=has_ended)
    message = " ".join(str(each) for each in form["secret"].errors)
    said = {"message": message, "ended": has_ended, "asks_password": not form.asks_pin}
    return JsonResponse(said, status=410 if has_ended else 422)


def _page(
    request: HttpRequest, wanted: SessionLine, form: UnlockForm, has_ended: bool = False
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "wanted": wanted,
        "has_ended": has_ended,
        "is_here": _is_here(request, wanted),
        "has_passkey": factors_of(wanted.user).usable_at(host_name(request)),
        "next": own_address(request, request.POST.get("next") or request.GET.get("next") or "/"),
    }
    status = 422 if form.errors else 200
    return render(request, "access/locking/locked.html", context, status=status)


def wanted_session(request: HttpRequest) -> SessionLine | None:
    """The session that is named, of this browser; without a name the one it has."""
    here = holder_here(request)
    asked = request.POST.get("session") or request.GET.get("session")
    wanted = _as_id(asked) if asked else (here.session if here else None)
    own = own_sessions(here) if here is not None and here.session == wanted else []
    known = [*own, *aside_at(seat_of(request))]
    return next((each for each in known if each.id == wanted), None)


def _is_open(request: HttpRequest) -> bool:
    store = request.session
    asked = request.GET.get("session")
    actor = store.actor() if isinstance(store, SessionStore) else None
    return actor is not None and asked in (None, str(actor.session))


def _is_here(request: HttpRequest, wanted: SessionLine) -> bool:
    here = holder_here(request)
    return here is not None and here.session == wanted.id


def _as_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
