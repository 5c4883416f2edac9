"""Who sends slowly takes nobody else's turn."""

import pytest
from django.test import Client
from tests import world as cast
from tests.access_walk import QUICK
from tests.world import PASSWORD, World

from caredesk.access.limits import bodies
from caredesk.access.limits.bodies import Slots

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings: object) -> World:
    settings.PASSWORD_HASHERS = QUICK  # type: ignore[attr-defined]
    return cast.build()


@pytest.fixture
def strangers_send(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as may, and they do not come to an end."""
    monkeypatch.setattr(bodies, "slots", Slots(1))
    monkeypatch.setattr(bodies, "_WAIT_SECONDS", 0.0)
    assert bodies.slots.take("nobody", 0.0)


def test_strangers_who_send_slowly_keep_nobody_from_unlocking(
    world: World, strangers_send: None
) -> None:
    ana = Client()
    ana.force_login(world.users["ana"])
    ana.post("/session/lock/")
    assert ana.post("/locked/", {"secret": PASSWORD}).status_code == 302
    assert ana.get("/patients/").status_code == 200
    assert Client().post("/locked/", {"secret": PASSWORD}).status_code == 503
