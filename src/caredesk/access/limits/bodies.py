"""What is sent: how much of it, in which form, and by how many at a time.

A web process has few threads, and one that reads waits for who sends. So nobody gets more than half
of them at a time: not who is nobody yet, nor any one session or program. Somebody else is always
served, however slowly the others send; a proxy in front that takes in whole requests first spares
even this (`docs/administrator.md`).
"""

import os
import threading
from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, UnreadablePostError

from caredesk.access.locking.unlocking import holder_here
from caredesk.kernel.problems import Described
from caredesk.ui.errors import answer_error
from caredesk.ui.page import actor_of

GetResponse = Callable[[HttpRequest], HttpResponse]

_WITHOUT_BODY = ("GET", "HEAD", "OPTIONS", "TRACE")
_USUAL_THREADS = 4
# Who sends at an ordinary pace is done long before.
_WAIT_SECONDS = 1.0
_SHORT = 64 * 1024

TOO_LONG = Described(
    413,
    "too_long",
    "Too much",
    "This is more than can be sent here.",
    "Go back, and send less at once.",
)
_PACKED = Described(
    415,
    "packed",
    "Sent compressed",
    "What is sent here may not be compressed.",
    "Send it again without Content-Encoding.",
)
_TOO_MANY = Described(
    503,
    "too_many_at_once",
    "Too many send at once",
    "Others are sending at this moment, and slowly.",
    "Wait 5 seconds, and send it again.",
)


class Slots:
    """So many at a time for each who sends."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: Counter[Hashable] = Counter()
        self._freed = threading.Condition()

    def take(self, who: Hashable, seconds: float) -> bool:
        """Whether there was one, within this time."""
        with self._freed:
            if not self._freed.wait_for(lambda: self._taken[who] < self._most, seconds):
                return False
            self._taken[who] += 1
            return True

    def give_back(self, who: Hashable) -> None:
        with self._freed:
            self._taken[who] -= 1
            if not self._taken[who]:
                del self._taken[who]
            self._freed.notify_all()


slots = Slots(max(1, int(os.environ.get("CAREDESK_THREADS") or _USUAL_THREADS) // 2))


class BodyMiddleware:
    """Listed before the check of the form's token, which is the first to read a body."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with _given_back(request):
            response = self.get_response(request)
        _let_finish(request)
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if request.method in _WITHOUT_BODY:
            return None
        if wrong := _wrong_with(request, view):
            return answer_error(request, wrong)
        who = _sender(request)
        if not slots.take(who, _WAIT_SECONDS):
            response = answer_error(request, _TOO_MANY)
            response["Retry-After"] = "5"
            return response
        request._slot = who  # type: ignore[attr-defined]
        if _is_read_at_once(request):
            _ = request.body
            _give_back(request)
        return None


def _wrong_with(request: HttpRequest, view: Any) -> Described | None:
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        return _PACKED
    stated = request.META.get("CONTENT_LENGTH") or "0"
    longest = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
    # A view that takes files says itself how long they may be.
    is_bounded = not getattr(view, "takes_file", False)
    if not stated.isdigit() or (is_bounded and int(stated) > longest):
        return TOO_LONG
    return None


def _sender(request: HttpRequest) -> Hashable:
    """A locked session is its holder's all the same: strangers take no slot of theirs."""
    actor = actor_of(request) or holder_here(request)
    return "nobody" if actor is None else actor.session or actor.id


def _is_read_at_once(request: HttpRequest) -> bool:
    """What has a length and is no file; the rest is read by the view, in pieces."""
    is_form_with_files = (request.content_type or "").startswith("multipart/")
    return bool(request.META.get("CONTENT_LENGTH")) and not is_form_with_files


def _let_finish(request: HttpRequest) -> None:
    """What was refused unread is taken in where it is short.

    A proxy that still sends it would find the connection closed, and tell of that instead of our
    answer.
    """
    stated = request.META.get("CONTENT_LENGTH") or ""
    is_read = request._read_started or hasattr(request, "_body")  # type: ignore[attr-defined]
    if is_read or not stated.isdigit() or int(stated) > _SHORT:
        return
    if slots.take("nobody", 0):
        try:
            request.read(int(stated))
        except UnreadablePostError:
            pass
        finally:
            slots.give_back("nobody")


@contextmanager
def _given_back(request: HttpRequest) -> Iterator[None]:
    try:
        yield
    finally:
        _give_back(request)


def _give_back(request: HttpRequest) -> None:
    who = request.__dict__.pop("_slot", None)
    if who is not None:
        slots.give_back(who)
