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
    "ui:content_policy": "takes a browser's word that a page did what it may not",
    "access:sign_in": "is where one comes in",
    "access:sign_in_passkey": "is where one comes in",
    "access:sign_in_passkey_options": "is asked before that",
    "access:sso_start": "leads to the practice's provider",
    "access:sso_back": "is where one comes back from there",
    # Of a session that is half signed in, each asks for itself.
    "access:sign_in_factor": "asks for more than the password",
    "access:sign_in_factor_passkey": "asks for more than the password",
    "access:sign_in_factor_passkey_options": "is asked before that",
    "access:sign_in_recovery": "asks for more than the password",
    "access:sign_in_new_password": "asks for a password of one's own",
    "access:sign_in_set_up": "asks for a second factor to be set up",
    "access:sign_in_set_up_app": "asks for a second factor to be set up",
    "access:sign_in_set_up_passkey": "asks for a second factor to be set up",
    "access:sign_in_set_up_passkey_options": "is asked before that",
    "access:sign_in_went_on": "goes on after that",
    # Of a session that is locked, its holder opens it.
    "access:locked": "is where a locked session is opened",
    "access:unlock_passkey": "is asked before that",
    "access:leave": "is where a locked session is ended",
}
# Open to whoever is signed in, with any role or none.
SIGNED_IN: Mapping[str, str] = {
    "access:sign_out": "is where one goes out",
    "access:session": "says whether the session is locked",
    "access:active": "notes that somebody is there",
    "access:lock": "locks one's own session",
    "access:aside": "makes room for a colleague at this browser",
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
