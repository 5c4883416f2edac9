"""One at the desk, one who may only look, and two patients."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from django.test import Client
from pytest_django import Settings

from caredesk.access.actions import add_user
from caredesk.access.models import User
from caredesk.access.rules import permissions_of
from caredesk.kernel import looks
from caredesk.kernel.actor import Actor
from caredesk.people.actions import register_patient

FOUNDER = Actor(
    "program", UUID(int=1), "Founder", frozenset({"manager"}), permissions_of(["manager"])
)
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _passwords_cost_nothing(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def _signed_in(name: str, roles: list[str]) -> Client:
    user = add_user(name, name.title(), PASSWORD, roles, by=FOUNDER).user
    client = Client()
    client.force_login(User.objects.get(pk=user))
    return client


@pytest.fixture
def ana(db: None) -> Client:
    """At the desk."""
    return _signed_in("ana", ["secretary"])


@pytest.fixture
def onlooker(db: None, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Who may see patients and change nothing."""
    from caredesk.access import rules

    looking = {**rules.PERMISSIONS, "secretary": frozenset({"people.view"})}
    monkeypatch.setattr(rules, "PERMISSIONS", looking)
    return _signed_in("olga", ["secretary"])


@pytest.fixture
def stranger(db: None, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Who is signed in and may see no patient."""
    from caredesk.access import rules

    monkeypatch.setattr(rules, "PERMISSIONS", {**rules.PERMISSIONS, "secretary": frozenset()})
    return _signed_in("stan", ["secretary"])


type Register = Callable[..., UUID]


@pytest.fixture
def register(db: None) -> Register:
    """Registers somebody and answers with the id."""

    def registered(family: str, given: str, born: date, **more: object) -> UUID:
        with looks.collecting("test"):
            done = register_patient.perform(
                {"family": family, "given": given, "birth_date": born, **more}, by=FOUNDER
            )
        return done.answer.patient

    return registered


@pytest.fixture
def lupe(register: Register) -> UUID:
    return register(
        "Fernández-Ortiz", "Guadalupe", date(1974, 3, 7), sex="female", phone="602 234 0142"
    )


@pytest.fixture
def bill(register: Register) -> UUID:
    return register("O’Sullivan", "William", date(1951, 12, 30), sex="male")
