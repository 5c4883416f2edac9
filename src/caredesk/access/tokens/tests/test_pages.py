"""The manager's pages about programs."""

import re

import pytest
from django.conf import LazySettings
from django.test import Client
from tests import world as cast
from tests.access_walk import QUICK
from tests.world import World

from caredesk.access.tokens.models import ProgramToken

pytestmark = pytest.mark.django_db

TOKEN = re.compile(r"cdk_[0-9a-f]{32}_[A-Za-z0-9_-]{43}")


@pytest.fixture
def world(settings: LazySettings) -> World:
    # Nobody's password is tried out here, and good hashes are slow.
    settings.PASSWORD_HASHERS = QUICK
    return cast.build()


@pytest.fixture
def mia(world: World) -> Client:
    client = Client()
    client.force_login(world.users["mia"])
    return cast.has_just_proved(client)


def sent(**more: object) -> dict[str, object]:
    return {
        "name": "Laboratory",
        "permissions": ["people.view"],
        "days": "30",
        "per_minute": "60",
        "patients": "",
        **more,
    }


def test_the_token_is_shown_once_and_lets_the_program_in(mia: Client) -> None:
    form = mia.get("/programs/new/").content.decode()
    key = re.search(r'name="key" value="([^"]+)"', form)
    assert key
    said = sent(key=key[1])
    shown = mia.post("/programs/new/", said)
    token = TOKEN.search(shown.content.decode())
    assert token
    assert shown["Cache-Control"] == "no-store"
    program = Client(headers={"Authorization": f"Bearer {token[0]}"})
    assert program.get("/api/openapi.json").status_code == 200
    again = mia.post("/programs/new/", said).content.decode()
    assert not TOKEN.search(again)
    assert "was shown before" in again
    for address in ("/programs/", f"/programs/{ProgramToken.objects.get().pk}/"):
        page = mia.get(address).content.decode()
        assert "Laboratory" in page
        assert not TOKEN.search(page)


def test_patients_are_named_by_their_numbers(mia: Client, world: World) -> None:
    number = world.record_numbers["lupe"]
    answer = mia.post("/programs/new/", sent(patients=f"{number}, CD-999999"))
    assert answer.status_code == 422
    assert "Nobody has this number: CD-999999" in answer.content.decode()
    assert number in answer.content.decode()
    assert mia.post("/programs/new/", sent(patients=number.lower())).status_code == 200
    assert ProgramToken.objects.get().patients == [world.patients["lupe"]]
    assert "1 patient" in mia.get("/programs/").content.decode()


def test_a_program_is_ended_by_one_button(mia: Client) -> None:
    mia.post("/programs/new/", sent())
    token = ProgramToken.objects.get()
    assert "End it now" in mia.get(f"/programs/{token.pk}/").content.decode()
    assert mia.post(f"/programs/{token.pk}/end/").status_code == 303
    token.refresh_from_db()
    assert token.ended_by_label == "Mia Wolf"
    page = mia.get(f"/programs/{token.pk}/").content.decode()
    assert "Ended by" in page
    assert "End it now" not in page


def test_offered_is_what_one_may_oneself_and_a_program_can_be_given(mia: Client) -> None:
    page = mia.get("/programs/new/").content.decode()
    assert 'value="people.view"' in page
    for name in ("access.manage", "access.tokens", "ui.tidy", "desk.use"):
        assert f'value="{name}"' not in page
