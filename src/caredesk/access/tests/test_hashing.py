"""How passwords are kept."""

import argon2
import pytest
from django.conf import LazySettings
from django.contrib.auth.hashers import make_password, must_update_salt
from tests.hashing import PRODUCT

from caredesk.access.credentials import password_as_kept

# OWASP, Password Storage Cheat Sheet: any of these (KiB, passes) is the least, with one lane.
LEAST = ((47_104, 1), (19_456, 2), (12_288, 3), (9_216, 4), (7_168, 5))


@pytest.fixture(autouse=True)
def _nothing_is_remembered(settings: LazySettings) -> None:
    settings.PASSWORD_HASHERS = PRODUCT


def test_passwords_are_kept_by_argon2id_above_the_least() -> None:
    kept = make_password(password_as_kept("correct horse battery"))
    found = argon2.extract_parameters(kept.removeprefix("argon2"))
    assert found.type is argon2.Type.ID
    assert any(found.memory_cost >= kib and found.time_cost >= least for kib, least in LEAST)
    assert found.hash_len >= 16
    assert found.salt_len >= 16


def test_the_same_password_twice_looks_like_two() -> None:
    kept = {make_password(password_as_kept("correct horse battery")) for _ in range(2)}
    assert len(kept) == 2
    assert not any(must_update_salt(each.split("$")[-2], 128) for each in kept)


def test_a_weaker_hash_is_made_anew_at_the_next_sign_in() -> None:
    from django.contrib.auth.hashers import check_password

    weaker = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    kept: list[str] = []
    assert check_password("secret", f"argon2{weaker.hash('secret')}", setter=kept.append)
    assert kept == ["secret"]
