"""How a file is encrypted: AES-256-GCM in an envelope (NIST SP 800-38D).

Each file has a data key of its own, which encrypts it in chunks. A chunk's nonce is its number
and whether it is the last, so that chunks can be neither exchanged, left out nor cut off; as no
key encrypts two files, no nonce comes twice. The data key is wrapped by a key that is not in the
database. What is known of the file is bound to the wrapped key: where a row says otherwise, the
file does not open.
"""

import json
import secrets
from collections.abc import Iterable, Iterator
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CHUNK = 256 * 1024
TAG = 16
_NONCE = 12
_FORMAT = b"caredesk file 1"


class TamperedError(Exception):
    """What is kept is not what was written, or it is another file's."""


def new_data_key() -> bytes:
    return AESGCM.generate_key(256)


def chunks_of(size: int) -> int:
    """How many chunks a file of this size has: an empty one has one."""
    return max(1, -(-size // CHUNK))


def seal(key: bytes, file: UUID, plain: Iterable[bytes]) -> Iterator[bytes]:
    """Each piece of `plain` (all but the last as long as a chunk), encrypted."""
    cipher, number, held = AESGCM(key), 0, None
    for piece in plain:
        if held is not None:
            yield cipher.encrypt(_nonce(number, last=False), held, _FORMAT + file.bytes)
            number += 1
        held = piece
    yield cipher.encrypt(_nonce(number, last=True), held or b"", _FORMAT + file.bytes)


def open_chunk(key: bytes, file: UUID, number: int, sealed: bytes, *, last: bool) -> bytes:
    """One chunk in plain, or `TamperedError`."""
    try:
        return AESGCM(key).decrypt(_nonce(number, last=last), sealed, _FORMAT + file.bytes)
    except InvalidTag:
        raise TamperedError(f"chunk {number} of {file}") from None


def wrap(wrapping: bytes, key: bytes, bound: bytes) -> bytes:
    """The data key, encrypted and tied to `bound`."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(wrapping).encrypt(nonce, key, bound)


def unwrap(wrapping: bytes, wrapped: bytes, bound: bytes) -> bytes:
    """The data key, or `TamperedError` where it was not wrapped by this key for this very file."""
    try:
        return AESGCM(wrapping).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], bound)
    except InvalidTag:
        raise TamperedError("a data key") from None


def bind(**facts: str | int | list[str]) -> bytes:
    """Facts of a file as bytes that mean these and nothing else."""
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return _FORMAT + text.encode()


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(_NONCE - 1) + bytes([last])
