"""Signing in and out."""

import pytest
from django.test import Client
from tests.test_actions import MANAGER

from caredesk.access.actions import add_user, end_user
from caredesk.access.models import User
from caredesk.audit.models import Entry

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


@pytest.fixture
def ana() -> User:
    user = add_user("Ana", "Ana Ruiz", PASSWORD, ["secretary"], by=MANAGER).user
    return User.objects.get(pk=user)


def sign_in(client: Client, name: str = "ana", password: str = PASSWORD, **more: str) -> object:
    return client.post("/sign-in/", {"username": name, "password": password, **more})


def is_signed_in(client: Client) -> bool:
    return client.get("/api/openapi.json").status_code == 200


def test_the_right_password_signs_in_and_is_on_record(ana: User) -> None:
    client = Client()
    answer = sign_in(client, " ANA ", next="/patients/")
    assert answer.status_code == 302  # type: ignore[attr-defined]
    assert answer.headers["Location"] == "/patients/"  # type: ignore[attr-defined]
    assert is_signed_in(client)
    entry = Entry.objects.get(kind="sign-in")
    assert (entry.actor, entry.actor_label, entry.address) == (ana.id, "Ana Ruiz", "127.0.0.1")


@pytest.mark.parametrize(("name", "password"), [("ana", "wrong"), ("nobody", PASSWORD), ("", "")])
def test_the_wrong_one_does_not_and_says_not_which(ana: User, name: str, password: str) -> None:
    client = Client()
    answer = sign_in(client, name, password)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert not is_signed_in(client)


def test_after_a_wrong_password_the_focus_is_where_one_types_again(ana: User) -> None:
    page = sign_in(Client(), "ana", "wrong").content.decode()  # type: ignore[attr-defined]
    focused = [tag for tag in page.split("<") if "autofocus" in tag]
    assert len(focused) == 1
    assert 'name="password"' in focused[0]


def test_one_is_not_sent_to_another_host_after_it(ana: User) -> None:
    answer = sign_in(Client(), next="https://evil.example/")
    assert answer.headers["Location"] == "/"  # type: ignore[attr-defined]


def test_signing_out_ends_the_session_on_the_server(ana: User) -> None:
    client = Client()
    sign_in(client)
    stolen = Client()
    stolen.cookies = client.cookies.copy()  # type: ignore[assignment]
    client.post("/sign-out/")
    assert not is_signed_in(client)
    assert not is_signed_in(stolen)
    assert Entry.objects.filter(kind="sign-out", actor=ana.id).exists()


def test_a_session_ends_with_the_access_or_the_password(ana: User) -> None:
    client = Client()
    sign_in(client)
    User.objects.filter(pk=ana.id).update(password="argon2$changed")
    assert not is_signed_in(client)
    second = Client()
    User.objects.filter(pk=ana.id).update(password=ana.password)
    sign_in(second)
    assert is_signed_in(second)
    end_user(ana.id, by=MANAGER)
    assert not is_signed_in(second)


def test_demo_sign_ins_exist_only_on_loopback(settings: object) -> None:
    add_user("demo", "Demo", PASSWORD, ["secretary"], demo=True, by=MANAGER)
    settings.CAREDESK_DEMO_SIGN_INS = False  # type: ignore[attr-defined]
    client = Client()
    sign_in(client, "demo")
    assert not is_signed_in(client)
    settings.CAREDESK_DEMO_SIGN_INS = True  # type: ignore[attr-defined]
    sign_in(client, "demo")
    assert is_signed_in(client)


def test_who_is_not_signed_in_is_led_to_the_door_and_back() -> None:
    answer = Client().get("/patients/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/sign-in/?next=/patients/"
    fragment = Client().get("/patients/", headers={"HX-Request": "true"})
    assert fragment.headers["HX-Redirect"] == "/sign-in/?next=/patients/"
