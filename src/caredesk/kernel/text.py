"""Typed text for the input of actions, so that every door has the same bounds."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError


def printable(text: str) -> str:
    """For every text that comes from outside: no control characters, accents composed."""
    if not is_printable(text):
        raise PydanticCustomError(
            "control_character", "This holds a character that cannot be shown. Type it again."
        )
    return unicodedata.normalize("NFC", text)


def is_printable(text: str) -> bool:
    """Whether it can be kept and shown: no control characters but those that end lines."""
    return not any(
        unicodedata.category(each) in {"Cc", "Cs"} and each not in "\n\t" for each in text
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(printable),
    AfterValidator(_one_line),
]
OptionalLine = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=200),
    AfterValidator(printable),
    AfterValidator(_one_line),
]
Paragraph = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=4000),
    AfterValidator(printable),
]
