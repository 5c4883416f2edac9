"""Roles are given and ended with a trace, and somebody is always left who can do so."""

import threading
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from tests.test_actions import MANAGER

from caredesk.access.actions import (
    add_user,
    change_own_password,
    end_role,
    end_user,
    grant_role,
)
from caredesk.access.models import RoleGrant, User
from caredesk.access.rules import permissions_of
from caredesk.audit.models import Entry
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import ActionError, Refused
from caredesk.kernel.undo import undo

PASSWORD = "correct horse battery"


def added(name: str, *roles: str) -> UUID:
    return add_user(name, name.title(), PASSWORD, list(roles), by=MANAGER).user


def actor(user: UUID, *roles: str) -> Actor:
    return Actor("user", user, "Somebody", frozenset(roles), permissions_of(roles))


def held(user: UUID) -> set[str]:
    grants = RoleGrant.objects.filter(user=user, ended_at__isnull=True)
    return set(grants.values_list("role", flat=True))


@pytest.mark.django_db
def test_a_role_is_given_ended_and_given_back() -> None:
    ana = added("ana", "secretary")
    grant_role(ana, "physician", by=MANAGER)
    ended = end_role.perform({"user": ana, "role": "secretary"}, by=MANAGER)
    assert held(ana) == {"physician"}
    assert RoleGrant.objects.filter(user=ana, role="secretary", ended_at__isnull=False).exists()
    undo(ended.deed, by=MANAGER)
    assert held(ana) == {"physician", "secretary"}
    changes = Entry.objects.filter(name="end_role").get().changes
    assert changes[0]["table"] == "access_rolegrant"
    assert changes[0]["now"]["ended_at"]


@pytest.mark.django_db
def test_what_is_so_already_or_not_known_is_refused() -> None:
    ana = added("ana", "secretary")
    attempts: list[Callable[[], object]] = [
        lambda: grant_role(ana, "secretary", by=MANAGER),
        lambda: grant_role(ana, "emperor", by=MANAGER),
        lambda: end_role(ana, "physician", by=MANAGER),
        lambda: grant_role(ana, "manager", by=actor(ana, "secretary")),
    ]
    for attempt in attempts:
        with pytest.raises(Refused):
            attempt()
    assert held(ana) == {"secretary"}


@pytest.mark.django_db
def test_the_last_manager_stays() -> None:
    mia = added("mia", "manager", "physician")
    attempts: list[Callable[[], object]] = [
        lambda: end_user(mia, by=MANAGER),
        lambda: end_role(mia, "manager", by=MANAGER),
    ]
    for attempt in attempts:
        with pytest.raises(Refused, match="only one"):
            attempt()
    end_role(mia, "physician", by=MANAGER)
    tom = added("tom", "manager")
    end_role(mia, "manager", by=MANAGER)
    with pytest.raises(Refused, match="only one"):
        end_user(tom, by=MANAGER)


def test_two_managers_cannot_end_one_another(committed_db: None) -> None:
    pair = [added("mia", "manager"), added("tom", "manager")]
    start = threading.Barrier(2)

    def end(user: UUID) -> None:
        start.wait()
        try:
            end_user(user, by=MANAGER)
        except ActionError:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=end, args=(each,)) for each in pair]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert User.objects.filter(is_active=True).count() == 1


@pytest.mark.django_db
def test_ones_own_password_ends_the_sessions_made_with_the_former() -> None:
    ana = added("ana", "secretary")
    by = actor(ana, "secretary")
    client = Client()
    client.post("/sign-in/", {"username": "ana", "password": PASSWORD})
    assert client.get("/api/openapi.json").status_code == 200
    with pytest.raises(Refused) as refused:
        change_own_password("not this one", "a better secret", by=by)
    assert refused.value.field == "current"
    change_own_password(PASSWORD, "a better  secret", by=by)
    assert client.get("/api/openapi.json").status_code == 401
    signed = client.post("/sign-in/", {"username": "ana", "password": "a better  secret"})
    assert signed.status_code == 302
    kept = str(list(Entry.objects.values_list("changes", flat=True)))
    assert "a better" not in kept
