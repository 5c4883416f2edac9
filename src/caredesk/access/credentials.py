"""What somebody signs in with, as it is kept and as it is compared: one function each for both.

A password is whatever was typed, spaces and all; only the two ways of writing one accent are made
the same (NIST SP 800-63B, 3.1.1.2).
"""

import unicodedata
from functools import cache
from typing import Annotated

from django.contrib.auth.password_validation import CommonPasswordValidator
from pydantic import AfterValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from caredesk.kernel.text import Line

SHORTEST, LONGEST = 8, 1_000

# What a page's password field cannot send: it would lock out who chose it by another door.
_UNTYPABLE = frozenset("\0\r\n")


def password_as_kept(typed: str) -> str:
    """The text that is hashed, at the choice of a password and at each sign-in."""
    return unicodedata.normalize("NFC", typed)


def username_as_kept(typed: str) -> str:
    """In any case and with any spaces around, it is the same name (RFC 8265, section 3.3)."""
    lowered = unicodedata.normalize("NFC", typed).lower()
    return unicodedata.normalize("NFC", " ".join(lowered.split()))


def _choose(typed: str) -> str:
    # The words never quote what was typed: it is a password, or nearly one.
    kept = password_as_kept(typed)
    if len(kept) < SHORTEST:
        raise PydanticCustomError(
            "password_short",
            f"A password has at least {SHORTEST} characters. A short sentence is easy to "
            "remember and hard to guess.",
        )
    if len(kept) > LONGEST:
        raise PydanticCustomError(
            "password_long",
            f"A password has at most {LONGEST:,} characters.",
        )
    if _UNTYPABLE & set(kept):
        raise PydanticCustomError("password_untypable", "A password has no line breaks.")
    if is_common(kept):
        raise PydanticCustomError(
            "password_common",
            "This password is on the lists of common ones that are tried first. A short sentence "
            "is easy to remember and hard to guess.",
        )
    return kept


def is_common(password: str) -> bool:
    """Whether it is among the 20,000 most common of breached ones, in any case (NIST SP 800-63B,
    3.1.1.2). The list ships with Django."""
    return password.lower().strip() in _common()


@cache
def _common() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords)


def is_own_name(password: str, username: str, name: str) -> bool:
    """Whether a password is nothing but the person's name, with digits and signs around it."""
    bare = _letters(password)
    return bool(bare) and bare in {_letters(username), _letters(name), *map(_letters, name.split())}


def _letters(text: str) -> str:
    return "".join(each for each in text.casefold() if each.isalpha())


Secret = Annotated[
    str,
    AfterValidator(_choose),
    WithJsonSchema(
        {"type": "string", "format": "password", "minLength": SHORTEST, "maxLength": LONGEST}
    ),
]
"""A password that is being chosen: bounded in length, not a common one, otherwise as typed."""

Typed = Annotated[
    str,
    AfterValidator(password_as_kept),
    WithJsonSchema({"type": "string", "format": "password"}),
]
"""A password that is only compared."""

Username = Annotated[Line, AfterValidator(username_as_kept)]
