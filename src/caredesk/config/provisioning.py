"""A database with two roles of its own, made and dropped on a server by somebody who may.

Whoever serves one organisation cannot even connect to another's database: CONNECT is taken from
everybody, and given to the one application's role. The owner has it by owning.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg import sql

from caredesk.config import organisations
from caredesk.config.environment import CannotStart
from caredesk.config.organisations import Database, Organisation

_MAY = """SELECT rolsuper OR (rolcreatedb AND rolcreaterole), rolsuper
FROM pg_roles WHERE rolname = current_user"""

_THERE = """SELECT 'the database ' || datname FROM pg_database WHERE datname = %s
UNION ALL SELECT 'the role ' || rolname FROM pg_roles WHERE rolname = ANY(%s)"""

_WHOSE = """SELECT r.rolname FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba
WHERE d.datname = %s"""

_OPEN_TO_ALL = """SELECT datname FROM pg_database d WHERE datallowconn
AND (datacl IS NULL OR EXISTS (SELECT 1 FROM aclexplode(d.datacl)
  WHERE grantee = 0 AND privilege_type = 'CONNECT'))
ORDER BY datname"""

type Connection = psycopg.Connection[Any]


@contextlib.contextmanager
def administering(server: str) -> Iterator[Connection]:
    """The server, as somebody who may make databases and roles."""
    try:
        connection = psycopg.connect(server, autocommit=True, connect_timeout=10)
    except psycopg.Error as error:
        raise CannotStart(f"The database server cannot be reached: {error}".strip()) from error
    with connection:
        (may, _) = _row(connection, _MAY)
        if not may:
            raise CannotStart(
                f"The role {connection.info.user} may not make databases and roles: give the "
                "address of one that has CREATEDB and CREATEROLE."
            )
        yield connection


def make(connection: Connection, organisation: Organisation) -> None:
    """Make both roles and the empty database; refuse where one of these is there."""
    database = organisation.database
    roles = [database.owner, database.application]
    there = [what for (what,) in connection.execute(_THERE, [database.name, roles])]
    if there:
        raise CannotStart(f"{there[0]} is on this server already: nothing was made.")
    try:
        for role, of in zip(roles, ("owner", "application"), strict=True):
            make_role(connection, role, organisation.password(of))
        make_database(connection, database, database.name)
    except BaseException:
        drop(connection, database)
        raise


def make_role(connection: Connection, role: str, password: str) -> None:
    """A role that may log in and no more. The server, and its log, only learn SCRAM's verifier."""
    verifier = connection.pgconn.encrypt_password(
        password.encode(), role.encode(), b"scram-sha-256"
    ).decode()
    connection.execute(
        sql.SQL("CREATE ROLE {} LOGIN PASSWORD {} NOSUPERUSER NOCREATEDB NOCREATEROLE").format(
            sql.Identifier(role), sql.Literal(verifier)
        )
    )


def make_database(connection: Connection, database: Database, name: str) -> None:
    """An empty database for the organisation's owner, closed to everybody but its own roles."""
    owner, application = map(sql.Identifier, (database.owner, database.application))
    with _as_member_of(connection, database.owner):
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(
                sql.Identifier(name), owner
            )
        )
        connection.execute(
            sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name))
        )
        connection.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(name), application)
        )


def open_to_all(connection: Connection) -> list[str]:
    """The databases of this server to which any of its roles may connect."""
    return [name for (name,) in connection.execute(_OPEN_TO_ALL)]


def close_to_all(connection: Connection) -> None:
    """Of a server that is Caredesk's alone: its own databases are nobody's business."""
    for name in open_to_all(connection):
        connection.execute(
            sql.SQL("REVOKE CONNECT, TEMPORARY ON DATABASE {} FROM PUBLIC").format(
                sql.Identifier(name)
            )
        )


def shut(connection: Connection, database: Database) -> None:
    """The application writes nothing any more: what it has open ends, and nothing new begins."""
    _may_log_in(connection, database, "NOLOGIN")
    with _as_member_of(connection, database.application):
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s",
            [database.application],
        )


def open_again(connection: Connection, database: Database) -> None:
    _may_log_in(connection, database, "LOGIN")


def _may_log_in(connection: Connection, database: Database, word: str) -> None:
    role = sql.Identifier(database.application)
    with _as_member_of(connection, database.application):
        connection.execute(sql.SQL("ALTER ROLE {} {}").format(role, sql.SQL(word)))


def drop(connection: Connection, database: Database) -> None:
    """Drop the database and both roles; what is gone already is no error."""
    organisations.refuse_database_of_others(database.name, database)
    _drop_database(connection, database, database.name)
    for role in (database.application, database.owner):
        connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))


def drop_beside(connection: Connection, database: Database, name: str) -> None:
    """Drop what was made beside its database, which is nobody's own: not even this one's."""
    organisations.refuse_database_of_others(name, None)
    _drop_database(connection, database, name)


def _drop_database(connection: Connection, database: Database, name: str) -> None:
    whose = connection.execute(_WHOSE, [name]).fetchone()
    if whose is not None and whose != (database.owner,):
        raise CannotStart(f"The database {name} is the role {whose[0]}'s. Nothing was dropped.")
    with _as_member_of(connection, database.owner):
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )


@contextlib.contextmanager
def _as_member_of(connection: Connection, role: str) -> Iterator[None]:
    """Whoever is no superuser must be a member of a role to give it a database or take it."""
    (_, is_superuser) = _row(connection, _MAY)
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    if is_superuser or known is None:
        yield
        return
    named = sql.Identifier(role)
    connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(named))
    try:
        yield
    finally:
        connection.execute(sql.SQL("REVOKE {} FROM CURRENT_USER").format(named))


def _row(connection: Connection, statement: str) -> tuple[Any, ...]:
    found = connection.execute(statement).fetchone()
    assert found is not None
    return tuple(found)
