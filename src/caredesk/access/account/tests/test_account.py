"""One's own account: a change that matters asks once more who it is."""

import re
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from django.test import Client
from tests import world as cast
from tests.test_actions import MANAGER
from tests.world import PASSWORD, World

from caredesk.access.factors.actions import add_passkey
from caredesk.access.factors.demands import demand_factor
from caredesk.access.factors.models import Passkey
from caredesk.access.factors.queries import factors_of
from caredesk.audit.models import Entry
from caredesk.kernel import clock
from caredesk.ui.registry import Section, add_section

pytestmark = pytest.mark.django_db
PROOF = "/account/proof/"
NO_ANSWERS = [
    "",
    "{}",
    "null",
    "[]",
    "\0",
    '{"id": 1}',
    '{"id":"AA","rawId":"AA","response":{},"type":"x"}',
    '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30",'
    '"attestationObject":"AA","authenticatorData":"AA","signature":"AA","userHandle":"AA"}}',
]
GUARDED = ["/account/passkeys/new/", "/account/app/", "/account/recovery-codes/"]


@pytest.fixture
def world() -> World:
    return cast.build()


@pytest.fixture
def ana(world: World) -> Client:
    return signed_in()


def signed_in(name: str = "ana", password: str = PASSWORD) -> Client:
    client = Client()
    answer = client.post("/sign-in/", {"username": name, "password": password})
    assert answer.headers["Location"] == "/"
    return client


def later(minutes: float) -> Any:
    return clock.stopped_at(clock.now() + timedelta(minutes=minutes))


def is_in(client: Client) -> bool:
    return client.get("/api/openapi.json").status_code == 200


def passkey_of(world: World, name: str = "ana") -> Passkey:
    by = world.actor(name)
    made = add_passkey("Key", "localhost", name.encode(), b"key", [], 0, False, by=by).factor
    return Passkey.objects.get(pk=made)


@pytest.mark.parametrize("address", GUARDED)
def test_soon_after_the_sign_in_nothing_is_asked_and_later_it_is(ana: Client, address: str) -> None:
    with later(4):
        assert ana.get(address).status_code == 200
    with later(6):
        assert ana.get(address).headers["Location"] == f"{PROOF}?to={address}"


def test_the_proof_leads_on_to_what_was_wanted(ana: Client) -> None:
    with later(6):
        assert "What comes next changes who gets in" in ana.get(PROOF).content.decode()
        to = {"to": "/account/app/"}
        wrong = ana.post(PROOF, {**to, "password": "not mine"})
        assert wrong.status_code == 422
        assert "This is not your password" in wrong.content.decode()
        assert ana.get("/account/app/").status_code == 302
        right = ana.post(PROOF, {**to, "password": PASSWORD})
        assert right.headers["Location"] == "/account/app/"
        assert ana.get("/account/app/").status_code == 200
        elsewhere = ana.post(PROOF, {"to": "https://evil.example/", "password": PASSWORD})
        assert elsewhere.headers["Location"] == "/"
    assert Entry.objects.filter(kind="sign-in failed", name="password").count() == 1


def test_what_is_sent_without_a_recent_proof_changes_nothing(world: World, ana: Client) -> None:
    key = passkey_of(world)
    with later(16):
        for address in (
            f"/account/passkeys/{key.id}/end/",
            f"/account/passkeys/{key.id}/",
            "/account/app/end/",
            "/account/recovery-codes/",
            "/account/passkeys/new/",
            "/account/passkeys/new/options/",
        ):
            answer = ana.post(address, {"name": "Other"})
            assert answer.headers["Location"].startswith(PROOF), address
    assert [each.name for each in factors_of(world.users["ana"].id).passkeys] == ["Key"]


def test_a_form_is_sent_some_minutes_later_where_it_was_opened_in_time(
    world: World, ana: Client
) -> None:
    key = passkey_of(world)
    name = f"/account/passkeys/{key.id}/"
    with later(4):
        assert ana.get(name).status_code == 200
    with later(14):
        # What nobody opened is asked for anew, however it is sent.
        assert ana.post("/account/recovery-codes/").headers["Location"].startswith(PROOF)
        assert ana.post(name, {"name": "Blue"}).headers["Location"] == "/account/"
    with later(16):
        assert ana.post(name, {"name": "Red"}).headers["Location"].startswith(PROOF)
        ana.post(PROOF, {"password": PASSWORD})
    with later(22):
        assert ana.post(name, {"name": "Red"}).headers["Location"].startswith(PROOF)
    assert [each.name for each in factors_of(world.users["ana"].id).passkeys] == ["Blue"]


def test_guessing_at_an_open_screen_meets_the_wait(world: World) -> None:
    ana = signed_in()
    with later(6):
        for _ in range(30):
            answer = ana.post(PROOF, {"password": "not mine"})
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) > 0
        wanted = {"current": "no", "new": "a fine sentence", "again": "a fine sentence"}
        assert ana.post("/account/password/", wanted).status_code == 429


def test_a_changed_password_ends_every_other_session_and_keeps_this_one(ana: Client) -> None:
    elsewhere = signed_in()
    wrong = {"current": "no", "new": "a fine sentence", "again": "a fine sentence"}
    refused = ana.post("/account/password/", wrong)
    assert refused.status_code == 422
    assert "This is not your password" in refused.content.decode()
    common = {"current": PASSWORD, "new": "1qaz2wsx3edc", "again": "1qaz2wsx3edc"}
    refused = ana.post("/account/password/", common)
    assert refused.status_code == 422
    assert "common" in refused.content.decode()
    assert is_in(elsewhere)
    before = ana.cookies["caredesk_session"].value
    done = ana.post("/account/password/", {**wrong, "current": PASSWORD})
    assert done.status_code == 303
    assert is_in(ana)
    assert not is_in(elsewhere)
    assert ana.cookies["caredesk_session"].value != before
    signed_in(password="a fine sentence")


def test_an_app_is_set_up_used_and_removed(world: World, ana: Client) -> None:
    user = world.users["ana"].id
    page = ana.get("/account/app/").content.decode()
    secret = re.search(r'<code class="key">([A-Z2-7 ]+)</code>', page)
    assert secret
    shown = ana.post("/account/app/", {"code": pyotp.TOTP(secret[1].replace(" ", "")).now()})
    codes = re.findall(r"<li><code>([a-z2-9-]+)</code>", shown.content.decode())
    assert len(codes) == 10
    again = ana.get("/account/").content.decode()
    assert not any(code in again for code in codes)
    made = ana.post("/account/recovery-codes/").content.decode()
    assert not any(code in made for code in codes)
    assert ana.post("/account/app/end/").status_code == 303
    assert not factors_of(user).any


def test_passkeys_are_named_and_removed_and_only_ones_own(world: World, ana: Client) -> None:
    own, bens = passkey_of(world), passkey_of(world, "ben")
    ana.post(f"/account/passkeys/{own.id}/", {"name": "The blue key"})
    assert "The blue key" in ana.get("/account/").content.decode()
    for address in (f"/account/passkeys/{bens.id}/", f"/account/passkeys/{bens.id}/end/"):
        assert ana.post(address, {"name": "Mine"}).status_code == 404
    assert ana.get(f"/account/passkeys/{bens.id}/").status_code == 404
    ana.post(f"/account/passkeys/{own.id}/end/")
    assert factors_of(world.users["ana"].id).passkeys == ()
    assert factors_of(world.users["ben"].id).passkeys[0].name == "Key"


def test_the_last_factor_where_one_is_asked_stays_and_the_page_says_why(
    world: World, ana: Client
) -> None:
    key = passkey_of(world)
    demand_factor("secretary", by=MANAGER)
    answer = ana.post(f"/account/passkeys/{key.id}/end/")
    assert answer.status_code == 422
    assert "Add another first" in answer.content.decode()


def test_at_a_number_the_page_says_that_passkeys_need_a_name(ana: Client) -> None:
    page = ana.get("/account/passkeys/new/", headers={"host": "127.0.0.1"}).content.decode()
    assert "Make a passkey" not in page
    assert "localhost" in page
    options = ana.post("/account/passkeys/new/options/", headers={"host": "127.0.0.1:8000"})
    assert options.status_code == 422
    assert "http://localhost:8000/" in options.json()["refused"]


@pytest.mark.parametrize("credential", NO_ANSWERS)
def test_what_is_no_answer_of_a_browser_is_refused_in_words(
    world: World, ana: Client, credential: str
) -> None:
    at = {"host": "localhost"}
    sent = {"credential": credential}
    for address in ("/account/passkeys/new/", "/account/proof/passkey/"):
        ana.post(
            "/account/passkeys/new/options/"
            if "new" in address
            else "/account/proof/passkey/options/",
            headers=at,
        )
        answer = ana.post(address, sent, headers=at)
        assert answer.status_code == 422, address
        assert "was not accepted" in answer.content.decode()
    stranger = Client()
    assert stranger.post("/sign-in/passkey/options/", headers=at).status_code == 200
    assert stranger.post("/sign-in/passkey/", sent, headers=at).status_code == 422
    assert not is_in(stranger)


def test_other_rooms_have_their_section_in_it(world: World, ana: Client) -> None:
    template = "ui/stop_facts.html"
    section = Section(
        "account", "Computers", template, lambda *_: {"facts": {"Desk": "1"}}, "desk.use"
    )
    from caredesk.ui import registry

    add_section(section)
    try:
        assert "<h2>Computers</h2>" in ana.get("/account/").content.decode()
    finally:
        del registry._sections["account", "Computers"]
