"""When somebody last proved who they are in this session, for pages that ask for it again."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from caredesk.access.factors.true_time import true_now

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


def needs_recent_proof[**P](view: _View[P]) -> _View[P]:
    """The page asks for the password or a passkey first where the last proof is some minutes old.

    Stands below `needs`: only who may open the page is asked.
    """

    @wraps(view)
    def asking(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        within = _SECONDS if request.method in {"GET", "HEAD"} else _SECONDS_TO_SEND
        if is_proven(request, within):
            return view(request, *args, **kwargs)
        return HttpResponseRedirect(_asking_address(request))

    return asking


def _asking_address(request: HttpRequest) -> str:
    to = request.get_full_path() if request.method == "GET" else reverse("access:account")
    return f"{reverse('access:prove')}?to={quote(to)}"
