"""With what a locked session is opened: the PIN, the password, or what another room adds."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from django.contrib.auth.hashers import check_password
from django.http import HttpRequest

from caredesk.access.credentials import SHORTEST as SHORTEST_PASSWORD
from caredesk.access.credentials import password_as_kept
from caredesk.access.locking.pins import PinTried, try_pin
from caredesk.access.locking.rules import has_form_of_pin
from caredesk.access.models import User
from caredesk.access.sign_in.record import record_turned_away
from caredesk.access.waits.gate import knock


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of an answer.

    `proves`: it says who it is, as at a sign-in, which a PIN does not. `until`: it came in a wait
    and was not checked. `pin_is_out`: of whoever types a PIN, the password is asked.
    """

    opens: bool = False
    proves: bool = False
    until: datetime | None = None
    pin_is_out: bool = False


class Way(Protocol):
    """One way of unlocking, named as the form's field that carries the answer."""

    def answer(self, request: HttpRequest, user: User, answer: str) -> Answered:
        """Whether this answer is the user's; counted as a try where it is not."""


class SecretWay:
    """What is typed: the PIN where there is one, and the password all the same."""

    def answer(self, request: HttpRequest, user: User, answer: str) -> Answered:
        tried = PinTried(is_there=False)
        if has_form_of_pin(answer):
            tried = try_pin(user.id, answer)
        if tried.is_right:
            return Answered(opens=True)
        # What is too short for a password is no try of one.
        if tried.is_there and len(answer) < SHORTEST_PASSWORD:
            return Answered(pin_is_out=tried.is_out)
        return replace(_by_password(request, user, answer), pin_is_out=tried.is_out)


def _by_password(request: HttpRequest, user: User, answer: str) -> Answered:
    """With the waits of the sign-in: a lock is no second place to try passwords at."""
    attempt = knock(request, "password", user.username, user)
    if attempt.until:
        if attempt.is_first:
            record_turned_away(request, user, "password")
        return Answered(until=attempt.until)
    if not check_password(password_as_kept(answer), user.password):
        return Answered()
    attempt.was_right()
    return Answered(opens=True, proves=True)


_all: dict[str, Way] = {"secret": SecretWay()}


def add_way(name: str, way: Way) -> None:
    """Another way, for example a passkey's signed answer in the form's field `name`."""
    _all[name] = way


def ways() -> Mapping[str, Way]:
    return _all
