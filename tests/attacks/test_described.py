"""The JSON door is what its description says: whatever is made from it is answered as described.

Schemathesis makes bodies from the OpenAPI document, those that fit it and those that do not, and
judges each answer by it. `tests/test_hostile_json.py` is the other half: it knows no description of
answers, and sends what no description would lead to.

In `make test` the seed is fixed and the examples are few. `make fuzz MINUTES=30` goes on with one
new seed after the other, and names each.
"""

import os
import secrets
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import seed as seeded
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests import world as cast
from tests.world import World

from caredesk.access.models import RoleGrant
from caredesk.access.rules import STAFF
from caredesk.interfaces.actions.description import describe_actions

pytestmark = pytest.mark.django_db

USUAL_SEED = 20_261_126
# So many bodies that fit and so many that do not, for each action.
FITTING, BROKEN = 6, 4
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]


@pytest.fixture
def world() -> World:
    return cast.build()


@pytest.fixture
def cookies(world: World) -> dict[str, str]:
    """Somebody who may do everything that staff can."""
    user = world.users["mia"]
    for role in set(STAFF) - {"manager"}:
        RoleGrant.objects.create(user=user, role=role)
    client = Client()
    client.force_login(user)
    cast.has_just_proved(client)
    found = {name: morsel.value for name, morsel in client.cookies.items()}
    return {**found, "caredesk_csrf": "c" * 32}


@pytest.fixture(autouse=True)
def _same_connection() -> Iterator[None]:
    """What is asked runs in the test's own transaction, as with Django's test client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def ids(world: World) -> dict[str, list[UUID]]:
    """What is there, by the name under which actions ask for it."""
    resources = list(world.resources.values())
    return {
        "patient": list(world.patients.values()),
        "patients": list(world.patients.values()),
        "appointment": list(cast.book_everybody(world).values()),
        "visit_type": list(world.visit_types.values()),
        "site": list(world.sites.values()),
        "resource": resources,
        "resources": resources,
        "user": [world.users["ben"].id],
    }


def rounds() -> Iterator[int]:
    """The seeds to go by: the usual one, or new ones until the time is over."""
    minutes = float(os.environ.get("CAREDESK_FUZZ_MINUTES", "0"))
    if not minutes:
        yield int(os.environ.get("CAREDESK_FUZZ_SEED", USUAL_SEED))
        return
    until = time.monotonic() + 60 * minutes
    while time.monotonic() < until:
        seed = secrets.randbelow(2**31)
        print(f"seed {seed}: CAREDESK_FUZZ_SEED={seed} repeats it", flush=True)  # noqa: T201
        yield seed


def with_known_ids(value: Any, ids: dict[str, list[UUID]], name: str = "") -> Any:
    """The same body, with things that exist in place of made-up ids: else all would be missing."""
    if isinstance(value, dict):
        return {key: with_known_ids(each, ids, str(key)) for key, each in value.items()}
    if isinstance(value, list):
        return [with_known_ids(each, ids, name) for each in value]
    if name in ids and _is_id(value):
        return str(ids[name][UUID(value).int % len(ids[name])])
    return value


def _is_id(value: Any) -> bool:
    try:
        return isinstance(value, str) and len(value) == 36 and bool(UUID(value))
    except ValueError:
        return False


def test_every_action_is_answered_as_described(
    cookies: dict[str, str], ids: dict[str, list[UUID]]
) -> None:
    door = Door(cookies, ids)
    for seed in rounds():
        for mode, examples in (("POSITIVE", FITTING), ("NEGATIVE", BROKEN)):
            for operation in door.operations():
                door.try_out(operation, mode, examples, seed)
    assert door.answers.get(200, 0) > 20, door.answers
    assert set(door.answers) <= {200, 403, 404, 409, 422}, door.answers


class Door:
    """The running application, and how often it has answered what."""

    def __init__(self, cookies: dict[str, str], ids: dict[str, list[UUID]]) -> None:
        self._cookies, self._ids = cookies, ids
        self._application = get_wsgi_application()
        # It comes from code: were it not a description, nothing of this would start.
        # Whose door it is stays the same: made-up tokens open none.
        config = schemathesis.Config.from_dict({"generation": {"with-security-parameters": False}})
        self._schema = schemathesis.openapi.from_dict(describe_actions(), config=config)
        self.answers: dict[int, int] = {}

    def operations(self) -> list[Any]:
        every: list[Any] = list(self._schema.get_all_operations())
        return [found.ok() for found in every]

    def try_out(self, operation: Any, mode: str, examples: int, seed: int) -> None:
        strategy = operation.as_strategy(generation_mode=schemathesis.GenerationMode[mode])

        @seeded(seed)
        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=strategy)
        def send(case: Any) -> None:
            case.body = with_known_ids(case.body, self._ids)
            answer = self._send(case)
            self.answers[answer.status_code] = self.answers.get(answer.status_code, 0) + 1
            case.validate_response(answer, checks=CHECKS)

        send()

    def _send(self, case: Any) -> Any:
        """In this transaction; whatever happened is taken back."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            answer = case.call(
                app=self._application,
                base_url="http://localhost",
                cookies=self._cookies,
                headers={"X-CSRFToken": "c" * 32},
            )
            transaction.set_rollback(True)
        return answer
