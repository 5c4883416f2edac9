"""The manager's pages about who signs in: every button does what it says, for managers only."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests import world as cast
from tests.test_actions import MANAGER
from tests.world import PASSWORD, World

from caredesk.access.factors.actions import add_passkey
from caredesk.access.factors.demands import demand_factor
from caredesk.access.factors.queries import demanded_roles, factors_of
from caredesk.access.models import RoleGrant, User
from caredesk.kernel import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return cast.build()


def signed_in(name: str) -> Client:
    client = Client()
    client.post("/sign-in/", {"username": name, "password": PASSWORD})
    return client


@pytest.fixture
def mia(world: World) -> Client:
    return signed_in("mia")


@pytest.fixture
def ben(world: World) -> Any:
    return world.users["ben"].id


def roles(user: Any) -> set[str]:
    held = RoleGrant.objects.filter(user=user, ended_at=None)
    return set(held.values_list("role", flat=True))


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_nobody_else_sees_or_does_any_of_it(world: World, ben: Any) -> None:
    ana = signed_in("ana")
    pages = ["/users/", "/users/new/", "/users/second-step/", f"/users/{ben}/"]
    sent = [f"/users/{ben}/{each}/" for each in ("end", "restore", "roles", "wait/end")]
    sent += [f"/users/{ben}/roles/secretary/end/", f"/users/{ben}/factors/end/"]
    sent += [f"/users/{ben}/password/", "/users/new/", "/users/second-step/"]
    for address in pages:
        assert ana.get(address).status_code == 404, address
    for address in sent:
        answer = ana.post(address, {"role": "manager", "password": "a fine sentence"})
        assert answer.status_code == 404, address
    assert roles(ben) == {"secretary"}
    assert User.objects.get(pk=ben).is_active


def test_somebody_is_added_with_a_password_for_the_first_time(mia: Client) -> None:
    typed = {"name": "Zoe Lund", "username": "Zoe", "roles": ["secretary", "physician"]}
    for password, why in (("12345678", "common"), ("zoe lund 1", "the name"), ("short", "8")):
        refused = mia.post("/users/new/", {**typed, "password": password})
        assert refused.status_code == 422
        assert why in refused.content.decode()
        assert "Zoe Lund" in refused.content.decode()
    done = mia.post("/users/new/", {**typed, "password": "see you on monday"})
    zoe = User.objects.get(username="zoe")
    assert done.headers["Location"] == f"/users/{zoe.id}/"
    assert roles(zoe) == {"secretary", "physician"}
    client = Client()
    answer = client.post("/sign-in/", {"username": "zoe", "password": "see you on monday"})
    assert answer.headers["Location"] == "/sign-in/password/"
    assert "Good once" in shown(mia, f"/users/{zoe.id}/")


def test_roles_are_given_and_ended_and_undone(mia: Client, ben: Any) -> None:
    mia.post(f"/users/{ben}/roles/", {"role": "physician"})
    assert roles(ben) == {"secretary", "physician"}
    mia.post(f"/users/{ben}/roles/secretary/end/")
    assert roles(ben) == {"physician"}
    page = shown(mia, f"/users/{ben}/")
    [undo] = re.findall(r'action="(/[^"]*undo/)"', page)
    mia.post(undo, {"key": "k", "to": f"/users/{ben}/"})
    assert roles(ben) == {"secretary", "physician"}
    assert mia.post(f"/users/{ben}/roles/", {"role": "emperor"}).status_code == 422


def test_roles_stand_in_words_and_only_those_of_colleagues_are_offered(
    world: World, mia: Client, ben: Any
) -> None:
    for address in ("/users/new/", f"/users/{ben}/"):
        page = shown(mia, address)
        assert "Theatre nurse" in page
        assert "Theatre_nurse" not in page
        assert 'value="patient"' not in page
        assert 'value="proxy"' not in page
    given = mia.post(f"/users/{ben}/roles/", {"role": "theatre_nurse"}, follow=True)
    assert "Gave the role: theatre nurse." in given.content.decode()
    assert "theatre nurse" in shown(mia, "/users/")


def test_access_ends_and_is_given_back(mia: Client, ben: Any) -> None:
    bens = signed_in("ben")
    mia.post(f"/users/{ben}/end/")
    assert bens.get("/api/openapi.json").status_code == 401
    assert "Access ended" in shown(mia, f"/users/{ben}/")
    mia.post(f"/users/{ben}/restore/")
    assert User.objects.get(pk=ben).is_active


def test_a_password_that_is_good_once_ends_their_sessions(mia: Client, ben: Any) -> None:
    bens = signed_in("ben")
    typed = {"password": "until you are back"}
    assert mia.post(f"/users/{ben}/password/", typed).status_code == 303
    assert bens.get("/api/openapi.json").status_code == 401
    answer = bens.post("/sign-in/", {"username": "ben", **typed})
    assert answer.headers["Location"] == "/sign-in/password/"


def test_what_lets_in_asks_the_manager_once_more_after_a_while(mia: Client, ben: Any) -> None:
    with clock.stopped_at(clock.now() + timedelta(minutes=16)):
        for address in (f"/users/{ben}/password/", f"/users/{ben}/factors/end/"):
            answer = mia.post(address, {"password": "until you are back"})
            assert answer.headers["Location"].startswith("/account/proof/")


def test_lost_factors_are_reset(world: World, mia: Client, ben: Any) -> None:
    add_passkey("Key", "localhost", b"x", b"key", [], 0, False, by=world.actor("ben"))
    assert "1 passkey" in shown(mia, f"/users/{ben}/")
    assert "set up" in shown(mia, "/users/")
    mia.post(f"/users/{ben}/factors/end/")
    assert not factors_of(ben).any


def test_a_wait_is_seen_and_lifted(mia: Client, ben: Any) -> None:
    with clock.stopped_at(clock.now()):
        stranger = Client()
        wrong = {"username": "ben", "password": "wrong"}
        for _ in range(5):
            stranger.post("/sign-in/", wrong)
        right = {"username": "ben", "password": PASSWORD}
        assert stranger.post("/sign-in/", right).status_code == 429
        assert "Let them try again now" in shown(mia, f"/users/{ben}/")
        mia.post(f"/users/{ben}/wait/end/")
        assert "Let them try again now" not in shown(mia, f"/users/{ben}/")
        assert stranger.post("/sign-in/", right).status_code == 302


def test_the_second_step_is_asked_by_role(world: World, mia: Client) -> None:
    demand_factor("secretary", by=MANAGER)
    add_passkey("Key", "localhost", b"mia", b"key", [], 0, False, by=world.actor("mia"))
    mia.post("/users/second-step/", {"roles": ["physician", "manager"]})
    assert demanded_roles() == {"physician", "manager"}
    assert mia.post("/users/second-step/", {"roles": ["emperor"]}).status_code == 422
    assert "asked at the next sign-in" in shown(mia, "/users/")
    mia.post("/users/second-step/", {})
    assert demanded_roles() == set()


def test_who_asks_for_a_second_step_sets_up_their_own_first(world: World, mia: Client) -> None:
    answer = mia.post("/users/second-step/", {"roles": ["physician", "manager"]})
    assert answer.status_code == 422
    assert "Add a passkey or an authenticator app in your account first" in answer.content.decode()
    assert demanded_roles() == set()
    assert mia.get("/users/").status_code == 200


def test_who_is_not_there_is_missing(mia: Client) -> None:
    nobody = "/users/00000000-0000-7000-8000-000000000000/"
    assert mia.get(nobody).status_code == 404
    assert mia.post(f"{nobody}end/").status_code == 404
