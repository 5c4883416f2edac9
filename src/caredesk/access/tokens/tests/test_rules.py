"""What a token looks like, and beyond whom it does not reach."""

import hashlib
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caredesk.access.tokens.rules import bound_of, hash_secret, new_secret, read_token, written

LUPE = UUID(int=7)


@given(st.uuids())
def test_what_was_told_is_read_again(id: UUID) -> None:
    secret = new_secret()
    found = read_token(written(id, secret))
    assert found is not None
    assert found.id == id
    assert found.fits(hash_secret(secret))
    assert not found.fits(hash_secret(new_secret()))


def test_a_token_begins_so_that_it_is_found_where_it_was_left() -> None:
    assert written(uuid4(), new_secret()).startswith("cdk_")


def test_the_secret_is_256_random_bits_kept_as_sha_256() -> None:
    secrets = {new_secret() for _ in range(200)}
    assert len(secrets) == 200
    assert {len(each) for each in secrets} == {43}
    assert hash_secret("abc") == hashlib.sha256(b"abc").digest()


@pytest.mark.parametrize(
    "text",
    ["", "cdk_", "cdk_x_y", f"cdk_{'0' * 32}_{'a' * 42}", f"CDK_{'0' * 32}_{'a' * 43}", "\x00"],
)
def test_what_is_no_token_is_none(text: str) -> None:
    assert read_token(text) is None


@given(st.text())
def test_nothing_that_is_sent_makes_the_reading_fail(text: str) -> None:
    assert read_token(text) is None


def test_without_the_sight_of_patients_there_is_nobody() -> None:
    assert bound_of(["scheduling.view"], None) == frozenset()
    assert bound_of(["scheduling.view"], [LUPE]) == frozenset()
    assert bound_of(["people.view"], None) is None
    assert bound_of(["people.view"], [LUPE]) == frozenset({LUPE})
