"""Factors are set up, prove once, end with a trace; what is kept of them gives nothing away."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import UUID

import pyotp
import pytest
from django.db import connection
from tests.test_actions import MANAGER

from caredesk.access.actions import add_user
from caredesk.access.factors.actions import (
    add_app,
    add_passkey,
    end_app,
    end_passkey,
    make_recovery_codes,
    prove_with_app,
    prove_with_passkey,
    prove_with_recovery_code,
)
from caredesk.access.factors.demands import demand_factor, end_factor_demand, reset_factors
from caredesk.access.factors.queries import demanded_roles, factors_of
from caredesk.access.rules import permissions_of
from caredesk.audit.models import Entry
from caredesk.kernel import clock
from caredesk.kernel.action import all_actions, offered_actions
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Missing, Refused
from caredesk.kernel.undo import undo

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def actor(name: str, role: str = "secretary") -> Actor:
    user = add_user(name, name.title(), "correct horse battery", [role], by=MANAGER).user
    return Actor("user", user, name.title(), frozenset({role}), permissions_of([role]))


@pytest.fixture
def ana() -> Actor:
    return actor("ana")


def code(seconds_from_now: int = 0) -> str:
    return str(pyotp.TOTP(SECRET).at(clock.now() + timedelta(seconds=seconds_from_now)))


def with_app(by: Actor) -> None:
    add_app(SECRET, code(), by=by)


def with_passkey(by: Actor, credential: bytes = b"one") -> UUID:
    return add_passkey("Key", "localhost", credential, b"key", ["usb"], 0, False, by=by).factor


def in_steps(steps: int) -> AbstractContextManager[None]:
    return clock.stopped_at(clock.now() + timedelta(seconds=30 * steps))


def test_an_app_proves_with_each_code_once(ana: Actor) -> None:
    with clock.stopped_at(clock.now()):
        with_app(ana)
        with pytest.raises(Refused, match="used before"):
            prove_with_app(code(), by=ana)  # the one that set it up
        with in_steps(1):
            prove_with_app(code(), by=ana)
            with pytest.raises(Refused):
                prove_with_app(code(), by=ana)
            with pytest.raises(Refused):
                prove_with_app(code(-30), by=ana)  # an older one, still near enough
        with in_steps(2):
            prove_with_app(f" {code()[:3]} {code()[3:]} ", by=ana)


def test_the_demo_clock_moves_no_code(ana: Actor, settings: object) -> None:
    with_app(ana)
    settings.CAREDESK_CLOCK_OFFSET = -7 * 3600.0  # type: ignore[attr-defined]
    true = clock.now() + timedelta(hours=7)
    prove_with_app(str(pyotp.TOTP(SECRET).at(true + timedelta(seconds=30))), by=ana)


def test_a_wrong_code_sets_up_and_proves_nothing(ana: Actor) -> None:
    with pytest.raises(Refused) as refused:
        add_app(SECRET, "000000" if code() != "000000" else "111111", by=ana)
    assert refused.value.field == "code"
    assert not factors_of(ana.id).any
    with pytest.raises(Refused):
        prove_with_app(code(), by=ana)


def test_ones_factor_proves_nobody_else(ana: Actor) -> None:
    ben = actor("ben")
    with_app(ana)
    key = with_passkey(ana)
    [*codes] = make_recovery_codes(by=ana).codes
    with in_steps(1):
        attempts: list[Callable[[], object]] = [
            lambda: prove_with_app(code(), by=ben),
            lambda: prove_with_passkey(key, 1, False, by=ben),
            lambda: end_passkey(key, by=ben),
            lambda: prove_with_recovery_code(codes[0], by=ben),
            lambda: end_app(by=ben),
        ]
        for attempt in attempts:
            with pytest.raises((Refused, Missing)):
                attempt()
    assert factors_of(ana.id).codes_left == 10
    assert factors_of(ana.id).app_since


def test_a_recovery_code_is_good_once_and_new_ones_end_the_former(ana: Actor) -> None:
    with_app(ana)
    first = make_recovery_codes(by=ana).codes
    prove_with_recovery_code(first[0].upper().replace("-", " "), by=ana)
    with pytest.raises(Refused, match="used before"):
        prove_with_recovery_code(first[0], by=ana)
    assert factors_of(ana.id).codes_left == 9
    second = make_recovery_codes(by=ana).codes
    assert factors_of(ana.id).codes_left == 10
    with pytest.raises(Refused):
        prove_with_recovery_code(first[1], by=ana)
    prove_with_recovery_code(second[1], by=ana)


def test_a_passkey_that_counts_never_counts_back(ana: Actor) -> None:
    key = with_passkey(ana)
    prove_with_passkey(key, 7, False, by=ana)
    for count in (7, 6, 1):
        with pytest.raises(Refused):
            prove_with_passkey(key, count, False, by=ana)
    prove_with_passkey(key, 8, True, by=ana)
    end_passkey(key, by=ana)
    with pytest.raises(Missing):
        prove_with_passkey(key, 9, True, by=ana)


def test_codes_go_with_the_last_factor(ana: Actor) -> None:
    with_app(ana)
    key = with_passkey(ana)
    make_recovery_codes(by=ana)
    end_app(by=ana)
    assert factors_of(ana.id).codes_left == 10
    end_passkey(key, by=ana)
    assert factors_of(ana.id).codes_left == 0


def test_where_it_is_demanded_the_last_factor_stays(ana: Actor) -> None:
    demand_factor("secretary", by=MANAGER)
    with_app(ana)
    with pytest.raises(Refused, match="only one"):
        end_app(by=ana)
    key = with_passkey(ana)
    end_app(by=ana)
    with pytest.raises(Refused, match="only one"):
        end_passkey(key, by=ana)


def test_a_demand_is_a_fact_that_ends_and_is_undone(ana: Actor) -> None:
    done = demand_factor.perform({"role": "manager"}, by=MANAGER)
    assert demanded_roles() == {"manager"}
    with pytest.raises(Refused):
        demand_factor("manager", by=MANAGER)
    undo(done.deed, by=MANAGER)
    assert demanded_roles() == set()
    with pytest.raises(Refused):
        end_factor_demand("manager", by=MANAGER)
    with pytest.raises(Refused):
        demand_factor("emperor", by=MANAGER)
    with pytest.raises(Refused) as refused:
        demand_factor("secretary", by=ana)
    assert refused.value.forbidden


def test_a_manager_resets_all_factors_of_who_lost_them(ana: Actor) -> None:
    with_app(ana)
    with_passkey(ana)
    codes = make_recovery_codes(by=ana).codes
    reset_factors(ana.id, by=MANAGER)
    assert not factors_of(ana.id).any
    with pytest.raises(Refused):
        prove_with_recovery_code(codes[0], by=ana)
    assert Entry.objects.get(name="reset_factors").actor == MANAGER.id


def test_neither_the_tables_nor_the_log_hold_a_secret(ana: Actor) -> None:
    with_app(ana)
    codes = make_recovery_codes(by=ana).codes
    prove_with_recovery_code(codes[0], by=ana)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [row[0] for row in cursor.fetchall()]
        dump = ""
        for table in tables:
            cursor.execute(f"SELECT t::text FROM {table} t")
            dump += "".join(row[0] for row in cursor.fetchall())
    raw = [SECRET, *codes, *(each.replace("-", "") for each in codes)]
    for secret in raw:
        assert secret not in dump
        assert secret.encode().hex() not in dump
    assert "add_app" in json.dumps(list(Entry.objects.values_list("name", flat=True)))


def test_no_program_reaches_what_asks_for_a_proof_first() -> None:
    guarded = {
        name for name, each in all_actions().items() if each.permission == "access.own_factors"
    }
    assert len(guarded) >= 9
    assert not guarded & set(offered_actions())
    assert "change_own_password" not in offered_actions()
