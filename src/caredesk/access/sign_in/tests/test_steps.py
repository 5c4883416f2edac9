"""From the password to the day: every step is asked, and nothing opens before the last."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pyotp
import pytest
from django.test import Client
from django.urls import reverse
from tests import world as cast
from tests.addresses import addresses, arguments_of
from tests.test_actions import MANAGER
from tests.world import PASSWORD, World

from caredesk.access.actions import end_user, set_password
from caredesk.access.factors.actions import add_app, make_recovery_codes
from caredesk.access.factors.demands import demand_factor
from caredesk.access.factors.queries import factors_of
from caredesk.access.models import Session, User
from caredesk.audit.models import Entry
from caredesk.kernel import clock
from caredesk.kernel.action import all_actions
from caredesk.kernel.models import Deed

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
FACTOR, SET_UP = "/sign-in/factor/", "/sign-in/set-up/"
NEW_PASSWORD = "/sign-in/password/"


@pytest.fixture
def world() -> World:
    return cast.build()


@pytest.fixture
def ana(world: World) -> User:
    """Has an authenticator app."""
    by = world.actor("ana")
    add_app(SECRET, code(), by=by)
    return world.users["ana"]


def code(seconds: int = 0) -> str:
    return str(pyotp.TOTP(SECRET).at(clock.now() + timedelta(seconds=seconds)))


def sign_in(name: str, password: str = PASSWORD, to: str = "/") -> tuple[Client, Any]:
    client = Client()
    answer = client.post("/sign-in/", {"username": name, "password": password, "next": to})
    return client, answer


def is_in(client: Client) -> bool:
    return client.get("/api/openapi.json").status_code == 200


def later(seconds: int) -> Any:
    return clock.stopped_at(clock.now() + timedelta(seconds=seconds))


def test_the_code_comes_after_the_password_and_then_the_wanted_page(ana: User) -> None:
    with later(30):
        client, answer = sign_in("ana", to="/patients/")
        assert answer.headers["Location"] == FACTOR
        assert not is_in(client)
        answer = client.post(FACTOR, {"code": code()})
        assert answer.headers["Location"] == "/patients/"
        assert is_in(client)
    kinds = list(Entry.objects.filter(actor=ana.id).values_list("kind", "name").order_by("seq"))
    assert kinds[-2:] == [("change", "prove_with_app"), ("sign-in", "sign-in")]


def test_a_code_that_was_used_lets_nobody_else_in(ana: User) -> None:
    with later(30):
        client, _ = sign_in("ana")
        client.post(FACTOR, {"code": code()})
        thief, _ = sign_in("ana")
        answer = thief.post(FACTOR, {"code": code()})
        assert answer.status_code == 422
        assert "used before" in answer.content.decode()
        assert not is_in(thief)


def test_half_signed_in_opens_no_page_and_no_action(world: World, ana: User) -> None:
    client, _ = sign_in("ana")
    appointments = cast.book_everybody(world)
    deeds, pages = Deed.objects.count(), 0
    before = Entry.objects.count()
    for name, address in addresses(arguments_of(world, appointments)):
        if name == "health":
            continue
        for answer in (client.get(address), client.post(address, {})):
            pages += 1
            if address.startswith("/api/"):
                assert answer.status_code == 401, name
            else:
                assert answer.status_code == 302, name
                assert answer.headers["Location"].startswith("/sign-in/?next="), name
    for name in all_actions():
        answer = client.post(f"/api/actions/{name}", "{}", content_type="application/json")
        assert answer.status_code == 401, name
    assert pages > 60
    assert Deed.objects.count() == deeds
    assert Entry.objects.count() == before
    assert Session.objects.get(pk=client.cookies["caredesk_session"].value).user_id is None


def test_the_other_steps_are_closed_too(ana: User) -> None:
    """Whoever owes a factor can neither choose a password nor set up another factor."""
    client, _ = sign_in("ana")
    for address in (NEW_PASSWORD, SET_UP, "/sign-in/set-up/app/"):
        assert client.get(address).headers["Location"] == FACTOR
        assert client.post(address, {"new": "a b c d e f", "again": "a b c d e f"}).status_code in {
            302,
            405,
        }
    for address in ("/sign-in/set-up/passkey/", "/sign-in/set-up/passkey/options/"):
        assert client.post(address, {}).headers["Location"] == FACTOR
    assert client.post("/sign-in/went-on/").headers["Location"] == FACTOR
    assert not is_in(client)
    assert User.objects.get(pk=ana.id).password == ana.password


def test_without_a_half_session_the_steps_lead_to_the_door(world: World) -> None:
    for client in (Client(), signed_in_as(world, "ana")):
        for address in (FACTOR, NEW_PASSWORD, SET_UP, "/sign-in/set-up/app/"):
            assert client.get(address).headers["Location"] == "/sign-in/?ended=1"
        for address in ("/sign-in/went-on/", "/sign-in/factor/passkey/options/"):
            assert client.post(address).headers["Location"] == "/sign-in/?ended=1"


def signed_in_as(world: World, name: str) -> Client:
    client, answer = sign_in(name)
    assert answer.headers["Location"] == "/"
    return client


def test_half_signed_in_ends_after_ten_minutes_and_with_the_access(ana: User) -> None:
    client, _ = sign_in("ana")
    with later(601):
        assert client.post(FACTOR, {"code": code()}).headers["Location"] == "/sign-in/?ended=1"
    assert client.get(FACTOR).status_code == 200
    end_user(ana.id, by=MANAGER)
    assert client.get(FACTOR).headers["Location"] == "/sign-in/?ended=1"


def test_another_password_ends_what_the_former_began(ana: User) -> None:
    client, _ = sign_in("ana")
    set_password(ana.id, "quite another one", by=MANAGER)
    with later(30):
        assert client.post(FACTOR, {"code": code()}).headers["Location"] == "/sign-in/?ended=1"
    assert not is_in(client)


def test_who_begins_to_sign_in_puts_the_former_aside(world: World, ana: User) -> None:
    client = signed_in_as(world, "ben")
    client.post("/sign-in/", {"username": "ana", "password": PASSWORD})
    assert not is_in(client)
    assert Entry.objects.filter(kind="lock", actor=world.users["ben"].id).exists()


def test_the_session_key_is_another_after_each_step(ana: User) -> None:
    client = Client()
    keys: list[str] = []
    client.get("/sign-in/")
    client.post("/sign-in/", {"username": "ana", "password": PASSWORD})
    keys.append(client.cookies["caredesk_session"].value)
    with later(30):
        client.post(FACTOR, {"code": code()})
    keys.append(client.cookies["caredesk_session"].value)
    assert len(set(keys)) == 2


def test_a_recovery_code_stands_in_once(world: World, ana: User) -> None:
    [first, *_] = make_recovery_codes(by=world.actor("ana")).codes
    client, _ = sign_in("ana")
    assert client.post("/sign-in/factor/recovery/", {"code": first}).headers["Location"] == "/"
    assert is_in(client)
    again, _ = sign_in("ana")
    assert again.post("/sign-in/factor/recovery/", {"code": first}).status_code == 422
    assert not is_in(again)


def test_who_must_have_a_factor_is_led_to_set_one_up_first(world: World) -> None:
    demand_factor("secretary", by=MANAGER)
    client, answer = sign_in("ana", to="/patients/")
    assert answer.headers["Location"] == SET_UP
    assert not is_in(client)
    assert "Set up a second step" in client.get(SET_UP).content.decode()
    secret = shown_key(client.get("/sign-in/set-up/app/"))
    assert secret == shown_key(client.get("/sign-in/set-up/app/")), "another at each reload"
    wrong = client.post("/sign-in/set-up/app/", {"code": "12"})
    assert wrong.status_code == 422
    assert shown_key(wrong) == secret
    done = client.post("/sign-in/set-up/app/", {"code": pyotp.TOTP(secret).at(clock.now())})
    codes = re.findall(r"<li><code>([a-z2-9-]+)</code>", done.content.decode())
    assert len(codes) == 10
    assert not is_in(client)
    assert client.post("/sign-in/went-on/").headers["Location"] == "/patients/"
    assert is_in(client)
    second, _ = sign_in("ana")
    assert second.post("/sign-in/factor/recovery/", {"code": codes[3]}).status_code == 302
    assert is_in(second)
    assert factors_of(world.users["ana"].id).codes_left == 9


def shown_key(answer: Any) -> str:
    found = re.search(r'<code class="key">([A-Z2-7 ]+)</code>', answer.content.decode())
    assert found
    return found[1].replace(" ", "")


def test_of_other_roles_nothing_is_asked(world: World) -> None:
    demand_factor("manager", by=MANAGER)
    assert sign_in("ana")[1].headers["Location"] == "/"
    assert sign_in("mia")[1].headers["Location"] == SET_UP


def test_the_picture_is_of_the_key_and_has_no_style(world: World) -> None:
    demand_factor("secretary", by=MANAGER)
    client, _ = sign_in("ana")
    text = client.get("/sign-in/set-up/app/").content.decode()
    svg = text[text.index("<svg") : text.index("</svg>")]
    assert "style" not in svg
    assert shown_key(client.get("/sign-in/set-up/app/")) not in svg
    kept = Session.objects.get(pk=client.cookies["caredesk_session"].value)
    decoded = str(kept.get_decoded())
    assert shown_key(client.get("/sign-in/set-up/app/")) not in decoded


def test_a_password_set_by_another_is_good_once(world: World) -> None:
    ana = world.users["ana"].id
    set_password(ana, "for the first day", must_change=True, by=MANAGER)
    client, answer = sign_in("ana", "for the first day")
    assert answer.headers["Location"] == NEW_PASSWORD
    assert not is_in(client)
    refusals = {
        ("for the first day", "for the first day"): "the password you have now",
        ("a fine sentence", "another sentence"): "not the same",
        ("short", "short"): "at least 8",
        ("password123", "password123"): "common",
        ("Ana-Ruiz-99", "Ana-Ruiz-99"): "the name, or nearly",
    }
    for (new, again), why in refusals.items():
        refused = client.post(NEW_PASSWORD, {"new": new, "again": again})
        assert refused.status_code == 422
        assert why in refused.content.decode()
    taken = {"new": "a fine sentence", "again": "a fine sentence"}
    assert client.post(NEW_PASSWORD, taken).headers["Location"] == "/"
    assert is_in(client)
    assert sign_in("ana", "a fine sentence")[1].headers["Location"] == "/"
    assert sign_in("ana", "for the first day")[1].status_code == 422


def test_the_factor_comes_before_the_new_password(ana: User) -> None:
    set_password(ana.id, "for the first day", must_change=True, by=MANAGER)
    with later(30):
        client, answer = sign_in("ana", "for the first day")
        assert answer.headers["Location"] == FACTOR
        assert client.post(FACTOR, {"code": code()}).headers["Location"] == NEW_PASSWORD
        taken = {"new": "a fine sentence", "again": "a fine sentence"}
        assert client.post(NEW_PASSWORD, taken).headers["Location"] == "/"
        assert is_in(client)


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_one_is_not_sent_elsewhere_at_the_end(ana: User, to: str) -> None:
    with later(30):
        client, _ = sign_in("ana", to=to)
        assert client.post(FACTOR, {"code": code()}).headers["Location"] == "/"


def test_every_page_of_the_way_is_kept_by_nobody(world: World, ana: User) -> None:
    client, _ = sign_in("ana")
    for address in (FACTOR, "/sign-in/factor/recovery/", reverse("access:sign_in")):
        assert "no-store" in client.get(address).headers["Cache-Control"]


def test_a_failed_code_is_on_record_and_not_what_was_typed(ana: User) -> None:
    client, _ = sign_in("ana")
    client.post(FACTOR, {"code": "123 321"})
    entry = Entry.objects.get(kind="sign-in failed")
    assert (entry.name, entry.subjects) == ("authenticator app", [ana.id])
    assert entry.actor == UUID(int=0)
    assert "123321" not in str(entry.__dict__)
