"""A second factor that is demanded is demanded at once: who has none is signed out."""

import pytest
from django.test import Client
from tests import world as cast
from tests.test_actions import MANAGER
from tests.world import World, signed_in

from caredesk.access.actions import end_role, end_user, grant_role, restore_user
from caredesk.access.factors.actions import add_passkey
from caredesk.access.factors.demands import demand_factor
from caredesk.access.factors.queries import demanded_roles
from caredesk.access.models import RoleGrant
from caredesk.audit.models import Entry
from caredesk.kernel.errors import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return cast.build()


def with_passkey(world: World, name: str) -> None:
    by = world.actor(name)
    add_passkey("Key", "localhost", name.encode(), b"key", [], 0, False, by=by)


def is_in(client: Client) -> bool:
    return client.get("/patients/").status_code == 200


def test_where_a_demand_begins_who_has_no_factor_is_signed_out(world: World) -> None:
    with_passkey(world, "ben")
    ana, ben, chen = (signed_in(world, name) for name in ("ana", "ben", "chen"))
    demand_factor("secretary", by=MANAGER)
    assert [is_in(each) for each in (ana, ben, chen)] == [False, True, True]
    changes = Entry.objects.get(name="demand_factor").changes
    assert [each["table"] for each in changes] == ["access_factordemand", "access_session"]
    assert changes[1]["was"]["user_id"] == str(world.users["ana"].id)


def test_who_is_given_a_role_that_demands_one_is_signed_out(world: World) -> None:
    demand_factor("physician", by=MANAGER)
    with_passkey(world, "ben")
    ana, ben = signed_in(world, "ana"), signed_in(world, "ben")
    for name in ("ana", "ben"):
        grant_role(world.users[name].id, "biller", by=MANAGER)
    assert [is_in(ana), is_in(ben)] == [True, True]
    for name in ("ana", "ben"):
        grant_role(world.users[name].id, "physician", by=MANAGER)
    assert [is_in(ana), is_in(ben)] == [False, True]


def test_a_session_of_before_does_not_come_back_with_the_access(world: World) -> None:
    ana = signed_in(world, "ana")
    end_user(world.users["ana"].id, by=MANAGER)
    demand_factor("secretary", by=MANAGER)
    restore_user(world.users["ana"].id, by=MANAGER)
    assert not is_in(ana)


def test_who_would_sign_themselves_out_is_asked_for_a_factor_first(world: World) -> None:
    mia, by = signed_in(world, "mia"), world.actor("mia")
    with pytest.raises(Refused, match="would sign you out") as refused:
        demand_factor("manager", by=by)
    assert "in your account first" in refused.value.problems[0].next_step
    assert demanded_roles() == set()
    demand_factor("secretary", by=by)
    for role in RoleGrant.objects.filter(user=by.id, role="secretary", ended_at=None):
        end_role(by.id, role.role, by=MANAGER)
    with pytest.raises(Refused, match="would sign you out"):
        grant_role(by.id, "secretary", by=by)
    assert is_in(mia)
    with_passkey(world, "mia")
    demand_factor("manager", by=by)
    assert is_in(mia)
