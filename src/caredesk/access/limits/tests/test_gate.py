"""Who asks too much is told when to come back, at the real door."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests import world as cast
from tests.world import World, signed_in

from caredesk.access.limits import gate
from caredesk.access.limits.rules import Rate
from caredesk.audit.models import Entry

pytestmark = pytest.mark.django_db


@dataclass
class Steady:
    """A clock that goes on when it is told to."""

    at: float = 100.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def steady(monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> Iterator[Steady]:
    clock = Steady()
    monkeypatch.setattr(gate, "now", clock)
    settings.CAREDESK_LIMITS = {
        "session": Rate(60, 3),
        "address": Rate(60, 5),
        "sign-in": Rate(6, 2),
    }
    gate.buckets.clear()
    yield clock
    gate.buckets.clear()


@pytest.fixture
def world() -> World:
    return cast.build()


def test_a_session_that_asks_too_much_is_told_when_to_come_back(
    world: World, steady: Steady
) -> None:
    ana = signed_in(world, "ana")
    assert [ana.get("/patients/").status_code for _ in range(3)] == [200] * 3
    refused = ana.get("/patients/")
    assert (refused.status_code, refused["Retry-After"]) == (429, "1")
    assert "Wait 1 second." in refused.content.decode()
    assert "Fernández" not in refused.content.decode()
    steady.at += 1
    assert ana.get("/patients/").status_code == 200


def test_a_program_of_the_session_reads_it_as_problem_details(world: World, steady: Steady) -> None:
    ana = signed_in(world, "ana")
    answers = [ana.get("/api/openapi.json") for _ in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert answers[-1]["Content-Type"] == "application/problem+json"
    assert answers[-1].json()["next_step"] == "Wait 1 second."


def test_a_colleague_at_the_same_address_goes_on(world: World, steady: Steady) -> None:
    ana, ben = signed_in(world, "ana"), signed_in(world, "ben")
    assert [ana.get("/drafts/").status_code for _ in range(4)][-1] == 429
    assert ben.get("/drafts/").status_code != 429


def test_signing_in_is_counted_more_strictly_and_by_address(world: World, steady: Steady) -> None:
    sent = {"username": "ana", "password": "wrong horse battery"}
    assert [Client().post("/sign-in/", sent).status_code for _ in range(3)] == [422, 422, 429]
    told = Client().post("/sign-in/", sent)
    assert told["Retry-After"] == "10"
    assert "Wait 10 seconds." in told.content.decode()
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert elsewhere.post("/sign-in/", sent).status_code == 422


def test_who_is_nobody_is_counted_by_address(world: World, steady: Steady) -> None:
    asked = [Client().get("/patients/").status_code for _ in range(6)]
    assert asked == [302] * 5 + [429]
    assert signed_in(world, "ana").get("/patients/").status_code == 200
    assert Client().get("/health/").status_code == 200


def test_who_has_a_whole_network_of_ipv6_is_counted_as_one(world: World, steady: Steady) -> None:
    near = [Client(REMOTE_ADDR=f"2001:db8:1:1::{number}") for number in range(1, 7)]
    assert [each.get("/patients/").status_code for each in near] == [302] * 5 + [429]
    assert Client(REMOTE_ADDR="2001:db8:1:2::1").get("/patients/").status_code == 302


def test_what_is_refused_is_on_record_once_a_minute(world: World, steady: Steady) -> None:
    ana = signed_in(world, "ana")
    for _ in range(10):
        ana.get("/drafts/")
    refused = Entry.objects.filter(kind="refusal", name="too much")
    assert refused.get().actor == world.users["ana"].id
    steady.at += 61
    for _ in range(10):
        ana.get("/drafts/")
    assert refused.count() == 2


def test_counting_costs_no_statement(world: World, steady: Steady, settings: LazySettings) -> None:
    ana = signed_in(world, "ana")
    ana.get("/drafts/")
    with CaptureQueriesContext(
        connection,
    ) as counted:
        ana.get("/drafts/")
    settings.CAREDESK_LIMITS = {}
    with CaptureQueriesContext(connection) as without:
        ana.get("/drafts/")
    assert len(counted) == len(without)
