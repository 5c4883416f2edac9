"""Who reads the database reads no secret, and cannot move one to another row."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caredesk.access.factors.sealing import SealBrokenError, keyed_hash, seal, unseal

ANA, BEN = UUID(int=1), UUID(int=2)


@given(st.text(min_size=1, max_size=80))
def test_what_is_sealed_opens_and_is_not_to_be_read(secret: str) -> None:
    sealed = seal(secret, "app", ANA)
    assert unseal(sealed, "app", ANA) == secret
    assert len(secret) < 4 or secret.encode() not in sealed
    assert seal(secret, "app", ANA) != sealed, "two of the same look alike"


@given(st.data())
def test_one_altered_bit_and_it_does_not_open(data: st.DataObject) -> None:
    sealed = seal("JBSWY3DPEHPK3PXP", "app", ANA)
    at = data.draw(st.integers(0, len(sealed) - 1))
    altered = bytearray(sealed)
    altered[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(SealBrokenError):
        unseal(bytes(altered), "app", ANA)


@pytest.mark.parametrize(("purpose", "owner"), [("app", BEN), ("other", ANA)])
def test_it_opens_for_its_owner_and_purpose_only(purpose: str, owner: UUID) -> None:
    with pytest.raises(SealBrokenError):
        unseal(seal("JBSWY3DPEHPK3PXP", "app", ANA), purpose, owner)
    assert keyed_hash("code", "app", ANA) != keyed_hash("code", purpose, owner)


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" + b"0" * 12, b"\x02" + b"0" * 60])
def test_what_was_never_sealed_does_not_open(sealed: bytes) -> None:
    with pytest.raises(SealBrokenError):
        unseal(sealed, "app", ANA)


def test_with_another_key_nothing_opens(settings: Any) -> None:
    sealed, hashed = seal("JBSWY3DPEHPK3PXP", "app", ANA), keyed_hash("code", "app", ANA)
    settings.CAREDESK_FACTORS_KEY = "ab" * 32
    with pytest.raises(SealBrokenError):
        unseal(sealed, "app", ANA)
    assert keyed_hash("code", "app", ANA) != hashed
