"""Who sends slowly takes nobody else's turn."""

from io import BytesIO

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from tests import world as cast
from tests.world import PASSWORD, World

from caredesk.access.limits import bodies
from caredesk.access.limits.bodies import BodyMiddleware, Slots

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
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


@pytest.mark.parametrize(("length", "is_taken_in"), [(1_000, True), (1_000_000, False)])
def test_what_is_refused_unread_is_taken_in_where_it_is_short(
    length: int, is_taken_in: bool
) -> None:
    """A proxy that still sends would tell of a broken connection instead of what we answer."""
    sent = BytesIO(b"x" * length)
    request = RequestFactory().generic(
        "POST",
        "/api/actions/end_user",
        b"x" * length,
        **{"wsgi.input": sent},  # type: ignore[arg-type]
    )
    answer = BodyMiddleware(lambda _: HttpResponse(status=401))(request)
    assert answer.status_code == 401
    assert (sent.tell() == length) == is_taken_in
