"""The seat: which sessions belong to one browser.

A random cookie, of which the database holds the hash. By itself it opens nothing: it only says
whose sessions may be switched back to here, each by its holder's own secret.
"""

import hashlib
import secrets
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from caredesk.access.locking import state
from caredesk.access.locking.browsers import browser_words
from caredesk.access.locking.queries import aside_at
from caredesk.access.locking.rules import MOST_ASIDE
from caredesk.access.sessions import SessionStore

COOKIE = f"{settings.CAREDESK_COOKIES}seat"
_SECONDS = 30 * 24 * 60 * 60


def seat_of(request: HttpRequest) -> str:
    """As the database knows it; empty for a browser that has none yet."""
    cookie = request.COOKIES.get(COOKIE, "")
    return _hashed(cookie) if cookie else ""


def take_seat(request: HttpRequest, response: HttpResponse) -> None:
    """After somebody signed in: the new session is of this browser.

    The seat is a new one, to which those move who wait here: a copy of its cookie is soon worth
    nothing. Whoever was aside here and signs in anew has one session, not two.
    """
    session = SessionStore(request.session.session_key)
    holder = session.holder()
    if holder is None or holder.session is None:
        return
    cookie = secrets.token_urlsafe(24)
    address = request.META.get("REMOTE_ADDR", "")
    words = browser_words(request.headers.get("User-Agent", ""))
    state.seat(str(session.session_key), _hashed(cookie), words, address)
    moved = state.move_seat(seat_of(request), _hashed(cookie))
    state.end([each for each, user in moved if user == holder.id])
    response.set_cookie(
        COOKIE,
        cookie,
        max_age=_SECONDS,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def make_room(request: HttpRequest, session: UUID | None) -> list[UUID]:
    """End the oldest of those aside here, where this one more would be too many."""
    waiting = [each.id for each in aside_at(seat_of(request)) if each.id != session]
    too_many = waiting[MOST_ASIDE - 1 :]
    state.end(too_many)
    return too_many


def _hashed(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()
