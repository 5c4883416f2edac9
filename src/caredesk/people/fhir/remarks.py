"""What is told of a patient that was sent, and has no place here or does not hold."""

from caredesk.people.fhir.periods import State, day_words
from caredesk.wire.fhir.datatypes import Period

_LEFT_OUT: dict[State, str] = {
    "holds": "has no place here beside the others; left out",
    "ended": "no longer holds; left out",
    "later": "holds only from {day} on; left out, import it again then",
}

type Remarks = list[tuple[str, str]]
"""Each with the element that it is about."""


def tell_state(
    what: str, element: str, state: State, period: Period | None, remarks: Remarks
) -> None:
    """That something is left out for its period, or that its end to come has no place here."""
    if state != "holds":
        remarks.append((element, f"{what} {why_left_out(state, period)}"))
    elif period is not None and period.end is not None:
        remarks.append(
            (element, f"{what} is kept; that it ends on {day_words(period.end)} has no place here")
        )


def why_left_out(state: State, period: Period | None) -> str:
    """Why something has no place here; what holds has none beside the others."""
    return _LEFT_OUT[state].format(day=day_words(period.start if period else None))
