"""Kept connections: their health check costs nothing while all is well; what they bind is right."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import connection

from caredesk.config.bench.watching import watching
from caredesk.config.embedded import Addresses

_LATE = datetime(2027, 3, 14, 23, 59, 59, 999999, ZoneInfo("America/Denver"))


@pytest.mark.usefixtures("committed_db")
def test_a_session_that_was_ended_is_replaced_before_the_next_request(
    addresses: Addresses,
) -> None:
    before = _session()
    with psycopg.connect(addresses.superuser, autocommit=True) as superuser:
        superuser.execute("SELECT pg_terminate_backend(%s, 5000)", [before])
    connection.close_if_unusable_or_obsolete()
    assert _session() != before


@pytest.mark.usefixtures("committed_db")
def test_a_living_session_is_kept_without_asking_the_server() -> None:
    before = _session()
    connection.close_if_unusable_or_obsolete()
    with watching() as watched:
        assert _session() == before
    assert watched.queries == 1


def _session() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("uuid", [UUID(int=1), UUID(int=2**128 - 1)]),
        ("uuid", [UUID(int=1), None]),
        ("uuid", []),
        ("date", [date(2026, 11, 24), date(1, 1, 1), date(9999, 12, 31)]),
        ("timestamptz", [datetime(2026, 11, 24, 10, 10, tzinfo=UTC), _LATE]),
        ("text", ['a "quoted" word', "a,b", "{c}", "\\", "NULL", ""]),
        ("bigint", [0, -1, 2**63 - 1]),
    ],
)
def test_a_list_comes_back_as_it_was_sent(kind: str, values: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT %s::{kind}[]", [values])
        assert cursor.fetchone() == (values,)


@pytest.mark.django_db
def test_a_list_of_ids_needs_no_cast() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_typeof(%s)::text", [[UUID(int=7)]])
        assert cursor.fetchone() == ("uuid[]",)


@pytest.mark.django_db
def test_lists_with_gaps_stand_beside_lists_without() -> None:
    whole, gap = [UUID(int=1), UUID(int=2)], [None, UUID(int=3)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::uuid[], %s::uuid[], %s::uuid[]", [whole, gap, whole])
        assert cursor.fetchone() == (whole, gap, whole)
