"""Who may open a page: each names its permission, and what is offered goes by the same.

What one may not see is not there (404). What one may see but not change says so (403): such a
page names both, `@needs("people.change", sees="people.view")`.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate

from django.http import HttpRequest, HttpResponse
from django.urls import resolve, reverse

from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Missing, Refused

type View[R: HttpRequest, **P] = Callable[Concatenate[R, P], HttpResponse]


@dataclass(frozen=True, slots=True)
class Needed:
    """What a page asks for. `sees` is what one must at least see for it to be there at all."""

    permission: str
    sees: str = ""

    @property
    def all(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.permission, self.sees)))

    def allows(self, viewer: Actor) -> bool:
        return all(viewer.may(each) for each in self.all)

    def check(self, viewer: Actor) -> None:
        """`Missing` or `Refused` for who may not."""
        if self.allows(viewer):
            return
        if not self.sees or not viewer.may(self.sees):
            raise Missing("page", next_step="Go back.")
        raise Refused(
            "You may not do this.", forbidden=True, next_step="Ask your practice manager."
        )


def needs[R: HttpRequest, **P](
    permission: str, *, sees: str = ""
) -> Callable[[View[R, P]], View[R, P]]:
    """The page is closed to who has not the permission, whatever the method."""
    needed = Needed(permission, sees)

    def close(view: View[R, P]) -> View[R, P]:
        @functools.wraps(view)
        def checked(request: R, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            needed.check(request.actor)  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)

        checked.needed = needed  # type: ignore[attr-defined]
        return checked

    return close


def needed_by(view: Any) -> Needed | None:
    """What a view asks for; None where it is one of the few open ones (`access.pages`)."""
    found: Needed | None = getattr(view, "needed", None)
    return found


def may_open(viewer: Actor, name: str) -> bool:
    """Whether the page of this name, which needs no arguments, is open to `viewer`."""
    needed = _needed_at(name)
    return needed is None or needed.allows(viewer)


@functools.cache
def _needed_at(name: str) -> Needed | None:
    return needed_by(resolve(reverse(name)).func)
