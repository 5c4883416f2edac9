"""What gives somebody's way in away is done only by who has just proved who they are."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests import world as cast
from tests.test_actions import MANAGER
from tests.world import PASSWORD, World

from caredesk.access.actions import end_role
from caredesk.access.models import RoleGrant, User
from caredesk.access.tokens.models import ProgramToken
from caredesk.access.tokens.rules import NEVER, hash_secret, new_secret, written
from caredesk.kernel import clock
from caredesk.kernel.action import all_actions
from caredesk.kernel.undo import undo

pytestmark = pytest.mark.django_db

NOBODY = "00000000-0000-7000-8000-000000000000"
# With an input that could be read, so that nothing but the proof says no.
STRONG: dict[str, dict[str, Any]] = {
    "add_user": {"username": "z", "name": "Zoe", "password": PASSWORD, "roles": ["nurse"]},
    "grant_role": {"user": NOBODY, "role": "physician"},
    "restore_user": {"user": NOBODY},
    "set_password": {"user": NOBODY, "password": "until you are back"},
    "reset_factors": {"user": NOBODY},
    "link_identity": {"user": NOBODY, "subject": "248289761001"},
    "note_sign_in_email": {"user": NOBODY, "email": "ben@practice.example"},
    "add_token": {"name": "Laboratory", "permissions": ["people.view"], "days": 30},
    "give_permission": {"role": "nurse", "permission": "people.register"},
}


@pytest.fixture
def world() -> World:
    return cast.build()


@pytest.fixture
def mia(world: World) -> Client:
    client = Client()
    client.post("/sign-in/", {"username": "mia", "password": PASSWORD})
    return client


def ask(client: Client, action: str, body: Any, **headers: str) -> Any:
    address = f"/api/actions/{action}"
    return client.post(address, json.dumps(body), "application/json", headers=headers)


def much_later() -> Any:
    return clock.stopped_at(clock.now() + timedelta(minutes=16))


def test_these_are_the_actions_that_ask_for_it() -> None:
    strong = {name for name, each in all_actions().items() if each.needs_proof}
    assert strong == set(STRONG)


def test_whatever_lets_people_in_or_widens_what_they_may_asks_for_it() -> None:
    """Of those that manage access, these do neither: what is added here is thought about first."""
    spared = {"end_role", "end_user", "end_identity", "end_sign_in_email", "end_sessions_of"}
    spared |= {"demand_factor", "end_factor_demand", "set_idle_limit", "lift_wait"}
    spared |= {"revoke_token", "take_permission"}
    managing = {name for name, each in all_actions().items() if each.permission in NEVER}
    assert managing - spared == set(STRONG)


def test_a_session_that_proved_it_long_ago_is_told_what_to_do(mia: Client) -> None:
    for action, body in STRONG.items():
        with much_later():
            answer = ask(mia, action, body)
        assert answer.status_code == 403, action
        told = answer.json()
        assert told["code"] == "needs_proof", action
        assert "/account/proof/" in told["next_step"]
    assert not User.objects.filter(username="z").exists()
    assert not ProgramToken.objects.exists()


def test_who_has_just_signed_in_is_not_asked(mia: Client) -> None:
    assert ask(mia, "add_user", STRONG["add_user"]).status_code == 200
    assert ask(mia, "add_token", STRONG["add_token"]).status_code == 200
    assert ask(mia, "set_password", STRONG["set_password"]).status_code == 404


def test_the_proof_is_given_and_it_goes_on(mia: Client) -> None:
    with much_later():
        assert ask(mia, "add_user", STRONG["add_user"]).status_code == 403
        mia.post("/account/proof/", {"password": PASSWORD})
        assert ask(mia, "add_user", STRONG["add_user"]).status_code == 200


def test_no_token_is_good_for_it(world: World) -> None:
    """Not even one whose row says otherwise."""
    now, mia = clock.now(), world.users["mia"].id
    secret = new_secret()
    token = ProgramToken(name="Script", permissions=sorted(NEVER), per_minute=100)
    token.digest, token.expires_at = hash_secret(secret), now + timedelta(days=1)
    token.added_at, token.added_by, token.added_by_label = now, mia, "Mia Wolf"
    token.save(force_insert=True)
    client, bearer = Client(), {"Authorization": f"Bearer {written(token.id, secret)}"}
    for action, body in STRONG.items():
        answer = ask(client, action, body, **bearer)
        assert answer.status_code == 403, action
        assert "token" in answer.json()["detail"], action


def test_undo_is_no_way_around_it(world: World, mia: Client) -> None:
    ben = world.users["ben"].id
    ended = end_role.perform({"user": ben, "role": "secretary"}, by=MANAGER).deed
    with much_later():
        assert ask(mia, "undo", {"deed": str(ended)}).status_code == 403
        page = mia.post(
            f"/deeds/{ended}/undo/", headers={"Referer": f"http://testserver/users/{ben}/"}
        )
        assert page.headers["Location"] == f"/account/proof/?to=/users/{ben}/"
    assert not RoleGrant.objects.filter(user=ben, ended_at=None).exists()
    undo(ended, by=MANAGER)
    assert RoleGrant.objects.filter(user=ben, ended_at=None).exists()


def test_pages_ask_first_and_lead_back(world: World, mia: Client) -> None:
    ben = world.users["ben"].id
    with much_later():
        for address in ("/users/new/", "/programs/new/"):
            asked = mia.get(address)
            assert asked.headers["Location"] == f"/account/proof/?to={address}"
        said = {"Referer": f"http://testserver/users/{ben}/"}
        given = mia.post(f"/users/{ben}/roles/", {"role": "physician"}, headers=said)
        assert given.headers["Location"] == f"/account/proof/?to=/users/{ben}/"
        sent = mia.post("/roles/nurse/permissions/", {"give": "people.register"})
        assert sent.headers["Location"] == "/account/proof/?to=/account/"
        strange = {"Referer": "https://elsewhere.example/users/"}
        asked = mia.post(f"/users/{ben}/restore/", headers=strange)
        assert asked.headers["Location"] == "/account/proof/?to=/account/"
    held = RoleGrant.objects.filter(user=ben, ended_at=None).values_list("role", flat=True)
    assert set(held) == {"secretary"}
