"""Argon2id as the product uses it, worked out once for each password in a run.

It is slow on purpose, and nearly every test makes the same four users.
"""

from functools import cache
from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher

from caredesk.config import settings as product

PRODUCT = product.PASSWORD_HASHERS


class Remembered(Argon2PasswordHasher):
    """What was worked out before is known: the same password is kept with the same salt."""

    def encode(self, password: str, salt: str) -> str:
        return _encoded(password)

    def verify(self, password: str, encoded: str) -> bool:
        return _verified(password, encoded)


_product: Any = Argon2PasswordHasher()


@cache
def _encoded(password: str) -> str:
    return str(_product.encode(password, _product.salt()))


@cache
def _verified(password: str, encoded: str) -> bool:
    return bool(_product.verify(password, encoded))
