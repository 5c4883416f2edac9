"""Every page with what it needs, and the short list of those that need no permission."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from inspect import getdoc

from django.urls import URLPattern, URLResolver, get_resolver

from caredesk.ui.permitted import Needed, needed_by, needs

__all__ = ["OPEN", "SIGNED_IN", "Page", "needs", "pages"]

# Open to everybody, and why.
OPEN: Mapping[str, str] = {
    "health": "says whether the server answers, and nothing else",
    "access:sign_in": "is where one comes in",
}
# Open to whoever is signed in, with any role or none.
SIGNED_IN: Mapping[str, str] = {
    "access:sign_out": "is where one goes out",
    "desk:home": "leads to the first place that one may see",
    "interfaces:action": "asks for the permission of the action that is named in it",
}


@dataclass(frozen=True, slots=True)
class Page:
    """An address with the name it goes by; `route` is written as in the URL patterns.

    `says` is the view's own sentence, `asks` are the arguments in the address.
    """

    name: str
    route: str
    needed: Needed | None
    says: str
    asks: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.name in OPEN or self.name in SIGNED_IN


def pages() -> list[Page]:
    """All there are, in the order of their addresses."""
    return sorted(_walk(get_resolver().url_patterns, "", "/"), key=lambda page: page.route)


def _walk(patterns: list[URLPattern | URLResolver], space: str, route: str) -> Iterator[Page]:
    for each in patterns:
        if isinstance(each, URLResolver):
            inner = f"{space}{each.namespace}:" if each.namespace else space
            yield from _walk(each.url_patterns, inner, f"{route}{each.pattern}")
        else:
            yield Page(
                name=f"{space}{each.name}",
                route=f"{route}{each.pattern}",
                needed=needed_by(each.callback),
                says=(getdoc(each.callback) or "").partition("\n")[0],
                asks=tuple(each.pattern.converters),
            )
