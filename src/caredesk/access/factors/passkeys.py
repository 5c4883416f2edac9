"""Passkeys (WebAuthn level 2): adding one, and proving oneself with one.

Each takes two steps. `begin_...` gives what the browser is asked, as JSON for `passkeys.js`, and
keeps the challenge in the session; `finish_...` takes the browser's answer. A challenge is good
once and for five minutes. The authenticator must verify the person (PIN, finger, face), so a
passkey alone is two factors.
"""

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from cbor2 import CBORDecodeError
from django.conf import settings
from django.http import HttpRequest
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    options_to_json,
    parse_authentication_credential_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from caredesk.access.factors.actions import prove_with_passkey
from caredesk.access.factors.models import Passkey
from caredesk.access.factors.proof import own_actor
from caredesk.access.factors.true_time import true_now
from caredesk.access.models import User
from caredesk.kernel.errors import Refused

_ASKED = "passkey_asked"
_SECONDS = 300
_BROKEN = (WebAuthnException, CBORDecodeError, ValueError, TypeError, KeyError, IndexError)


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """A checked answer to `begin_registration`, ready for the action `add_passkey`."""

    rp_id: str
    credential: bytes
    public_key: bytes
    transports: list[str]
    sign_count: int
    is_backed_up: bool


@dataclass(frozen=True, slots=True)
class Proven:
    """Whose passkey it was."""

    user: User
    passkey: UUID


def begin_registration(request: HttpRequest, user: User) -> str:
    """What the browser is asked to make a passkey for `user`, as JSON."""
    there = Passkey.objects.filter(user=user, ended_at=None)
    options = webauthn.generate_registration_options(
        rp_id=host_of(request),
        rp_name="Caredesk",
        user_id=user.id.bytes,
        user_name=user.username,
        user_display_name=user.name,
        timeout=_SECONDS * 1000,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[_descriptor(each) for each in there],
    )
    _remember(request, options.challenge, "add", user.id)
    return options_to_json(options)


def finish_registration(request: HttpRequest, user: User, response: str) -> NewPasskey:
    """Check the browser's answer; `Refused` where it is not what was asked."""
    challenge = _take(request, "add", user.id)
    rp_id = host_of(request)
    try:
        credential = parse_registration_credential_json(response)
        verified = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=rp_id,
            expected_origin=_origin(request),
            require_user_verification=True,
        )
    except _BROKEN:
        raise _not_accepted() from None
    named = credential.response.transports or []
    return NewPasskey(
        rp_id=rp_id,
        credential=verified.credential_id,
        public_key=verified.credential_public_key,
        transports=[each.value for each in named],
        sign_count=verified.sign_count,
        is_backed_up=verified.credential_backed_up,
    )


def begin_assertion(request: HttpRequest, user: UUID | None = None) -> str:
    """What the browser is asked to prove a passkey, as JSON.

    With a `user`: one of that user's passkeys. Without: any passkey that the browser finds, which
    tells who signs in.
    """
    rp_id = host_of(request)
    own = Passkey.objects.filter(user=user, rp_id=rp_id, ended_at=None) if user else ()
    options = webauthn.generate_authentication_options(
        rp_id=rp_id,
        timeout=_SECONDS * 1000,
        allow_credentials=[_descriptor(each) for each in own],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    _remember(request, options.challenge, "prove", user)
    return options_to_json(options)


def finish_assertion(request: HttpRequest, response: str, user: UUID | None = None) -> Proven:
    """Check the browser's answer and put the use on record; `Refused` where it proves nothing.

    `user` is the same as at the beginning: another's passkey is refused.
    """
    challenge = _take(request, "prove", user)
    try:
        credential = parse_authentication_credential_json(response)
        passkey = _known(credential, host_of(request), user)
        verified = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=passkey.rp_id,
            expected_origin=_origin(request),
            credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except _BROKEN:
        raise _not_accepted() from None
    prove_with_passkey(
        passkey.id,
        verified.new_sign_count,
        verified.credential_backed_up,
        by=own_actor(passkey.user, request),
    )
    return Proven(passkey.user, passkey.id)


def host_of(request: HttpRequest) -> str:
    """The relying party's id: the host name. Refused where the address is a number."""
    name = host_name(request)
    if name is None:
        port = urlsplit(f"//{request.get_host()}").port
        here = f"localhost:{port}" if port else "localhost"
        raise Refused(
            "Passkeys work only at an address with a name.",
            next_step=f"On the same computer, open {request.scheme}://{here}/ instead.",
        )
    return name


def host_name(request: HttpRequest) -> str | None:
    """The name under which the page was opened; None where it is a number."""
    name = urlsplit(f"//{request.get_host()}").hostname or ""
    try:
        ip_address(name)
    except ValueError:
        return name or None
    return None


def _known(credential: AuthenticationCredential, rp_id: str, user: UUID | None) -> Passkey:
    found = (
        Passkey.objects.select_related("user")
        .filter(credential=credential.raw_id, rp_id=rp_id, ended_at=None, user__is_active=True)
        .first()
    )
    if found is None or (found.user.demo and not settings.CAREDESK_DEMO_SIGN_INS):
        raise ValueError
    handle = credential.response.user_handle
    # Without a user it is the authenticator that says who it is: it must, and be right.
    if handle != found.user_id.bytes and (user is None or handle):
        raise ValueError
    if user is not None and found.user_id != user:
        raise ValueError
    return found


def _descriptor(passkey: Passkey) -> PublicKeyCredentialDescriptor:
    known = {each.value for each in AuthenticatorTransport}
    return PublicKeyCredentialDescriptor(
        id=bytes(passkey.credential),
        transports=[AuthenticatorTransport(each) for each in passkey.transports if each in known],
    )


def _origin(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


def _remember(request: HttpRequest, challenge: bytes, purpose: str, user: UUID | None) -> None:
    request.session[_ASKED] = {
        "challenge": bytes_to_base64url(challenge),
        "purpose": purpose,
        "user": str(user) if user else "",
        "at": true_now().timestamp(),
    }


def _take(request: HttpRequest, purpose: str, user: UUID | None) -> bytes:
    """The challenge that was asked for this, once."""
    asked: dict[str, Any] | None = request.session.pop(_ASKED, None)
    if (
        asked is None
        or (asked["purpose"], asked["user"]) != (purpose, str(user) if user else "")
        or true_now().timestamp() - asked["at"] > _SECONDS
    ):
        raise Refused("This took too long, or was sent before.", next_step="Try the passkey again.")
    return base64url_to_bytes(asked["challenge"])


def _not_accepted() -> Refused:
    return Refused(
        "This passkey was not accepted.",
        next_step="Try again, or take another way to prove that it is you.",
    )
