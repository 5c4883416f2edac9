"""A program at the real door: what it may, what it may not, and what is recorded of it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests import world as cast
from tests.world import World

from caredesk.access.limits import gate
from caredesk.access.limits.rules import read_limits
from caredesk.access.tokens.actions import TokenAdded, add_token, revoke_token
from caredesk.access.tokens.models import ProgramToken
from caredesk.audit.models import Entry
from caredesk.kernel import clock, looks
from caredesk.kernel.errors import Missing, Refused
from caredesk.kernel.ids import new_id
from caredesk.kernel.models import Deed

pytestmark = pytest.mark.django_db

KEY = {"Idempotency-Key": "a-key"}
FRONT_DESK = ["people.view", "people.change", "scheduling.view", "scheduling.book"]


@pytest.fixture
def world() -> World:
    return cast.build()


def let_in(
    world: World, permissions: Sequence[str] = FRONT_DESK, **more: Any
) -> tuple[Client, UUID]:
    """A program with nothing but its token; CSRF is checked as for a browser."""
    with looks.collecting("test"):
        made = add_token("Laboratory", list(permissions), 30, by=world.actor("mia"), **more)
    return program(made), made.token


def program(made: TokenAdded) -> Client:
    return Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {made.secret}"})


def send(client: Client, action: str, **body: Any) -> Any:
    address = f"/api/actions/{action}"
    return client.post(address, body, content_type="application/json")


def add_alert(client: Client, patient: UUID) -> Any:
    return send(client, "add_alert", patient=str(patient), text="Fasting", severity="important")


def test_a_program_does_what_it_was_let_in_for_and_no_more(world: World) -> None:
    client, _ = let_in(world)
    assert add_alert(client, world.patients["lupe"]).status_code == 200
    assert send(client, "add_site", name="X", time_zone="UTC").status_code == 403
    assert send(client, "register_patient", family="A", birth_date="1999-01-01").status_code == 403
    assert client.get("/api/openapi.json").status_code == 200


def test_what_it_does_and_sees_is_the_programs_on_record(world: World) -> None:
    client, token = let_in(world, [*FRONT_DESK, "people.register"])
    add_alert(client, world.patients["lupe"])
    done = Entry.objects.get(name="add_alert", actor=token)
    assert (done.kind, done.actor_kind, done.actor_label) == ("change", "program", "Laboratory")
    assert (done.door, done.address, done.session) == ("json", "127.0.0.1", None)
    assert done.subjects == [world.patients["lupe"]]
    stopped = send(
        client,
        "register_patient",
        family="Fernandez Ortiz",
        given="Lupe",
        birth_date="1974-03-07",
    )
    assert stopped.status_code == 409
    seen = Entry.objects.get(kind="look", actor=token)
    assert world.patients["lupe"] in seen.subjects


def test_only_the_json_door_takes_it(world: World) -> None:
    client, _ = let_in(world)
    for address in ("/", "/patients/", f"/patients/{world.patients['lupe']}/", "/programs/"):
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/sign-in/")


def test_with_a_token_cookies_count_for_nothing(world: World) -> None:
    client, _ = let_in(world, ["scheduling.view"])
    client.force_login(world.users["mia"])
    assert send(client, "add_site", name="X", time_zone="UTC").status_code == 403
    client.defaults["HTTP_AUTHORIZATION"] = "Bearer cdk_of_nobody"
    answer = client.get("/api/openapi.json")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_session_alone_still_needs_the_forms_token(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.users["mia"])
    assert send(client, "add_site", name="X", time_zone="UTC").status_code == 403
    client.defaults["HTTP_AUTHORIZATION"] = "Basic bWlhOng="
    assert send(client, "add_site", name="X", time_zone="UTC").status_code == 403


@pytest.mark.parametrize("who", ["bill", "wei"])
def test_a_program_for_some_patients_reaches_nobody_else(world: World, who: str) -> None:
    booked = cast.book_everybody(world)
    client, token = let_in(world, patients=[world.patients["lupe"]])
    assert add_alert(client, world.patients["lupe"]).status_code == 200
    appointment = str(booked["lupe"])
    step = send(client, "record_step", appointment=appointment, state="confirmed")
    assert step.status_code == 200
    not_there = add_alert(client, new_id())
    for answer in (
        add_alert(client, world.patients[who]),
        send(client, "record_step", appointment=str(booked[who]), state="confirmed"),
        send(
            client,
            "cancel_appointment",
            appointment=str(booked[who]),
            reason="Ill",
            asked_by="patient",
        ),
        send(client, "add_phone", patient=str(world.patients[who]), number="(602) 234-0100"),
    ):
        assert answer.status_code == not_there.status_code == 404, answer.content
    reached = Entry.objects.filter(actor=token).exclude(kind="refusal")
    about = {id for row in reached for id in row.subjects}
    assert about == {world.patients["lupe"]}


def test_without_people_view_it_sees_no_patient(world: World) -> None:
    booked = cast.book_everybody(world)
    client, token = let_in(world, ["scheduling.view", "scheduling.book", "people.change"])
    step = {"appointment": str(booked["lupe"]), "state": "confirmed"}
    assert send(client, "record_step", **step).status_code == 404
    assert add_alert(client, world.patients["lupe"]).status_code == 404
    assert not Entry.objects.filter(actor=token).exclude(kind="refusal").exists()


def test_it_comes_in_until_it_expires(world: World) -> None:
    client, token = let_in(world)
    now = clock.now()
    with clock.stopped_at(now + timedelta(days=30, minutes=-1)):
        assert client.get("/api/openapi.json").status_code == 200
    with clock.stopped_at(now + timedelta(days=30, minutes=1)):
        answer = client.get("/api/openapi.json")
        assert answer.status_code == 401
        assert "has expired" in answer.json()["detail"]
    assert Entry.objects.get(kind="refusal", name="token refused").actor == token


def test_once_ended_it_comes_in_no_more(world: World) -> None:
    client, token = let_in(world)
    revoke_token(token, by=world.actor("mia"))
    answer = add_alert(client, world.patients["lupe"])
    assert answer.status_code == 401
    assert "was ended" in answer.json()["detail"]
    assert not Entry.objects.filter(name="add_alert", actor=token).exists()
    with pytest.raises(Refused, match="ended before"):
        revoke_token(token, by=world.actor("mia"))
    with pytest.raises(Missing):
        revoke_token(new_id(), by=world.actor("mia"))


def test_of_the_secret_nothing_is_kept(world: World) -> None:
    mia = Client()
    mia.force_login(world.users["mia"])
    cast.has_just_proved(mia)
    body = {"name": "Laboratory", "permissions": ["people.view"], "days": 30}

    def sent() -> Any:
        address = "/api/actions/add_token"
        return mia.post(address, body, content_type="application/json", headers=KEY)

    told = sent().json()["answer"]
    secret = told["secret"].rpartition("_")[2]
    assert len(told["secret"]) > 70
    again = sent()
    assert again["Idempotency-Replayed"] == "true"
    assert again.json()["answer"] == {"token": told["token"], "secret": ""}
    row = ProgramToken.objects.get(pk=told["token"])
    kept = [str(bytes(row.digest)), str(vars(row))]
    kept += [str(each) for each in Deed.objects.values()]
    kept += [str(each) for each in Entry.objects.values()]
    assert not any(secret in each for each in kept)
    assert any("(secret)" in each for each in kept)


def test_its_last_use_is_noted_at_most_once_a_minute(world: World) -> None:
    client, token = let_in(world)
    now = clock.now()

    def used(seconds: int) -> tuple[Any, int]:
        at = now + timedelta(seconds=seconds)
        with clock.stopped_at(at), CaptureQueriesContext(connection) as counted:
            assert client.get("/api/openapi.json").status_code == 200
        return ProgramToken.objects.get(pk=token).last_used_at, len(counted)

    first = used(0)
    assert first == (now, 2)
    assert used(30) == (now, 1)
    assert used(61) == (now + timedelta(seconds=61), 2)


def test_each_program_has_its_own_limit(
    world: World, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CAREDESK_LIMITS = read_limits("")
    monkeypatch.setattr(gate, "now", lambda: 50.0)
    slow, token = let_in(world, per_minute=4)
    quick, _ = let_in(world, per_minute=600)
    answers = [slow.get("/api/openapi.json") for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 429]
    assert answers[-1]["Retry-After"] == "15"
    assert answers[-1]["Content-Type"] == "application/problem+json"
    assert [quick.get("/api/openapi.json").status_code for _ in range(20)] == [200] * 20
    assert Entry.objects.get(kind="refusal", name="too much").actor == token


@pytest.mark.parametrize(
    ("who", "given", "says"),
    [
        ("mia", {"permissions": ["access.manage"]}, "Only people decide"),
        ("mia", {"permissions": ["access.tokens", "people.view"]}, "Only people decide"),
        ("mia", {"permissions": ["ui.tidy"]}, "No program is given this"),
        ("mia", {"permissions": ["people.fly"]}, "No program is given this"),
        ("mia", {"permissions": []}, "At least 1"),
        ("mia", {"days": 366}, "365"),
        ("mia", {"days": 0}, "1"),
        ("mia", {"per_minute": 0}, "1"),
        ("mia", {"permissions": ["scheduling.view"], "patients": [new_id()]}, "may not see"),
        ("mia", {"patients": []}, "Not one patient"),
        ("mia", {"patients": [new_id()]}, "no such patient"),
        (
            "mia",
            {"permissions": ["people.view", "people.register"], "patients": [new_id()]},
            "brings no new ones",
        ),
    ],
)
def test_what_cannot_be_given_is_refused_in_words(
    world: World, who: str, given: dict[str, Any], says: str
) -> None:
    asked = {"name": "Laboratory", "permissions": ["people.view"], "days": 30, **given}
    with pytest.raises((Refused, Missing)) as refused, looks.collecting("test"):
        add_token.perform(asked, by=world.actor(who))
    assert says in f"{refused.value} {refused.value.message}"
    assert not ProgramToken.objects.exists()


def test_nobody_gives_a_program_more_than_they_have(world: World) -> None:
    from dataclasses import replace

    mia = world.actor("mia")
    lesser = replace(mia, permissions=mia.permissions - {"people.change"})
    with pytest.raises(Refused, match="may not do this yourself"):
        add_token("Laboratory", FRONT_DESK, 30, by=lesser)
    with pytest.raises(Refused) as refused:
        add_token("Laboratory", ["people.view"], 30, by=world.actor("ana"))
    assert refused.value.forbidden
