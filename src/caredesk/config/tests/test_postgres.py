"""The health check of kept connections: free while all is well, and right when it is not."""

import psycopg
import pytest
from django.db import connection

from caredesk.config.bench.watching import watching
from caredesk.config.embedded import Addresses


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
