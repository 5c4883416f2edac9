"""Who may open a page."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.http import HttpResponse

from caredesk.access.middleware import SignedInRequest
from caredesk.kernel.errors import Refused

type View[**P] = Callable[Concatenate[SignedInRequest, P], HttpResponse]


def needs[**P](permission: str) -> Callable[[View[P]], View[P]]:
    """The page is closed to who has not the permission, whatever the method."""

    def close(view: View[P]) -> View[P]:
        @wraps(view)
        def checked(request: SignedInRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not request.actor.may(permission):
                raise Refused(
                    "You may not see this.",
                    forbidden=True,
                    next_step="Ask your practice manager.",
                )
            return view(request, *args, **kwargs)

        return checked

    return close
