"""Unlocking with a passkey: the third way beside PIN and password."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from caredesk.access.factors.answers import as_options
from caredesk.access.factors.passkeys import begin_assertion, finish_assertion
from caredesk.access.locking.views import wanted_session
from caredesk.access.locking.ways import Answered, add_way
from caredesk.access.models import User
from caredesk.kernel.errors import Missing, Refused

FIELD = "credential"


class PasskeyWay:
    """The browser's signed answer to what `options` asked."""

    def answer(self, request: HttpRequest, user: User, answer: str) -> Answered:
        try:
            is_own = finish_assertion(request, answer, user.id).user == user
        except Refused:
            return Answered()
        return Answered(opens=is_own, proves=is_own)


@require_POST
@never_cache
def options(request: HttpRequest) -> HttpResponse:
    """What the browser is asked, for the holder of the session that is to be opened."""
    wanted = wanted_session(request)
    if wanted is None:
        raise Missing("session", next_step="Sign in again.")
    return as_options(lambda: begin_assertion(request, wanted.user))


add_way(FIELD, PasskeyWay())
