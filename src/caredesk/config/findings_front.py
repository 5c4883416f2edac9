"""What stands in front: is the proxy named that may say for whom it asks?"""

from collections.abc import Iterator

from django.conf import settings

from caredesk.config import organisations
from caredesk.config.findings import Finding, ok, warn


def proxies() -> Iterator[Finding]:
    """Several organisations have nginx of our own in front, which believes its own machine."""
    if settings.CAREDESK_PROXIES:
        named = ", ".join(map(str, settings.CAREDESK_PROXIES))
        yield ok(f"Who asks by a proxy is known by the word of {named}")
    elif settings.SESSION_COOKIE_SECURE and not organisations.listed():
        yield warn(
            "A proxy speaks TLS (CAREDESK_HTTPS), and no proxy is named: all who come by it count "
            "as one address, so that one of them can stop all sign-ins",
            "Set CAREDESK_PROXIES to the proxy's address, like 127.0.0.1, before `caredesk serve`.",
        )
