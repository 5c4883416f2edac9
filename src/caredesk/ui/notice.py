"""The one line after an action: what happened, what is next, and Undo.

It travels in a signed cookie of this one answer, so that a plain form and htmx end the same way:
with a redirect to the page that shows the result.
"""

import re
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from caredesk.kernel.ids import new_id
from caredesk.ui import drafts

COOKIE = f"{settings.CAREDESK_COOKIES}notice"
_SALT = "caredesk_notice"
SECONDS = 60
LONGEST = 400
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Notice:
    """`deed` is what Undo undoes; `undo_to` the page after it; `draft` the form now finished.

    `key` makes a second press of Undo harmless.
    """

    text: str
    deed: str = ""
    undo_to: str = ""
    day_changed: bool = True
    draft: str = ""
    bad: bool = False
    key: str = field(default_factory=lambda: str(new_id()))


def after(request: HttpRequest, to: str, notice: Notice) -> HttpResponse:
    """Go to `to` and say the notice there. `to` is an address of our own.

    The notice's draft goes: its form was sent for good.
    """
    if notice.draft:
        drafts.let_go(request.actor, notice.draft)  # type: ignore[attr-defined]
    response = HttpResponseRedirect(own_address(request, to))
    response.status_code = 303
    response.set_cookie(
        COOKIE,
        signing.dumps(asdict(notice), salt=_SALT),
        max_age=SECONDS,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


def own_address(request: HttpRequest, address: str) -> str:
    """The address where it is one of this site's, without scheme and host; "/" otherwise."""
    if not _is_own(request, address):
        return "/"
    parts = urlsplit(address)
    # Where the host is left out, a second slash or backslash would begin the name of another.
    path = "/" + parts.path.lstrip("/\\")
    wanted = f"{path}?{parts.query}" if parts.query else path
    return wanted if _is_own(request, wanted) else "/"


def _is_own(request: HttpRequest, address: str) -> bool:
    """Control characters are refused: browsers leave some out, and what is left may lead away."""
    if _CONTROL.search(address):
        return False
    return url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()})


def sent_from(request: HttpRequest, otherwise: str) -> str:
    """The page on which a form was sent; `otherwise` where the browser does not say, or another."""
    said = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    return own_address(request, said) if urlsplit(said).netloc == request.get_host() else otherwise


def take(request: HttpRequest) -> Notice | None:
    """The notice that came with this request, if it is ours and fresh."""
    kept = request.COOKIES.get(COOKIE)
    if not kept:
        return None
    try:
        found: dict[str, Any] = signing.loads(kept, salt=_SALT, max_age=SECONDS)
        return Notice(**found)
    except (signing.BadSignature, TypeError):
        return None
