"""Why a file is not taken."""

from typing import BinaryIO, Literal, Protocol

type Why = Literal[
    "too large",
    "wrong type",
    "damaged",
    "bomb",
    "two in one",
    "unsafe",
    "locked",
    "infected",
    "scanner down",
]
"""The code under which a refusal stands in the record of access: nothing of the file is in it."""


class UnfitError(ValueError):
    """Says why a file is not taken, and what to do instead."""

    def __init__(
        self,
        message: str,
        next_step: str = "Save or scan it again, and send that.",
        *,
        why: Why = "damaged",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step
        self.why = why


class Check(Protocol):
    def __call__(self, file: BinaryIO, size: int) -> list[str]:
        """What is worth knowing of a file of this kind; `UnfitError` where it is not one."""


def read_at(file: BinaryIO, at: int, length: int) -> bytes:
    """These very bytes; `UnfitError` where the file ends before."""
    file.seek(at)
    found = file.read(length)
    if len(found) < length:
        raise UnfitError("This file is cut off.")
    return found


def number(data: bytes, at: int, length: int, *, little: bool = False) -> int:
    return int.from_bytes(data[at : at + length], "little" if little else "big")
