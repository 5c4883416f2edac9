"""The long-lived cookie of a browser: which accounts were signed in to from it before.

Signed by us, it opens nothing: it only keeps what strangers try elsewhere from making its owner
wait.
"""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from caredesk.kernel.ids import new_id

COOKIE = "caredesk_known"
SECONDS = 180 * 24 * 60 * 60
MOST_ACCOUNTS = 30


def known_device(request: HttpRequest, user: UUID | None) -> UUID | None:
    """The browser's id, where this user has signed in from it before."""
    device, users = _read(request)
    return device if user is not None and user.hex in users else None


def remember(request: HttpRequest, response: HttpResponse, user: UUID) -> None:
    """This user has signed in from this browser, with everything that was asked."""
    device, users = _read(request)
    latest = [user.hex, *(each for each in users if each != user.hex)]
    kept = {"device": (device or new_id()).hex, "users": latest[:MOST_ACCOUNTS]}
    response.set_cookie(
        COOKIE,
        signing.dumps(kept, salt=COOKIE, compress=True),
        max_age=SECONDS,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def _read(request: HttpRequest) -> tuple[UUID | None, list[str]]:
    try:
        found: dict[str, Any] = signing.loads(
            request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=SECONDS
        )
    except signing.BadSignature:
        return None, []
    return UUID(found["device"]), list(found["users"])
