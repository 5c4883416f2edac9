"""What somebody signs in with, as it is kept and as it is compared: one function each for both.

A password is whatever was typed, spaces and all; only the two ways of writing one accent are made
the same (NIST SP 800-63B, 3.1.1.2).
"""

import unicodedata
from typing import Annotated

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
    return kept


Secret = Annotated[
    str,
    AfterValidator(_choose),
    WithJsonSchema(
        {"type": "string", "format": "password", "minLength": SHORTEST, "maxLength": LONGEST}
    ),
]
"""A password that is being chosen: bounded in length, otherwise as it was typed."""

Typed = Annotated[
    str,
    AfterValidator(password_as_kept),
    WithJsonSchema({"type": "string", "format": "password"}),
]
"""A password that is only compared."""

Username = Annotated[Line, AfterValidator(username_as_kept)]
