"""What the application's role can and cannot do, asked of the real database."""

import psycopg
import pytest
from psycopg import sql

from caredesk.config import roles
from caredesk.config.embedded import APPLICATION, OWNER, Addresses
from caredesk.config.environment import CannotStart
from caredesk.config.refusal import refuse


@pytest.fixture
def application(django_db_setup: None, addresses: Addresses) -> psycopg.Connection[object]:
    return psycopg.connect(addresses.application, autocommit=True)


def tables(connection: psycopg.Connection[object]) -> list[str]:
    found = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    ).fetchall()
    return [str(row[0]) for row in found]  # type: ignore[index]


def may(connection: psycopg.Connection[object], table: str, right: str) -> bool:
    found = connection.execute("SELECT has_table_privilege(%s, %s)", [table, right]).fetchone()
    return found == (True,)


def test_it_deletes_only_what_is_of_the_moment(application: psycopg.Connection[object]) -> None:
    deletable = [name for name in tables(application) if may(application, name, "DELETE")]
    assert deletable == sorted(roles.DELETABLE)


def test_it_empties_nothing(application: psycopg.Connection[object]) -> None:
    assert [name for name in tables(application) if may(application, name, "TRUNCATE")] == []
    assert [name for name in tables(application) if may(application, name, "TRIGGER")] == []


def test_it_rewrites_no_log(application: psycopg.Connection[object]) -> None:
    known = tables(application)
    rewritable = [name for name in known if may(application, name, "UPDATE")]
    assert sorted(set(known) - set(rewritable)) == sorted(
        {*roles.APPEND_ONLY, *roles.READ_ONLY, *roles.FACTS} & set(known)
    )
    assert {*roles.APPEND_ONLY, *roles.FACTS} <= set(known)


@pytest.mark.parametrize("table", sorted(roles.FACTS))
def test_of_a_fact_only_its_end_changes(
    application: psycopg.Connection[object], table: str
) -> None:
    changeable = []
    for column in columns(application, table):
        statement = sql.SQL("UPDATE {0} SET {1} = {1} WHERE false")
        try:
            application.execute(statement.format(sql.Identifier(table), sql.Identifier(column)))
            changeable.append(column)
        except psycopg.errors.InsufficientPrivilege:
            continue
    assert sorted(changeable) == sorted(roles.FACTS[table])


def columns(connection: psycopg.Connection[object], table: str) -> list[str]:
    """Those that somebody could write: a generated one is nobody's to change."""
    found = connection.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 "
        "AND NOT attisdropped AND attgenerated = ''",
        [table],
    ).fetchall()
    return [str(row[0]) for row in found]  # type: ignore[index]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit_entry",
        "UPDATE audit_entry SET name = 'other'",
        "UPDATE kernel_event SET body = '{}'",
        "UPDATE scheduling_step SET at = now()",
        "UPDATE scheduling_cancellation SET reason = 'other'",
        "UPDATE scheduling_overbooking SET by_label = 'other'",
        "UPDATE people_toldapart SET reason = 'other'",
        "UPDATE kernel_deed SET actor = id",
        "UPDATE access_rolegrant SET role = 'manager'",
        "TRUNCATE audit_entry",
        "DROP TABLE audit_entry",
        "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
        "CREATE TABLE mine (a int)",
        "SET session_replication_role = 'replica'",
    ],
)
def test_it_is_refused(application: psycopg.Connection[object], statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute(statement)


def test_it_cannot_give_itself_more(application: psycopg.Connection[object]) -> None:
    """PostgreSQL only warns of such a GRANT, so look at what came of it."""
    application.execute("GRANT DELETE ON audit_entry TO CURRENT_USER")
    assert not may(application, "audit_entry", "DELETE")


def test_granting_again_changes_nothing(addresses: Addresses, django_db_setup: None) -> None:
    question = sql.SQL(
        "SELECT relname, relacl::text FROM pg_class WHERE relacl IS NOT NULL ORDER BY 1"
    )
    with psycopg.connect(addresses.owner) as owner:
        before = owner.execute(question).fetchall()
        roles.grant(owner, APPLICATION)
        assert owner.execute(question).fetchall() == before


def test_serving_as_owner_or_superuser_is_refused(addresses: Addresses) -> None:
    with psycopg.connect(addresses.application) as application:
        refuse(application)
    with psycopg.connect(addresses.owner) as owner, pytest.raises(CannotStart, match="owns"):
        refuse(owner)
    with (
        psycopg.connect(addresses.superuser) as superuser,
        pytest.raises(CannotStart, match="superuser"),
    ):
        refuse(superuser)


@pytest.mark.parametrize(
    ("more", "less", "why"),
    [
        ("ALTER ROLE {} REPLICATION", "ALTER ROLE {} NOREPLICATION", "replicate"),
        ("GRANT pg_write_all_data TO {}", "REVOKE pg_write_all_data FROM {}", "may do more"),
        ("GRANT pg_read_all_data TO {}", "REVOKE pg_read_all_data FROM {}", "may do more"),
        ("GRANT {owner} TO {}", "REVOKE {owner} FROM {}", "owns tables"),
    ],
)
def test_serving_with_a_back_door_is_refused(
    django_db_setup: None, addresses: Addresses, more: str, less: str, why: str
) -> None:
    names = {"owner": sql.Identifier(OWNER)}
    role = sql.Identifier(APPLICATION)
    with psycopg.connect(addresses.superuser, autocommit=True) as superuser:
        superuser.execute(sql.SQL(more).format(role, **names))
        try:
            with (
                psycopg.connect(addresses.application) as application,
                pytest.raises(CannotStart, match=why),
            ):
                refuse(application)
        finally:
            superuser.execute(sql.SQL(less).format(role, **names))
    with psycopg.connect(addresses.application) as application:
        refuse(application)


def test_new_jobs_notify_nobody(addresses: Addresses, django_db_setup: None) -> None:
    with psycopg.connect(addresses.owner) as owner:
        found = owner.execute(
            """SELECT tgname FROM pg_trigger JOIN pg_proc p ON p.oid = tgfoid
            WHERE tgenabled <> 'D' AND p.prosrc ILIKE '%pg_notify%'"""
        ).fetchall()
    assert found == []
