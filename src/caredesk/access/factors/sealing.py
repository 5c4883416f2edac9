"""Secrets at rest: AES-256-GCM under a key that is outside the database.

What is sealed is bound to whom it belongs to and what it is for: moved to another row, it does not
open. The first byte says how it was sealed, for the day on which another way comes.
"""

import hmac
import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_WAY = b"\x01"
_NONCE = 12


class SealBrokenError(Exception):
    """Sealed with another key, for another, or altered."""


def seal(secret: str, purpose: str, owner: UUID) -> bytes:
    nonce = os.urandom(_NONCE)
    return _WAY + nonce + _cipher().encrypt(nonce, secret.encode(), _bound_to(purpose, owner))


def unseal(sealed: bytes, purpose: str, owner: UUID) -> str:
    """The secret; `SealBrokenError` where it is not what `seal` gave for this owner."""
    if sealed[:1] != _WAY:
        raise SealBrokenError
    nonce, rest = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
    try:
        return _cipher().decrypt(nonce, rest, _bound_to(purpose, owner)).decode()
    except (InvalidTag, ValueError):
        raise SealBrokenError from None


def keyed_hash(secret: str, purpose: str, owner: UUID) -> bytes:
    """For what is only compared: a copy of the database alone cannot be searched for it."""
    return hmac.digest(_derived(b"hash"), _bound_to(purpose, owner) + secret.encode(), "sha256")


def _bound_to(purpose: str, owner: UUID) -> bytes:
    return f"{purpose}:".encode() + owner.bytes


def _cipher() -> AESGCM:
    return AESGCM(_derived(b"seal"))


def _derived(use: bytes) -> bytes:
    return hmac.digest(bytes.fromhex(settings.CAREDESK_FACTORS_KEY), use, "sha256")
