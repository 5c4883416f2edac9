"""Asked at the door, before anything is done: whether this is too much."""

import math
import time
from collections.abc import Hashable

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse

from caredesk.access.limits.rules import Buckets, Rate, usual
from caredesk.access.networks import network_of
from caredesk.kernel.actor import Actor
from caredesk.kernel.ids import new_id
from caredesk.kernel.ports import AuditRow, audit_store
from caredesk.kernel.problems import Described
from caredesk.ui.errors import answer_error

buckets = Buckets()

# Of what is refused one row a minute is enough: a flood must not fill the log.
_TOLD = Rate(per_minute=1, at_once=1)


def too_much_for_session(request: HttpRequest, viewer: Actor) -> HttpResponse | None:
    """The answer where a session asks too much, None where it may go on."""
    return _gate(request, ("session", viewer.session), _configured("session"), viewer)


def too_much_for_program(
    request: HttpRequest, program: Actor, per_minute: int
) -> HttpResponse | None:
    return _gate(request, ("program", program.id), _of_program(per_minute), program)


def too_much_for_address(request: HttpRequest) -> HttpResponse | None:
    """For who is nobody (yet): by where it comes from, and more strictly where one signs in."""
    kind = "sign-in" if _signs_in(request) else "address"
    return _gate(request, (kind, network_of(request)), _configured(kind), None)


def record_refusal(why: str, actor: Actor) -> None:
    """On record with who was refused, at most once a minute for each."""
    if buckets.take(("told", why, actor.id), _TOLD, now()) > 0:
        return
    row = AuditRow(new_id(), "refusal", why, actor)
    with connection.cursor() as cursor:
        cursor.execute(*audit_store.ask.insertion([row]))


def now() -> float:
    """Seconds that go on steadily, whatever is done to the clock on the wall."""
    return time.monotonic()


def _gate(
    request: HttpRequest, who: Hashable, rate: Rate | None, actor: Actor | None
) -> HttpResponse | None:
    wait = buckets.take(who, rate, now()) if rate else 0.0
    if wait <= 0:
        return None
    if actor is not None:
        record_refusal("too much", actor)
    return _refuse(request, math.ceil(wait))


def _configured(kind: str) -> Rate | None:
    limits: dict[str, Rate] = settings.CAREDESK_LIMITS
    return limits.get(kind)


def _of_program(per_minute: int) -> Rate | None:
    return usual(per_minute) if settings.CAREDESK_LIMITS else None


def _signs_in(request: HttpRequest) -> bool:
    return request.method == "POST" and request.path.startswith("/sign-in/")


def _refuse(request: HttpRequest, seconds: int) -> HttpResponse:
    words = "1 second" if seconds == 1 else f"{seconds} seconds"
    described = Described(
        429, "too_much", "Too much at once", "More was asked than is answered.", f"Wait {words}."
    )
    response = answer_error(request, described)
    response["Retry-After"] = str(seconds)
    return response
