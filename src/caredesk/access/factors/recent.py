"""When somebody last proved who they are in this session, for pages that ask for it again."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from caredesk.access.factors.true_time import true_now
from caredesk.ui.notice import sent_from

_PROVEN = "proven_at"
_SECONDS = 300
# What was filled in while the proof held may still be sent.
_SECONDS_TO_SEND = 900

type _View[**P] = Callable[Concatenate[Any, P], HttpResponse]


def mark_proven(request: HttpRequest) -> None:
    """Somebody has just typed the password or used a passkey."""
    request.session[_PROVEN] = true_now().timestamp()


def is_proven(request: HttpRequest, seconds: int = _SECONDS) -> bool:
    proven: float = request.session.get(_PROVEN, 0.0)
    return 0 <= true_now().timestamp() - proven <= seconds


def may_send(request: HttpRequest) -> bool:
    """Whether what needs a proof may still be sent (`Actor.is_proven`)."""
    return is_proven(request, _SECONDS_TO_SEND)


def needs_recent_proof[**P](view: _View[P]) -> _View[P]:
    """The page asks for the password or a passkey first where the last proof is some minutes old.

    Stands below `needs`: only who may open the page is asked.
    """

    @wraps(view)
    def asking(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        is_look = request.method in {"GET", "HEAD"}
        if is_proven(request) if is_look else may_send(request):
            return view(request, *args, **kwargs)
        return HttpResponseRedirect(_asking_address(request))

    return asking


def _asking_address(request: HttpRequest) -> str:
    is_look = request.method == "GET"
    to = request.get_full_path() if is_look else sent_from(request, reverse("access:account"))
    return f"{reverse('access:prove')}?to={quote(to)}"
