"""After wrong passwords one waits, at the real door; a known browser never for what others do."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from tests.test_actions import MANAGER, SECRETARY

from caredesk.access.actions import add_user
from caredesk.access.models import User
from caredesk.access.waits.actions import lift_wait
from caredesk.access.waits.devices import COOKIE
from caredesk.access.waits.jobs import forget_failures
from caredesk.access.waits.models import Failures
from caredesk.access.waits.rules import LIMITS, TRIES_AT_KNOWN_DEVICE
from caredesk.audit.models import Entry
from caredesk.kernel import clock
from caredesk.kernel.errors import Refused

PASSWORD = "correct horse battery"
STRANGER = "203.0.113.9"


@pytest.fixture
def ana(db: None) -> User:
    user = add_user("ana", "Ana Ruiz", PASSWORD, ["secretary"], by=MANAGER).user
    return User.objects.get(pk=user)


def attempt(
    password: str, name: str = "ana", address: str = STRANGER, client: Client | None = None
) -> Any:
    at = client or Client()
    return at.post("/sign-in/", {"username": name, "password": password}, REMOTE_ADDR=address)


def in_seconds(seconds: float) -> Any:
    return clock.stopped_at(clock.now() + timedelta(seconds=seconds))


def test_after_some_wrong_ones_one_waits_and_is_told_how_long(ana: User) -> None:
    with clock.stopped_at(clock.now()):
        for _ in range(LIMITS["pair"].free - 1):
            answer = attempt("wrong")
            assert answer.status_code == 422
            assert "Wait" not in answer.content.decode()
        answer = attempt("wrong")
        assert answer.status_code == 422
        assert "Wait 5 seconds, then try again." in answer.content.decode()
        answer = attempt(PASSWORD)
        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == "5"
        assert "Wait 5 seconds, then try again." in answer.content.decode()
        with in_seconds(4.2):
            assert attempt(PASSWORD).headers["Retry-After"] == "1"
        with in_seconds(5):
            assert attempt(PASSWORD).status_code == 302


def test_a_long_wait_names_the_time(ana: User) -> None:
    with clock.stopped_at(clock.now().replace(hour=14, minute=2, second=0, microsecond=0)):
        now = clock.now()
        for number in range(40):
            with clock.stopped_at(now - timedelta(hours=12) + timedelta(minutes=16 * number)):
                attempt("wrong")
        with clock.stopped_at(now):
            attempt("wrong")
            words = attempt(PASSWORD).content.decode()
        assert "Wait 15 minutes: try again at 2:17 pm." in words


def test_right_again_and_what_one_failed_before_is_forgotten(ana: User) -> None:
    with clock.stopped_at(clock.now()):
        for _ in range(LIMITS["pair"].free - 1):
            attempt("wrong")
        assert attempt(PASSWORD).status_code == 302
        for _ in range(LIMITS["pair"].free - 1):
            assert attempt("wrong").status_code == 422
        assert attempt(PASSWORD).status_code == 302


def test_at_a_known_browser_the_right_password_works_whatever_strangers_do(ana: User) -> None:
    with clock.stopped_at(clock.now()):
        known = Client()
        assert attempt(PASSWORD, client=known, address="192.0.2.1").status_code == 302
        known.post("/sign-out/")
        # From very many addresses, and from her own: the account's limit is long reached.
        for number in range(LIMITS["account"].free + 5):
            attempt("wrong", address=f"203.0.113.{number}")
        for _ in range(LIMITS["pair"].free + 2):
            attempt("wrong", address="192.0.2.1")
        assert attempt(PASSWORD, address="198.51.100.7").status_code == 429
        assert attempt(PASSWORD, client=known, address="192.0.2.1").status_code == 302
        # Also after own typing errors, and at another address.
        for _ in range(TRIES_AT_KNOWN_DEVICE - 1):
            assert attempt("wrong", client=known, address="192.0.2.1").status_code == 422
        assert attempt(PASSWORD, client=known, address="192.0.2.77").status_code == 302


def test_a_known_browser_is_no_way_to_guess_on_and_on(ana: User) -> None:
    with clock.stopped_at(clock.now()):
        known = Client()
        attempt(PASSWORD, client=known)
        known.post("/sign-out/")
        for _ in range(TRIES_AT_KNOWN_DEVICE + LIMITS["pair"].free):
            attempt("wrong", client=known)
        assert attempt(PASSWORD, client=known).status_code == 429


def test_it_is_known_for_who_signed_in_and_cannot_be_forged(ana: User) -> None:
    add_user("ben", "Ben Ode", PASSWORD, ["secretary"], by=MANAGER)
    with clock.stopped_at(clock.now()):
        bens = Client()
        assert attempt(PASSWORD, "ben", client=bens).status_code == 302
        forged = Client()
        forged.cookies[COOKIE] = bens.cookies[COOKIE].value[:-3] + "abc"
        for number in range(LIMITS["account"].free):
            attempt("wrong", address=f"203.0.113.{number}")
        assert attempt(PASSWORD, client=bens).status_code == 429
        assert attempt(PASSWORD, client=forged).status_code == 429
        cookie = bens.cookies[COOKIE]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"


def test_many_addresses_are_one_account_and_many_of_ipv6_one_place(ana: User) -> None:
    with clock.stopped_at(clock.now()):
        for number in range(LIMITS["pair"].free):
            attempt("wrong", address=f"2001:db8:0:1::{number:x}")
        assert attempt(PASSWORD, address="2001:db8:0:1:ffff::1").status_code == 429
        assert attempt(PASSWORD, address="2001:db8:0:2::1").status_code == 302


def test_one_address_cannot_try_all_accounts(ana: User) -> None:
    with clock.stopped_at(clock.now()):
        for number in range(LIMITS["address"].free):
            assert attempt("wrong", f"guess{number}").status_code == 422
        answer = attempt(PASSWORD)
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) <= 60


def test_a_name_that_nobody_has_waits_the_same(ana: User) -> None:
    with clock.stopped_at(clock.now()):
        told = {}
        for name in ("ana", "nobody"):
            answers = [
                attempt("wrong", name, f"203.0.113.{len(name)}")
                for _ in range(LIMITS["pair"].free + 1)
            ]
            told[name] = [(each.status_code, each.headers.get("Retry-After")) for each in answers]
        assert told["ana"] == told["nobody"]


def test_a_manager_sees_and_lifts_it_for_a_while(ana: User) -> None:
    with clock.stopped_at(clock.now()):
        for number in range(LIMITS["account"].free):
            attempt("wrong", address=f"203.0.113.{number}")
        assert attempt(PASSWORD, address="198.51.100.7").status_code == 429
        with pytest.raises(Refused) as refused:
            lift_wait(ana.id, by=SECRETARY)
        assert refused.value.forbidden
        lift_wait(ana.id, by=MANAGER)
        # The attack goes on, and she is still let in.
        for number in range(LIMITS["account"].free + 5):
            attempt("wrong", address=f"203.0.113.{number}")
        assert attempt(PASSWORD, address="198.51.100.7").status_code == 302
        with in_seconds(31 * 60):
            attempt("wrong", address="203.0.113.1")
            assert attempt(PASSWORD, address="198.51.100.8").status_code == 429


def test_what_failed_is_on_record_without_what_was_typed(ana: User) -> None:
    typed = "my password in the wrong field"
    attempt("wrong one", "ana")
    attempt("wrong two", typed)
    entries = list(Entry.objects.filter(kind="sign-in failed").order_by("seq"))
    assert [(each.name, each.subjects) for each in entries] == [
        ("password", [ana.id]),
        ("password", []),
    ]
    assert {each.address for each in entries} == {STRANGER}
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, '') FROM audit_entry t")
        [dump] = cursor.fetchone()
        cursor.execute("SELECT string_agg(t::text, '') FROM access_failures t")
        [counts] = cursor.fetchone()
    for secret in (typed, typed.encode().hex(), "wrong one", "wrong two"):
        assert secret not in dump
        assert secret not in counts


def test_of_a_wait_the_first_that_is_turned_away_is_on_record(ana: User) -> None:
    with clock.stopped_at(clock.now()):
        for _ in range(LIMITS["pair"].free + 4):
            attempt("wrong")
        with in_seconds(6):
            attempt("wrong")
            for _ in range(3):
                attempt(PASSWORD)
    refusals = list(Entry.objects.filter(kind="sign-in failed", name="password during a wait"))
    assert [(each.name, each.subjects, each.address) for each in refusals] == [
        ("password during a wait", [ana.id], STRANGER)
    ] * 2


def test_failures_are_swept_when_they_count_no_more(ana: User) -> None:
    attempt("wrong")
    forget_failures()
    assert Failures.objects.count() == 3
    with in_seconds(24 * 60 * 60 + 1):
        forget_failures()
    assert Failures.objects.count() == 0


def test_many_at_once_count_as_many(committed_db: None) -> None:
    add_user("ana", "Ana Ruiz", PASSWORD, ["secretary"], by=MANAGER)
    start = threading.Barrier(12)
    codes: list[int] = []

    def guess() -> None:
        start.wait()
        try:
            codes.append(attempt("wrong").status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(codes) == 12
    assert codes.count(422) == LIMITS["pair"].free
