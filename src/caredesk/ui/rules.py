"""How long drafts last, and how much of them is kept."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta

LASTS = timedelta(days=14)
# As long as a notice with its Undo may stand on a page before somebody looks at it again.
BROUGHT_BACK_FOR = timedelta(hours=1)
MOST_OF_ONE_PERSON = 50
LONGEST_KB = 64

type Typed = Mapping[str, Sequence[str]]


def is_too_long(typed: Typed) -> bool:
    """Whether what was typed is more than a draft may hold."""
    return len(json.dumps(typed, ensure_ascii=False).encode()) > LONGEST_KB * 1024


def differing(typed: Typed, usual: Typed) -> dict[str, list[str]]:
    """What of the typed differs from what stands in the untouched form; unknown fields go."""
    return {
        name: list(typed[name])
        for name in usual
        if name in typed and sorted(typed[name]) != sorted(usual[name])
    }
