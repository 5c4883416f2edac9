"""The database server: can it be reached, what may our role do, does the worker work?"""

from collections.abc import Iterator
from typing import Any

from django.db import DatabaseError, connection

from caredesk.config import migrating, roles
from caredesk.config.findings import Finding, fail, ok, warn

OLDEST = 15
_EXTENSIONS = ("btree_gist",)
_HEARTBEAT_SECONDS = 60

_RIGHTS = """SELECT c.relname, privileges.name FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN unnest(ARRAY['DELETE', 'TRUNCATE', 'UPDATE', 'SELECT']) AS privileges(name)
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
AND has_table_privilege(current_user, c.oid, privileges.name)"""

_JOBS = """SELECT
  count(*) FILTER (WHERE status = 'failed'),
  count(*) FILTER (WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now()),
  (SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers)
FROM procrastinate_jobs WHERE status IN ('failed', 'todo')"""


def reachable() -> Iterator[Finding]:
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        yield fail(
            f"The database cannot be reached: {str(error).strip()}",
            "Start it, or correct DATABASE_URL; without DATABASE_URL the embedded one is used.",
        )
        return
    (version,) = _row("SELECT current_setting('server_version_num')::int / 10000")
    (name,) = _row("SELECT current_setting('server_version')")
    if version < OLDEST:
        yield fail(f"PostgreSQL {name} is too old", f"Use PostgreSQL {OLDEST} or newer.")
    else:
        yield ok(f"PostgreSQL {name} answers")


def rights() -> Iterator[Finding]:
    again = "Run `caredesk migrate`, which grants anew."
    powerful = roles.too_powerful(connection.connection)
    if powerful:
        yield fail(
            f"The role of DATABASE_URL {' and '.join(powerful)}",
            "Nothing serves as this role: use the application's (docs: your own server).",
        )
        return
    held = {(table, right) for table, right in _rows(_RIGHTS)}
    tables = {table for table, _ in held}
    for table in sorted(tables):
        if ("TRUNCATE" in _of(held, table)) or (
            "DELETE" in _of(held, table) and table not in roles.DELETABLE
        ):
            yield fail(f"The application may delete from {table}", again)
        if table in roles.APPEND_ONLY and "UPDATE" in _of(held, table):
            yield fail(f"The application may rewrite {table}", again)
    missing = [table for table in roles.APPEND_ONLY if table not in tables]
    if missing:
        yield fail(f"The application may not read {', '.join(missing)}", again)
    yield ok("The application's role can serve and no more")


def _of(held: set[tuple[str, str]], table: str) -> set[str]:
    return {right for name, right in held if name == table}


def migrations() -> Iterator[Finding]:
    missing = migrating.unapplied()
    if missing:
        yield fail(
            f"{len(missing)} migrations are not applied ({', '.join(missing[:3])} ...)",
            "Run `caredesk migrate`, or start `caredesk serve`, which does.",
        )
    else:
        yield ok("All migrations are applied")


def extensions() -> Iterator[Finding]:
    installed = {name for (name,) in _rows("SELECT extname FROM pg_extension")}
    for name in _EXTENSIONS:
        if name in installed:
            yield ok(f"The extension {name} is there")
        else:
            yield fail(
                f"The extension {name} is missing",
                f"As the owner of the database: CREATE EXTENSION {name};",
            )


def worker() -> Iterator[Finding]:
    failed, waiting, silent = _row(_JOBS)
    if silent is None or silent > _HEARTBEAT_SECONDS:
        yield warn(
            f"No worker runs ({waiting} jobs wait)",
            "Start `caredesk serve`, or `caredesk worker` beside your web servers.",
        )
    else:
        yield ok(f"The worker runs ({waiting} jobs wait)")
    if failed:
        yield warn(
            f"{failed} jobs have failed for good",
            "`caredesk manage procrastinate shell`, then `list_jobs status=failed`, names them.",
        )


def _row(statement: str) -> tuple[Any, ...]:
    return _rows(statement)[0]


def _rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())
