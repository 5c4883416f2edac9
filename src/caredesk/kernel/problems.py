"""An error as every door tells it: page, fragment and JSON show the same facts.

Field names follow problem details (RFC 9457).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from caredesk.kernel.errors import (
    ActionError,
    Busy,
    Missing,
    NeedsProof,
    NeedsReason,
    Problem,
    Refused,
)


@dataclass(frozen=True, slots=True)
class Described:
    """What to tell, and with which HTTP status."""

    status: int
    code: str
    title: str
    detail: str
    next_step: str = ""
    problems: Sequence[Problem] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    alternatives: Sequence[Mapping[str, Any]] = ()


def describe(error: ActionError) -> Described:
    """The error's facts; the four kinds differ here and nowhere else."""
    match error:
        case NeedsProof():
            return Described(403, "needs_proof", "Not allowed", error.message, error.next_step)
        case Refused(forbidden=True):
            return Described(403, "forbidden", "Not allowed", error.message, error.next_step)
        case Refused():
            next_step = error.next_step or error.problems[0].next_step
            return Described(
                422, "refused", "Refused", error.message, next_step, problems=error.problems
            )
        case NeedsReason():
            asked = [Problem(error.field, error.message, error.next_step)]
            return Described(
                409,
                error.code,
                "Needs a reason",
                error.message,
                error.next_step,
                problems=asked,
                facts=error.facts,
            )
        case Missing():
            return Described(404, "missing", "Not found", error.message, error.next_step)
        case Busy():
            return Described(
                409,
                "busy",
                "Someone else was first",
                error.message,
                error.next_step,
                problems=[Problem(error.field, error.message, error.next_step)],
                alternatives=error.alternatives,
            )
    raise TypeError(f"no description for {type(error).__name__}")
