"""Who manages access gets no further by a colleague's account, nor by a second one of their own."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from tests import world as cast
from tests.world import FOUNDER, World

from caredesk.access.actions import (
    add_user,
    end_role,
    end_user,
    grant_role,
    restore_user,
    set_password,
)
from caredesk.access.adapting import give_permission, take_permission
from caredesk.access.factors.demands import reset_factors
from caredesk.access.locking.actions import end_sessions_of
from caredesk.access.models import RoleGrant, User
from caredesk.access.rules import PERMISSIONS, permissions_of
from caredesk.access.sessions import SessionStore
from caredesk.access.sso.actions import note_sign_in_email
from caredesk.access.waits.actions import lift_wait
from caredesk.access.wider.models import WiderAccess
from caredesk.config.demo import _program
from caredesk.config.terminal import ADMINISTRATOR
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Refused
from caredesk.kernel.models import LoggedEvent
from caredesk.kernel.permissions import declared
from caredesk.kernel.reactions import react
from caredesk.kernel.undo import undo
from caredesk.privacy.wider.rules import reviewers
from caredesk.tasks.models import Settlement, Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return cast.build()


@pytest.fixture
def ira(world: World) -> Client:
    """The administrator, who sees no patient."""
    return added(world, "ira", "administrator")


def added(world: World, name: str, role: str, by: Actor = FOUNDER) -> Client:
    made = add_user(name, f"{name.title()} Stone", cast.PASSWORD, [role], by=by).user
    world.users[name] = User.objects.get(pk=made)
    return browser(world, name)


def browser(world: World, name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=world.users[name].id))
    return cast.has_just_proved(client)


def actor(client: Client) -> Actor:
    found = SessionStore(client.cookies["caredesk_session"].value).actor()
    assert found is not None
    return found


def do(client: Client, action: str, **body: Any) -> Any:
    address = f"/api/actions/{action}"
    return client.post(address, json.dumps(body, default=str), "application/json")


def run_reactions() -> None:
    for event in LoggedEvent.objects.filter(name="AccessWidened"):
        for _ in range(2):
            react(task="privacy.ask_who_else_knows", event=str(event.id))


def asked() -> list[tuple[str, str]]:
    run_reactions()
    rows = Task.objects.filter(about_kind="wider_access").order_by("raised_at", "id")
    return [(each.title, each.pool) for each in rows]


def the_one() -> UUID:
    return WiderAccess.objects.get().id


def say(client: Client, given: UUID, verdict: str = "right") -> Any:
    said = {"verdict": verdict, "words": "She begins today"}
    return client.post(f"/reviews/access/{given}/", said)


def test_a_second_account_that_sees_more_is_never_silent(world: World, ira: Client) -> None:
    told = ira.get("/users/new/").content.decode()
    assert "manager" in told
    assert "somebody else is asked to look at it" in told
    typed = {"name": "Ian Stone", "username": "ian", "password": "see you on monday"}
    assert ira.post("/users/new/", {**typed, "roles": ["manager"]}).status_code == 303
    assert asked() == [
        ("Review: Ira Stone let Ian Stone in, who may see more than Ira Stone", "privacy.review")
    ]
    listed = browser(world, "mia").get("/worklist/").content.decode()
    assert "Ira Stone let Ian Stone in" in listed
    listed = browser(world, "ben").get("/worklist/").content.decode()
    assert "Ira Stone let Ian Stone in" not in listed
    opened = browser(world, "mia").get(f"/reviews/access/{the_one()}/").content.decode()
    ian = User.objects.get(username="ian")
    assert f'href="/users/{ian.id}/"' in opened
    assert declared()["people.view"].sentence in opened


def test_taking_over_a_managers_account_is_never_silent(world: World, ira: Client) -> None:
    mia = world.users["mia"].id
    assert "Mia Wolf may see more than you" in ira.get(f"/users/{mia}/").content.decode()
    assert "somebody else is asked" in ira.get(f"/users/{mia}/password/").content.decode()
    assert do(ira, "reset_factors", user=mia).status_code == 200
    assert do(ira, "set_password", user=mia, password="mine from now on").status_code == 200
    assert {title for title, _ in asked()} == {
        "Review: Ira Stone reset the second step of Mia Wolf, who may see more than Ira Stone",
        "Review: Ira Stone set another password for Mia Wolf, who may see more than Ira Stone",
    }
    # By the account that was taken over nobody settles it.
    for given in WiderAccess.objects.all():
        assert say(browser(world, "mia"), given.id).status_code == 422
    assert not Settlement.objects.exists()


def test_each_way_of_giving_access_is_looked_at(world: World, ira: Client) -> None:
    by, chen, ben = actor(ira), world.users["chen"].id, world.users["ben"].id
    end_user(chen, by=FOUNDER)
    ways: list[Callable[[], object]] = [
        lambda: grant_role(ben, "physician", by=by),
        lambda: restore_user(chen, by=by),
        lambda: note_sign_in_email(chen, "ira@home.example", by=by),
        lambda: give_permission("sterile_technician", "people.view", by=by),
    ]
    for at, way in enumerate(ways, 1):
        way()
        assert WiderAccess.objects.count() == at
    ended = end_role.perform({"user": ben, "role": "physician"}, by=by).deed
    undo(ended, by=by)
    assert WiderAccess.objects.count() == len(ways) + 1
    assert len(asked()) == len(ways) + 1
    adapted = Task.objects.get(title__contains="adapted")
    assert adapted.title == (
        "Review: Ira Stone adapted the role sterile technician beyond what Ira Stone may"
    )


def test_what_one_may_oneself_one_gives_without_further_ado(world: World, ira: Client) -> None:
    mia = world.actor("mia")
    made = add_user("zoe", "Zoe Lund", cast.PASSWORD, ["secretary"], by=mia).user
    grant_role(made, "physician", by=mia)
    set_password(made, "until you are back", by=mia)
    add_user("ida", "Ida Lund", cast.PASSWORD, ["administrator"], by=actor(ira))
    assert not WiderAccess.objects.exists()
    page = browser(world, "mia").get("/users/new/").content.decode()
    assert "somebody else is asked" not in page


def test_somebody_else_settles_it_and_the_giver_cannot(world: World, ira: Client) -> None:
    added(world, "ida", "auditor")
    do(ira, "set_password", user=world.users["chen"].id, password="a new sentence")
    asked()
    given = the_one()
    page = ira.get(f"/reviews/access/{given}/").content.decode()
    assert "Somebody else reviews this" in page
    assert 'name="verdict"' not in page
    assert say(ira, given).status_code == 422
    assert browser(world, "ben").get(f"/reviews/access/{given}/").status_code == 404
    assert not Settlement.objects.exists()
    # The privacy officer, who does not manage access, is told the name without the link.
    ida = browser(world, "ida")
    assert "/users/" not in ida.get(f"/reviews/access/{given}/").content.decode()
    assert say(ida, given, "not_right").status_code == 303
    settled = Settlement.objects.get()
    assert (settled.by_label, settled.words) == ("Ida Stone", "not right: She begins today")
    mia = browser(world, "mia")
    assert "Not right: She begins today" in mia.get(f"/reviews/access/{given}/").content.decode()
    assert say(mia, given).status_code == 422
    assert "set another password" not in mia.get("/worklist/").content.decode()


def test_a_manager_settles_what_the_officers_are_asked(world: World, ira: Client) -> None:
    """Also one who is no privacy officer; and takes it back."""
    take_permission("manager", "privacy.review", by=FOUNDER)
    added(world, "ida", "auditor")
    do(ira, "grant_role", user=world.users["ben"].id, role="physician")
    assert [pool for _, pool in asked()] == ["privacy.review"]
    mia = browser(world, "mia")
    answer = do(mia, "review_wider_access", given=the_one(), verdict="right", words="He is one")
    assert answer.status_code == 200
    assert do(mia, "undo", deed=answer.json()["deed"]).status_code == 200
    assert Settlement.objects.get().withdrawn_at is not None


def test_nobody_settles_it_by_a_second_account(world: World, ira: Client) -> None:
    """Neither by the one that was made, nor by two that vouch for one another, nor a small one."""
    for name, role in (("ian", "manager"), ("iva", "auditor"), ("ivo", "administrator")):
        added(world, name, role, by=actor(ira))
    asked()
    given = list(WiderAccess.objects.order_by("at"))
    assert len(given) == 2
    for each in given:
        for name in ("ian", "iva", "ivo", "ira"):
            assert say(browser(world, name), each.id).status_code == 422, name
    mia = browser(world, "mia")
    assert say(mia, given[0].id).status_code == 303
    # Somebody has vouched for Ian: he is a colleague like any other now.
    assert say(browser(world, "ian"), given[1].id).status_code == 303


def test_where_nobody_else_can_review_it_stands_and_says_so(world: World, ira: Client) -> None:
    end_user(world.users["mia"].id, by=FOUNDER)
    do(ira, "set_password", user=world.users["chen"].id, password="a new sentence")
    assert [pool for _, pool in asked()] == ["access.manage"]
    assert "set another password for" in ira.get("/worklist/").content.decode()
    page = ira.get(f"/reviews/access/{the_one()}/").content.decode()
    assert "Nobody else here can review this yet" in page
    assert say(ira, the_one()).status_code == 422


def test_nobody_acts_on_who_manages_more_than_they(world: World) -> None:
    """Somebody who lets people in, and may neither adapt roles nor let programs in."""
    give_permission("nurse", "access.manage", by=FOUNDER)
    nia = added(world, "nia", "nurse")
    mia, by = world.users["mia"].id, actor(nia)
    ways: list[Callable[[], object]] = [
        lambda: add_user("ian", "Ian Stone", "see you on monday", ["manager"], by=by),
        lambda: grant_role(world.users["ben"].id, "administrator", by=by),
        lambda: grant_role(mia, "nurse", by=by),
        lambda: set_password(mia, "mine from now on", by=by),
        lambda: reset_factors(mia, by=by),
        lambda: note_sign_in_email(mia, "nia@home.example", by=by),
        lambda: end_role(mia, "manager", by=by),
        lambda: end_user(mia, by=by),
        lambda: restore_user(mia, by=by),
        lambda: end_sessions_of(mia, by=by),
        lambda: lift_wait(mia, by=by),
    ]
    for way in ways:
        with pytest.raises(Refused, match="Only somebody who may adapt what a role may do") as no:
            way()
        assert no.value.forbidden
    assert not WiderAccess.objects.exists()
    assert do(nia, "set_password", user=mia, password="mine from now on").status_code == 403
    page = nia.get(f"/users/{mia}/").content.decode()
    assert "Only somebody who may" in page
    assert f"/users/{mia}/password/" not in page
    assert f'action="/users/{mia}/' not in page
    assert 'value="manager"' not in nia.get("/users/new/").content.decode()
    sessions = nia.get(f"/users/{mia}/sessions/").content.decode()
    assert f'action="/users/{mia}/' not in sessions
    set_password(world.users["ben"].id, "until you are back", by=by)


def test_who_adapts_roles_without_letting_people_in_leaves_the_managers(world: World) -> None:
    give_permission("nurse", "access.roles", by=FOUNDER)
    by = actor(added(world, "nia", "nurse"))
    for role in ("manager", "administrator"):
        with pytest.raises(Refused, match="let people in and out"):
            take_permission(role, "practice.setup", by=by)
    with pytest.raises(Refused, match="let people in and out"):
        give_permission("administrator", "people.view", by=by)
    with pytest.raises(Refused, match="let people in and out can do this"):
        give_permission("biller", "access.manage", by=by)


def test_at_the_terminal_and_in_the_demo_nothing_hinders(world: World) -> None:
    give_permission("biller", "access.view", by=FOUNDER)
    less = replace(ADMINISTRATOR, permissions=permissions_of(["administrator"]))
    for at, by in enumerate((ADMINISTRATOR, _program(), less)):
        made = add_user(f"u{at}", "Somebody", cast.PASSWORD, ["manager"], by=by).user
        set_password(made, "until you are back", by=by)
        reset_factors(made, by=by)
        end_role(made, "manager", by=by)
        grant_role(made, "manager", by=by)
    assert RoleGrant.objects.filter(role="manager", ended_at=None).count() == 4
    assert not WiderAccess.objects.exists()
    assert set().union(*PERMISSIONS.values()) <= permissions_of(["manager"])


def test_who_may_review_is_surely_somebody_else() -> None:
    giver, user, puppet, old, peer = (UUID(int=each) for each in range(5))
    given = {user: {UUID(int=10)}, old: {UUID(int=11)}}

    def found(settled: set[UUID]) -> set[UUID]:
        return reviewers(
            {giver, user, puppet, old, peer},
            giver=giver,
            user=user,
            let_in={puppet, old, user},
            given=given,
            settled=settled,
        )

    assert found(set()) == {peer}
    assert found({UUID(int=11)}) == {peer, old}
    assert found({UUID(int=10), UUID(int=11)}) == {peer, old}
