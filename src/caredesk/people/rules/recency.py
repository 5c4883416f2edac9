"""How long ago a patient was seen, in the few steps by which a search favours the recent."""

from datetime import datetime, timedelta

# A patient is in the first step that has not passed; later than all, in one more.
STEPS = (timedelta(days=7), timedelta(days=90), timedelta(days=730))
ALL = tuple(range(len(STEPS) + 1))


def recency(last_met: datetime, now: datetime) -> int:
    """0 for whoever was seen (or registered) within a week, rising with time."""
    passed = now - last_met
    return next((step for step, until in enumerate(STEPS) if passed <= until), len(STEPS))
