"""When somebody last proved who they are in this session, for pages that ask for it again."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, Concatenate
from urllib.parse import quote

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from caredesk.access.factors.true_time import true_now
from caredesk.ui.notice import sent_from

_PROVEN = "proven_at"
_SECONDS = 300
# What was filled in while the proof held may still be sent.
_SECONDS_TO_SEND = 900

_OPENED = f"{settings.CAREDESK_COOKIES}opened"
_MOST_OPENED = 10

type _View[**P] = Callable[Concatenate[Any, P], HttpResponse]


def mark_proven(request: HttpRequest) -> None:
    """Somebody has just typed the password or used a passkey."""
    request.session[_PROVEN] = true_now().timestamp()


def forget_proof(request: HttpRequest) -> None:
    """Whoever unlocked it with a PIN may have looked on as it was typed."""
    request.session.pop(_PROVEN, None)


def is_proven(request: HttpRequest, seconds: int = _SECONDS) -> bool:
    proven: float = request.session.get(_PROVEN, 0.0)
    return 0 <= true_now().timestamp() - proven <= seconds


def needs_recent_proof[**P](view: _View[P]) -> _View[P]:
    """The page asks for the password or a passkey first where the last proof is some minutes old.

    A form that was opened before that may be sent some minutes longer. Stands below `needs`: only
    who may open the page is asked.
    """

    @wraps(view)
    def asking(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        opens = request.method in {"GET", "HEAD"}
        if not (is_proven(request) or (not opens and _was_opened(request))):
            return HttpResponseRedirect(_asking_address(request))
        request.actor = replace(request.actor, is_proven=True)
        response = view(request, *args, **kwargs)
        if opens:
            _note_opened(request, response)
        return response

    return asking


def _note_opened(request: Any, response: HttpResponse) -> None:
    """In a signed cookie, which costs no statement: which forms were opened under this proof."""
    opened = [*_opened(request), request.path][-_MOST_OPENED:]
    response.set_cookie(
        _OPENED,
        signing.dumps({**_proof_of(request), "opened": opened}, salt=_OPENED),
        max_age=_SECONDS_TO_SEND,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def _was_opened(request: Any) -> bool:
    """The form that is sent, or the one of whose page it is a part."""
    still = is_proven(request, _SECONDS_TO_SEND)
    return still and any(request.path.startswith(each) for each in _opened(request))


def _opened(request: Any) -> list[str]:
    try:
        found: dict[str, Any] = signing.loads(
            request.COOKIES.get(_OPENED, ""), salt=_OPENED, max_age=_SECONDS_TO_SEND
        )
    except signing.BadSignature:
        return []
    opened: list[str] = found.pop("opened")
    return opened if found == _proof_of(request) else []


def _proof_of(request: Any) -> dict[str, Any]:
    """One proof of one session: after another one the forms are opened anew."""
    return {"session": str(request.actor.session), "at": request.session.get(_PROVEN)}


def _asking_address(request: HttpRequest) -> str:
    is_look = request.method == "GET"
    to = request.get_full_path() if is_look else sent_from(request, reverse("access:account"))
    return f"{reverse('access:prove')}?to={quote(to)}"
