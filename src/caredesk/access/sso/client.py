"""The talk with the provider: authorization code with PKCE, nonce and state, by authlib.

(OpenID Connect Core 3.1, Discovery 4, RFC 7636, RFC 9700.) What it tells is checked here beyond
what the library does by itself: issuer, audience, the algorithm, and that it is fresh.
"""

import functools
import time
from collections.abc import Mapping
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import OAuth
from django.http import HttpRequest, HttpResponse
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError

from caredesk.access.sso.configuration import Provider
from caredesk.access.sso.rules import CLOCKS_DIFFER, is_fresh

_SECONDS = 10
_ASKED_AT = "sso_asked_at"
_STATE = "_state_sso_"
"""How the library begins the name under which the session keeps what it asked with."""
# What the provider says of itself is asked for again after an hour.
_KNOWN_SECONDS = 3_600
# Signed by the provider alone: with HS256 who knows our secret could sign, with "none" anybody.
_ALGORITHMS = [
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
]
_BROKEN = (
    AuthlibBaseError,
    JoseError,
    requests.RequestException,
    ValueError,
    KeyError,
    RuntimeError,
)
# What we know of its keys is old: one was exchanged for another without a name, or of the same.
_OTHER_KEYS = (BadSignatureError, InvalidKeyIdError)


class NotBelievedError(Exception):
    """No answer of the provider, or one that does not prove who this is. Says why, for the log."""


def ask(request: HttpRequest, provider: Provider, back: str) -> HttpResponse:
    """Send the browser to the provider; what it must bring back is kept in the session.

    Only the last time it was sent counts.
    """
    for each in [name for name, _ in request.session.items() if name.startswith(_STATE)]:
        del request.session[each]
    request.session[_ASKED_AT] = time.time()
    again = {"prompt": "login", "max_age": "0"} if provider.asks_again else {}
    try:
        answer: HttpResponse = _known(provider).authorize_redirect(request, back, **again)
    except _BROKEN as error:
        raise NotBelievedError(_why(error)) from None
    return answer


def claims_of(request: HttpRequest, provider: Provider) -> Mapping[str, Any]:
    """What the provider says of who came back, checked; `NotBelievedError` otherwise."""
    # Anybody may call with a state that was never given: the provider hears nothing of it.
    if f"{_STATE}{request.GET.get('state', '')}" not in request.session:
        raise NotBelievedError("unknown state")
    asked_at = request.session.pop(_ASKED_AT, None)
    try:
        token = _known(provider).authorize_access_token(
            request, claims_options=_wanted(provider), leeway=CLOCKS_DIFFER
        )
    except _BROKEN as error:
        if isinstance(error, _OTHER_KEYS):
            _forget_provider()
        raise NotBelievedError(_why(error)) from None
    claims: Mapping[str, Any] = token.get("userinfo") or {}
    if not claims or asked_at is None:
        raise NotBelievedError("no identity token")
    if provider.asks_again and not is_fresh(claims, asked_at):
        raise NotBelievedError("not proven for this sign-in")
    return claims


def _wanted(provider: Provider) -> dict[str, Any]:
    return {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client_id},
        "sub": {"essential": True},
        "nonce": {"essential": True},
    }


def _known(provider: Provider) -> Any:
    return _client(provider, int(time.monotonic() // _KNOWN_SECONDS))


@functools.lru_cache(maxsize=1)
def _client(provider: Provider, hour: int) -> Any:
    """What the provider says of itself is read once an `hour`, its keys when one is not known."""
    client = OAuth().register(
        "sso",
        client_id=provider.client_id,
        client_secret=provider.secret or None,
        server_metadata_url=f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid email" if provider.by_email else "openid",
            "code_challenge_method": "S256",
            "default_timeout": _SECONDS,
        },
    )
    metadata = client.load_server_metadata()
    if metadata.get("issuer") != provider.issuer:
        raise ValueError("the provider names another issuer")
    offered = metadata.get("id_token_signing_alg_values_supported", ["RS256"])
    metadata["id_token_signing_alg_values_supported"] = [
        each for each in _ALGORITHMS if each in offered
    ]
    return client


def _forget_provider() -> None:
    _client.cache_clear()


def _why(error: Exception) -> str:
    """The kind of the error, and its short code; never what a person or a token said."""
    code = getattr(error, "error", "")
    return (
        f"{type(error).__name__} {code}".strip() if isinstance(code, str) else type(error).__name__
    )
