"""Whoever could not sign in is on the screens of the log, and leaves it as an event that failed."""

import json
import re
from typing import Any

import pyotp
import pytest
from django.test import Client
from tests import world as cast
from tests.world import World

from caredesk.access.factors.actions import add_app
from caredesk.access.waits.rules import LIMITS
from caredesk.audit.models import Entry
from caredesk.kernel import clock

pytestmark = pytest.mark.django_db

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
STRANGER = "203.0.113.9"


@pytest.fixture
def world() -> World:
    made = cast.build()
    add_app(SECRET, str(pyotp.TOTP(SECRET).at(clock.now())), by=made.actor("ana"))
    return made


@pytest.fixture
def mia(world: World) -> Client:
    client = Client(REMOTE_ADDR="192.0.2.7")
    client.force_login(world.users["mia"])
    return client


def attempt(password: str, name: str = "ana", code: str = "") -> Any:
    client = Client(REMOTE_ADDR=STRANGER)
    answer = client.post("/sign-in/", {"username": name, "password": password})
    return client.post("/sign-in/factor/", {"code": code}) if code else answer


def rows_of(client: Client, address: str, **asked: str) -> list[str]:
    body = client.get(address, asked).content.decode().partition("<tbody>")[2]
    found = [re.sub(r"<[^>]+>", " ", each) for each in body.partition("</tbody>")[0].split("</tr>")]
    return [" ".join(each.split()) for each in found if each.strip()]


def exported(client: Client) -> list[dict[str, Any]]:
    today = clock.today(cast.ZONE).isoformat()
    sent = {"since": today, "until": today, "form": "ndjson", "patient": ""}
    answer = client.post("/access/export/", sent)
    assert answer.status_code == 200, answer.content.decode()
    events = [json.loads(each) for each in answer.content.decode().splitlines()]
    return [each for each in events if each["outcome"] != "0"]


def test_a_wrong_password_and_a_wrong_code_are_read_in_plain_words(
    world: World, mia: Client
) -> None:
    assert attempt("wrong").status_code == 422
    assert attempt(cast.PASSWORD, code="123321").status_code == 422
    address = f"/access/colleagues/{world.users['ana'].id}/"
    failed = rows_of(mia, address, kind="sign-in failed")
    assert len(failed) == 2
    assert "could not sign in with a wrong code of the authenticator app" in failed[0]
    assert "could not sign in with a wrong password" in failed[1]
    assert all("Nobody yet" in each and STRANGER in each for each in failed)
    assert [each for each in rows_of(mia, address) if "could not sign in" in each] == failed
    of_ben = rows_of(mia, f"/access/colleagues/{world.users['ben'].id}/")
    assert not any("could not sign in" in each for each in of_ben)
    page = mia.get(address, {"kind": "sign-in failed"}).content.decode()
    entry = re.search(r"/access/entries/[0-9a-f-]{36}/", page)
    assert entry
    text = mia.get(entry[0]).content.decode()
    assert "<dt>As</dt><dd>Ana Ruiz</dd>" in text
    assert "Nobody yet" in text


def test_who_gave_a_name_that_nobody_has_is_read_as_well(world: World, mia: Client) -> None:
    typed = "my password in the wrong field"
    attempt("wrong", typed)
    attempt("wrong")
    listed = re.search(r'href="(/access/colleagues/0[0-]*/)"', mia.get("/access/colleagues/").text)
    assert listed
    rows = rows_of(mia, listed[1])
    assert [("nobody known" in each, "Ana Ruiz" in each) for each in rows] == [
        (False, True),
        (True, False),
    ]
    assert typed not in mia.get(listed[1]).content.decode()


def test_a_try_during_a_wait_is_on_record_too(world: World, mia: Client) -> None:
    with clock.stopped_at(clock.now()):
        for _ in range(LIMITS["pair"].free):
            attempt("wrong")
        assert attempt(cast.PASSWORD).status_code == 429
    address = f"/access/colleagues/{world.users['ana'].id}/"
    newest = rows_of(mia, address, kind="sign-in failed")[0]
    assert "could not sign in with a password during a wait" in newest


def test_they_leave_as_events_that_fail(world: World, mia: Client) -> None:
    attempt("wrong")
    attempt(cast.PASSWORD, code="123321")
    events = exported(mia)
    assert [each["outcomeDesc"] for each in events] == [
        "Not signed in: password",
        "Not signed in: authenticator app",
    ]
    for each in events:
        assert (each["outcome"], each["type"]["code"]) == ("4", "110114")
        assert each["subtype"][0]["code"] == "110122"
        assert "entity" not in each, "a user is no patient"
        assert each["agent"][0]["network"]["address"] == STRANGER
        account = each["agent"][1]["who"]["identifier"]["value"]
        assert account == str(world.users["ana"].id)
    left = Entry.objects.filter(kind="export").values_list("subjects", flat=True)
    assert world.users["ana"].id not in {id for each in left for id in each}
