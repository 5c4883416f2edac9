"""With what a locked session is opened: the PIN, the password, or what another room adds."""

from collections.abc import Mapping
from typing import Protocol

from django.contrib.auth.hashers import check_password
from django.http import HttpRequest

from caredesk.access.credentials import password_as_kept
from caredesk.access.locking.models import Pin
from caredesk.access.models import User


class Way(Protocol):
    """One way of unlocking, named as the form's field that carries the answer."""

    def opens(self, request: HttpRequest, user: User, answer: str) -> bool:
        """Whether this answer is the user's; counted as a try where it is not."""


class SecretWay:
    """What is typed: the PIN where there is one, and the password all the same."""

    def opens(self, request: HttpRequest, user: User, answer: str) -> bool:
        pin = Pin.objects.filter(user=user).first()
        if pin is not None and pin.secret and check_password(answer, pin.secret):
            return True
        return check_password(password_as_kept(answer), user.password)


_all: dict[str, Way] = {"secret": SecretWay()}


def add_way(name: str, way: Way) -> None:
    """Another way, for example a passkey's signed answer in the form's field `name`."""
    _all[name] = way


def ways() -> Mapping[str, Way]:
    return _all
