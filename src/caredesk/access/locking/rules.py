"""When a session locks, and what a PIN is."""

from collections.abc import Iterable, Mapping

# Minutes until a screen that nobody touches is covered, where the manager says nothing else: short
# where patients pass by, longer in the back office.
USUAL_MINUTES: Mapping[str, int] = {
    "administrator": 5,
    "biller": 15,
    "manager": 10,
    "nurse": 5,
    "physician": 5,
    "secretary": 10,
    "sterile_technician": 15,
    "theatre_nurse": 10,
}
OTHERWISE = 10
SHORTEST, LONGEST = 1, 60

NOTED_EVERY = 60
"""Seconds. What somebody does is noted at most this often."""

MOST_TRIES = 5
"""So many wrong answers end a locked session."""

MOST_WRONG_PINS = 10
"""So many of a user in a day, in all sessions together; then the password is asked."""

MOST_ASIDE = 4
"""So many sessions wait at one browser; of more the oldest ends. Their drafts are kept."""

PIN_SHORTEST, PIN_LONGEST = 4, 8
_RUNS = ("01234567890", "09876543210")


def idle_minutes(roles: Iterable[str], said: Mapping[str, int]) -> int:
    """The shortest time of somebody's roles."""
    each = [said.get(role, USUAL_MINUTES.get(role, OTHERWISE)) for role in roles]
    return min(each, default=OTHERWISE)


def is_left_alone(idle_seconds: float, minutes: int) -> bool:
    """Whether nothing was noted for so long.

    The screen is covered on time. Without scripts the server goes by what it noted, which may
    lag behind by `NOTED_EVERY`: it waits that much longer, so that nobody at work is locked out.
    """
    return idle_seconds >= minutes * 60 + NOTED_EVERY


def has_form_of_pin(answer: str) -> bool:
    return answer.isascii() and answer.isdigit() and PIN_SHORTEST <= len(answer) <= PIN_LONGEST


def what_is_wrong_with(pin: str) -> str:
    """In the user's words; empty for a PIN that may be chosen."""
    if not has_form_of_pin(pin):
        return f"A PIN has {PIN_SHORTEST} to {PIN_LONGEST} digits."
    if len(set(pin)) == 1 or any(pin in run for run in _RUNS):
        return "This is the first that anybody would try. Choose digits in no such order."
    return ""
