"""Half signed in: the password was right, and something more is asked.

The session then knows who it may become, under a key of its own. It has no actor, so no page and no
action but the steps themselves opens, and it ends after ten minutes.
"""

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from caredesk.access.factors.models import OneTimePassword
from caredesk.access.factors.queries import factors_of, is_demanded_of
from caredesk.access.factors.true_time import true_now
from caredesk.access.models import User
from caredesk.access.sso.came_by import is_linked

_HALF = "half_signed_in"
SECONDS = 600

type Step = Literal["factor", "new_password", "set_up"]


@dataclass(slots=True)
class Half:
    """Who has typed the right password, and where to go in the end.

    `identity` is the link by which a provider's person came, where no password was asked.
    """

    user: User
    has_proven: bool
    to: str
    identity: UUID | None = None


def begin(request: HttpRequest, half: Half) -> Half:
    """Whoever was signed in here is so no longer; the session's key is a new one."""
    request.session.flush()
    request.session.set_expiry(SECONDS)
    _keep(request, half, true_now().timestamp())
    return half


def half_of(request: HttpRequest) -> Half | None:
    """Who is half signed in, unless that ended: by time, the access, another password, the link."""
    kept: dict[str, Any] | None = request.session.get(_HALF)
    if kept is None or true_now().timestamp() - kept["since"] > SECONDS:
        return None
    user = User.objects.filter(pk=UUID(kept["user"]), is_active=True).first()
    if user is None or (user.demo and not settings.CAREDESK_DEMO_SIGN_INS):
        return None
    if not constant_time_compare(kept["hash"], user.get_session_auth_hash()):
        return None
    identity = UUID(kept["identity"]) if kept["identity"] else None
    if identity is not None and not is_linked(identity):
        return None
    return Half(user, kept["has_proven"], kept["to"], identity)


def go_on(request: HttpRequest, half: Half) -> None:
    """Keep what was proven since. A changed password is the same half session's."""
    _keep(request, half, request.session[_HALF]["since"])


def end(request: HttpRequest) -> None:
    request.session.pop(_HALF, None)
    request.session.set_expiry(None)


def next_step(half: Half) -> Step | None:
    """What is still asked; None where somebody is to be let in."""
    has_factor = factors_of(half.user.id).any
    if has_factor and not half.has_proven:
        return "factor"
    if OneTimePassword.objects.filter(user=half.user, ended_at=None).exists():
        return "new_password"
    if not has_factor and not half.has_proven and is_demanded_of(half.user.id):
        return "set_up"
    return None


def _keep(request: HttpRequest, half: Half, since: float) -> None:
    request.session[_HALF] = {
        "user": str(half.user.id),
        "hash": half.user.get_session_auth_hash(),
        "has_proven": half.has_proven,
        "to": half.to,
        "identity": str(half.identity) if half.identity else "",
        "since": since,
    }
