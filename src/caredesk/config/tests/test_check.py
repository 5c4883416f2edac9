"""`caredesk check` finds what is wrong, and nothing where nothing is."""

import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace

import psycopg
import pytest
from django.test import override_settings
from psycopg import sql

from caredesk.config import (
    check,
    findings_calendar,
    findings_front,
    findings_machine,
    findings_server,
    roles,
)
from caredesk.config.embedded import APPLICATION, Addresses
from caredesk.config.findings import Finding
from caredesk.config.proxies import read_proxies
from caredesk.scheduling import jobs
from caredesk.scheduling.tests.world import at_the_desk


def states(findings: Iterator[Finding]) -> set[str]:
    return {finding.state for finding in findings}


@pytest.mark.django_db
def test_a_sound_installation_has_no_failures() -> None:
    found = list(check.find())
    assert [finding.line() for finding in found if finding.state == "fail"] == []
    assert [finding.what for finding in found if finding.state == "warn"] == [
        "No worker runs (0 jobs wait)"
    ]


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("GRANT DELETE ON audit_entry TO {}", "may delete from audit_entry"),
        ("GRANT TRUNCATE ON people_patient TO {}", "may empty people_patient"),
        ("GRANT UPDATE ON audit_entry TO {}", "may rewrite audit_entry"),
        ("GRANT UPDATE (name) ON audit_entry TO {}", "may rewrite audit_entry (name)"),
        ("GRANT UPDATE (at) ON scheduling_step TO {}", "may rewrite scheduling_step (at)"),
        ("GRANT UPDATE ON django_migrations TO {}", "may rewrite django_migrations"),
        ("GRANT INSERT (seq) ON kernel_event TO {}", "may do INSERT on kernel_event (seq)"),
        ("REVOKE SELECT ON audit_seal FROM {}", "may not do SELECT on audit_seal"),
        ("REVOKE INSERT ON people_phone FROM {}", "may not do INSERT on people_phone"),
    ],
)
def test_a_right_too_many_or_too_few_is_found(
    committed_db: None, addresses: Addresses, statement: str, says: str
) -> None:
    with psycopg.connect(addresses.owner, autocommit=True) as owner:
        owner.execute(sql.SQL(statement).format(sql.Identifier(APPLICATION)))
        try:
            found = list(findings_server.rights())
        finally:
            roles.grant(owner, APPLICATION)
    assert [(each.state, each.what) for each in found] == [("fail", f"The application {says}")]
    assert [each.state for each in findings_server.rights()] == ["ok"]


def test_a_worker_is_known_by_its_heartbeat(committed_db: None, addresses: Addresses) -> None:
    with psycopg.connect(addresses.owner, autocommit=True) as owner:
        owner.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
        assert states(findings_server.worker()) == {"ok"}
        owner.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '5 min'")
        assert states(findings_server.worker()) == {"warn"}


def test_a_proxy_that_is_not_named_is_found() -> None:
    with override_settings(SESSION_COOKIE_SECURE=False, CAREDESK_PROXIES=()):
        assert states(findings_front.proxies()) == set()
    with override_settings(SESSION_COOKIE_SECURE=True, CAREDESK_PROXIES=()):
        assert states(findings_front.proxies()) == {"warn"}
    with override_settings(
        SESSION_COOKIE_SECURE=True, CAREDESK_PROXIES=read_proxies("127.0.0.1, 10.0.0.0/8")
    ):
        [finding] = findings_front.proxies()
        assert finding.state == "ok"
        assert "127.0.0.1/32, 10.0.0.0/8" in finding.what


@pytest.mark.django_db
def test_a_clock_that_is_off_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert states(findings_machine.clock()) == {"ok"}
    for seconds, state in ((5, "warn"), (90, "fail")):
        off = datetime.now(UTC).timestamp() + seconds
        monkeypatch.setattr(time, "time", lambda off=off: off)
        assert states(findings_machine.clock()) == {state}


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["America/New_York", "America/Phoenix", "Europe/Berlin"])
def test_python_and_the_database_agree_about_zones(zone: str) -> None:
    assert findings_machine._agrees(zone)


@pytest.mark.django_db
def test_a_full_disk_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    for free, state in ((2**40, "ok"), (2**30, "warn"), (2**20, "fail")):
        usage = SimpleNamespace(free=free)
        monkeypatch.setattr(shutil, "disk_usage", lambda _, usage=usage: usage)
        assert states(findings_machine.disk()) == {state}


def test_a_database_that_is_away_is_one_failure(committed_db: None) -> None:
    from django.db import connections

    from caredesk.config.database import replace, use

    before = {**connections.settings}
    use("postgresql://nobody@127.0.0.1:1/nothing", None)
    try:
        found = list(check.find())
    finally:
        replace(before)
    assert [finding.state for finding in found] == ["ok", "fail"]
    assert "cannot be reached" in found[1].what


@override_settings(CAREDESK_CLOCK_OFFSET=3600.0)
@pytest.mark.django_db
def test_a_demo_clock_is_no_fault_and_is_said() -> None:
    found = list(findings_machine.clock())
    assert [each.state for each in found] == ["ok", "ok"]
    assert found[1].what == "The desk shows the demo practice's time"


def test_free_times_that_are_wrong_are_found_and_mended(
    committed_db: None, addresses: Addresses
) -> None:
    with at_the_desk():
        jobs.extend_masks()
        assert states(findings_calendar.free_times()) == {"ok"}
        with psycopg.connect(addresses.owner, autocommit=True) as owner:
            owner.execute("UPDATE scheduling_freeday SET free = ~free")
        assert states(findings_calendar.free_times()) == {"warn"}
        findings_calendar.mend_free_times()
        assert states(findings_calendar.free_times()) == {"ok"}
