"""Which provider, and what it is trusted with. Nothing of it comes from a request."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Provider:
    """`asks_again`: the provider asks for the password each time, or one's own computer keeps it.

    `second_factor_amr` and `second_factor_acr` are values of these claims (RFC 8176, OpenID
    Connect Core 2) that count as a second factor; without any it never does.
    """

    issuer: str
    client_id: str
    secret_file: str
    name: str
    by_email: bool
    asks_again: bool
    second_factor_amr: frozenset[str]
    second_factor_acr: frozenset[str]

    @property
    def secret(self) -> str:
        return Path(self.secret_file).read_text().strip() if self.secret_file else ""


def provider() -> Provider | None:
    """The practice's provider; None where there is none."""
    said: dict[str, str] = settings.SSO
    if not said["issuer"]:
        return None
    return Provider(
        issuer=_checked(said["issuer"]),
        client_id=said["client_id"],
        secret_file=said["secret_file"],
        name=said["name"] or "single sign-on",
        by_email=said["by_email"] == "1",
        asks_again=said["asks_again"] != "0",
        second_factor_amr=frozenset(said["second_factor_amr"].split()),
        second_factor_acr=frozenset(said["second_factor_acr"].split()),
    )


def _checked(issuer: str) -> str:
    parts = urlsplit(issuer)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        return issuer
    raise ImproperlyConfigured("CAREDESK_SSO_ISSUER must be an https address.")
