"""What the application's database role may do. Granted by the owner after each migration.

The application may read, insert and update; it may delete from the tables named here and from no
other, and it can neither rewrite nor empty a log.
"""

from typing import Any

import psycopg
from psycopg import sql

# What is only of the moment, or made anew from what is kept (the index of the search for people).
# `procrastinate_workers` holds the heartbeats of running workers.
DELETABLE = (
    "access_session",
    "audit_settlingsearch",
    "people_patientword",
    "people_searchline",
    "procrastinate_workers",
    "ui_draft",
)

# Written once, never changed. The columns are those that only the database fills: a row's place
# in its log and its time.
APPEND_ONLY = {
    "audit_entry": ("xid", "seq", "at"),
    "audit_seal": ("sealed_at",),
    "kernel_event": ("xid", "seq", "at"),
}

# Django's own bookkeeping, which only a migration writes.
READ_ONLY = (
    "django_migrations",
    "django_content_type",
    "auth_permission",
    "auth_group",
    "auth_group_permissions",
)

_LOCK = 7_201_544_113

_TABLES = """SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') ORDER BY c.relname"""

_COLUMNS = """SELECT attname FROM pg_attribute
WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped ORDER BY attnum"""

_TOO_MUCH = """SELECT
  rolsuper AS "is a superuser",
  rolcreatedb AS "may create databases",
  rolcreaterole AS "may create roles",
  rolbypassrls AS "ignores row security",
  pg_has_role(oid, (SELECT datdba FROM pg_database WHERE datname = current_database()),
    'MEMBER') AS "owns the database",
  EXISTS (SELECT 1 FROM pg_class WHERE relowner = r.oid) AS "owns tables"
FROM pg_roles r WHERE rolname = current_user"""


def grant(owner: psycopg.Connection[Any], application: str) -> None:
    """Give the application's role what it needs and nothing else. Doing it again is harmless."""
    role = sql.Identifier(application)
    with owner.transaction():
        owner.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        for statement in (
            "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}",
            "GRANT USAGE ON SCHEMA public TO {}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
        ):
            owner.execute(sql.SQL(statement).format(role))
        for (table,) in owner.execute(_TABLES).fetchall():
            owner.execute(
                sql.SQL("GRANT {} ON {} TO {}").format(
                    _rights_on(table, owner), sql.Identifier(table), role
                )
            )


def _rights_on(table: str, owner: psycopg.Connection[Any]) -> sql.Composable:
    """The rights of the application's role on a table."""
    if table in READ_ONLY:
        return sql.SQL("SELECT")
    if table in APPEND_ONLY:
        columns = [name for (name,) in owner.execute(_COLUMNS, [table]).fetchall()]
        given = [sql.Identifier(name) for name in columns if name not in APPEND_ONLY[table]]
        return sql.SQL("SELECT, INSERT ({})").format(sql.SQL(", ").join(given))
    if table in DELETABLE:
        return sql.SQL("SELECT, INSERT, UPDATE, DELETE")
    return sql.SQL("SELECT, INSERT, UPDATE")


def too_powerful(connection: psycopg.Connection[Any]) -> list[str]:
    """Why this connection's role must not serve: empty where it is the application's."""
    cursor = connection.execute(_TOO_MUCH)
    row, names = cursor.fetchone(), [column.name for column in cursor.description or ()]
    return [name for name, has in zip(names, row or (), strict=True) if has]
