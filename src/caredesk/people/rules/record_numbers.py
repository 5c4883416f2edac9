"""Our own record numbers: `CD-000123`, counted up, and what somebody types of one."""

import re

_TYPED = re.compile(r"(?:cd|mrn|#|no\.?)?[\s:#-]*(\d{1,10})", re.IGNORECASE)
_MARKED = re.compile(r"\s*(?:cd|mrn|#)", re.IGNORECASE)


def record_number(number: int) -> str:
    return f"CD-{number:06d}"


def read_record_number(text: str) -> str | None:
    """The digits typed of a record number: "CD-123", "cd000123", "#123" and "123"."""
    found = _TYPED.fullmatch(text.strip())
    return found[1] if found else None


def is_marked(text: str) -> bool:
    """Whether what was typed can be nothing but a record number."""
    return bool(_MARKED.match(text)) and read_record_number(text) is not None


def ranges_of(digits: str, longest: int = 9) -> list[tuple[int, int]]:
    """The numbers that begin with these digits as they are printed, each as (first, last).

    Leading zeros count where they are typed: "0001" begins CD-000100 to CD-000199 and
    CD-0001...; without them "123" is number 123 first, then whatever begins with 123.
    """
    number = int(digits)
    found = [(number, number)]
    if digits.startswith("0"):
        missing = 6 - len(digits)
        if missing > 0:
            found.append((number * 10**missing, (number + 1) * 10**missing - 1))
        return found
    for more in range(1, longest - len(digits) + 1):
        first = number * 10**more
        if len(str(first)) >= 6:
            found.append((first, first + 10**more - 1))
    return found


def letters_and_digits(text: str) -> str:
    """How any identifier is searched: without case, spaces and hyphens."""
    return "".join(each for each in text.casefold() if each.isalnum())
