"""The JSON door: every action at one URL, described by OpenAPI."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from openapi_spec_validator import OpenAPIV31SpecValidator
from tests.test_actions import MAIN, MANAGER
from tests.world import has_just_proved

from caredesk.access.actions import add_user
from caredesk.access.models import User
from caredesk.kernel.action import all_actions, offered_actions
from caredesk.practice.models import Site

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> Client:
    return signed_in("manager")


def signed_in(role: str) -> Client:
    user = add_user(role, role.title(), "correct horse battery", [role], by=MANAGER).user
    client = Client()
    client.force_login(User.objects.get(pk=user))
    return has_just_proved(client)


def post(client: Client, action: str, body: Any, **headers: str) -> Any:
    return client.post(
        f"/api/actions/{action}",
        body if isinstance(body, str | bytes) else json.dumps(body),
        content_type="application/json",
        headers=headers,
    )


def test_an_action_runs_and_answers(manager: Client) -> None:
    answer = post(manager, "add_site", MAIN)
    assert answer.status_code == 200
    assert answer.json()["answer"]["id"] == str(Site.objects.get().id)
    assert answer.json()["can_undo"] is False


def test_a_repeated_key_is_answered_again_and_marked(manager: Client) -> None:
    first = post(manager, "add_site", MAIN, **{"Idempotency-Key": "a"})
    again = post(manager, "add_site", MAIN, **{"Idempotency-Key": "a"})
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers


def test_wrong_fields_are_named(manager: Client) -> None:
    answer = post(manager, "add_site", {"name": 5, "time_zone": "Mars/Olympus"})
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert [each["field"] for each in answer.json()["problems"]] == ["name"]
    answer = post(manager, "add_site", {"name": "Main", "time_zone": "Mars/Olympus"})
    assert answer.json()["problems"] == [
        {
            "field": "time_zone",
            "message": "This is not a time zone.",
            "next_step": "Write it like America/New_York or America/Phoenix.",
            "choices": [],
        }
    ]


@pytest.mark.parametrize("body", ["", "{", "[]", "5", '"x"', "[" * 100_000, '{"a": NaN}'])
def test_what_is_not_a_json_object_is_refused(manager: Client, body: str) -> None:
    answer = post(manager, "add_site", body)
    assert answer.status_code == 422
    assert answer.json()["next_step"] or answer.json()["problems"]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ('{"name": "Main", "name": "Other", "time_zone": "America/New_York"}', "twice"),
        ('{"name": {"a": 1, "a": 2}}', "twice"),
        ('{"name": Infinity}', "JSON has no Infinity."),
        ('{"name": -Infinity}', "JSON has no -Infinity."),
        ('{"name": "\\ud800"}', "Some of this cannot be used"),
        ('{"name": ' + "[" * 2_000 + "]" * 2_000 + "}", "Some of this cannot be used"),
        (b'{"name": "\xff"}', "The body is not JSON."),
    ],
)
def test_json_that_may_mean_two_things_is_refused(
    manager: Client, body: str | bytes, says: str
) -> None:
    answer = post(manager, "add_site", body)
    assert answer.status_code == 422
    assert says in answer.json()["detail"]
    assert not Site.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"minutes": "20"}, "This must be a whole number."),
        ({"minutes": True}, "This must be a whole number."),
        ({"minutes": 20.0}, "This must be a whole number."),
        ({"fold": True}, "This must be a whole number."),
        ({"starts_at": 1_795_000_000}, "This is not a time."),
        ({"resources": "one"}, "This must be a list."),
    ],
)
def test_a_value_of_another_type_is_not_guessed_at(
    manager: Client, wrong: dict[str, Any], says: str
) -> None:
    good = {"visit_type": str(uuid4()), "starts_at": "2026-11-24T09:20:00-05:00"}
    assert post(manager, "hold_time", good).status_code == 404
    answer = post(manager, "hold_time", good | wrong)
    assert answer.status_code == 422
    [problem] = answer.json()["problems"]
    assert problem["field"] == next(iter(wrong))
    assert says in problem["message"]


def test_a_body_that_is_too_long_is_refused(manager: Client) -> None:
    answer = post(manager, "add_site", {"name": "x" * 1_000_000})
    assert answer.json()["detail"] == "The body is too long."


def test_an_unknown_action_is_missing(manager: Client) -> None:
    assert post(manager, "drop_everything", {}).status_code == 404


def test_only_a_post_runs_an_action(manager: Client) -> None:
    assert manager.get("/api/actions/add_site").status_code == 422
    assert not Site.objects.exists()


def test_who_may_not_gets_403_and_who_is_nobody_401() -> None:
    assert post(signed_in("secretary"), "add_site", MAIN).status_code == 403
    answer = post(Client(), "add_site", MAIN)
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert not Site.objects.exists()


def test_a_page_of_another_site_cannot_send_it(manager: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = manager.cookies
    assert post(strict, "add_site", MAIN).status_code == 403
    assert not Site.objects.exists()


def test_the_description_is_valid_and_names_every_action(manager: Client) -> None:
    description = manager.get("/api/openapi.json").json()
    OpenAPIV31SpecValidator(description).validate()
    assert set(description["paths"]) == {f"/api/actions/{name}" for name in offered_actions()}
    body = description["paths"]["/api/actions/add_site"]["post"]["requestBody"]
    schema = body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    assert set(description["components"]["schemas"][schema]["required"]) == {"name", "time_zone"}


def test_what_only_undo_may_do_has_no_door(manager: Client) -> None:
    internal = {name for name, each in all_actions().items() if each.internal}
    assert {"withdraw_appointment", "withdraw_patient", "restore_patient_details"} <= internal
    for name in internal:
        assert post(manager, name, {}).status_code == 404


def test_a_key_whose_deed_was_undone_does_not_say_done(manager: Client) -> None:
    body = {
        "username": "bo",
        "name": "Bo",
        "password": "correct horse",
        "roles": ["secretary"],
    }
    added = post(manager, "add_user", body, **{"Idempotency-Key": "k"})
    assert post(manager, "undo", {"deed": added.json()["deed"]}).status_code == 200
    again = post(manager, "add_user", body, **{"Idempotency-Key": "k"})
    assert again.status_code == 422
