"""The database server: can it be reached, what may our role do, does the worker work?"""

from collections.abc import Iterator
from typing import Any

from django.db import DatabaseError, connection

from caredesk.config import migrating, roles
from caredesk.config.findings import Finding, fail, ok, warn
from caredesk.config.postgres.base import WrittenElsewhere

OLDEST = 15
_EXTENSIONS = ("btree_gist",)
_HEARTBEAT_SECONDS = 60

_TABLES = """SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum) FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') GROUP BY c.relname ORDER BY c.relname"""

# What our role holds, however it came by it; no column where a right is on whole tables only.
_HELD = """SELECT c.relname, held.name, held.col FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (
  SELECT r.name, a.attname::text AS col
  FROM pg_attribute a, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) AS r(name)
  WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  AND has_column_privilege(current_user, c.oid, a.attnum, r.name)
  UNION ALL
  SELECT r.name, '' FROM unnest(ARRAY['DELETE', 'TRUNCATE', 'TRIGGER']) AS r(name)
  WHERE has_table_privilege(current_user, c.oid, r.name)) held
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')"""

_WHOLE = {"DELETE", "TRUNCATE", "TRIGGER"}
_TOO_MANY = {"DELETE": "delete from", "TRUNCATE": "empty", "UPDATE": "rewrite"}

_ELSEWHERE = """SELECT datname FROM pg_database WHERE datallowconn
AND datname NOT IN (current_database(), 'postgres', 'template1')
AND has_database_privilege(oid, 'CONNECT') ORDER BY datname"""

_JOBS = """SELECT
  count(*) FILTER (WHERE status = 'failed'),
  count(*) FILTER (WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now()),
  (SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers)
FROM procrastinate_jobs WHERE status IN ('failed', 'todo')"""


def reachable() -> Iterator[Finding]:
    try:
        connection.ensure_connection()
    except WrittenElsewhere as error:
        yield fail("The audit log was written elsewhere", str(error))
        return
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
    connection.ensure_connection()
    powerful = roles.too_powerful(connection.connection)
    if powerful:
        yield fail(
            f"The role of DATABASE_URL {' and '.join(powerful)}",
            "Nothing serves as this role: use the application's (docs: your own server).",
        )
        return
    held: dict[str, set[tuple[str, str]]] = {}
    for table, right, column in _rows(_HELD):
        held.setdefault(table, set()).add((right, column))
    wrong = [
        fail(what, again)
        for table, columns in _rows(_TABLES)
        for what in _differences(table, columns, held.get(table, set()))
    ]
    yield from wrong or [ok("The application's role can serve and no more")]


def other_databases() -> Iterator[Finding]:
    """What is another organisation's is closed to this role. PostgreSQL's own hold nothing."""
    names = [name for (name,) in _rows(_ELSEWHERE)]
    if names:
        yield warn(
            f"The application's role may connect to {', '.join(names)}, too",
            "As the owner of each: REVOKE CONNECT ON DATABASE … FROM PUBLIC;",
        )
    else:
        yield ok("The application's role can connect to no other database")


def _differences(table: str, columns: list[str], held: set[tuple[str, str]]) -> Iterator[str]:
    """What the role may and should not, and what it may not and should."""
    wanted = {
        (right, column)
        for right, on in roles.rights_on(table, columns).items()
        for column in ([""] if right in _WHOLE else columns if on is None else on)
    }
    for right, named in _by_right(held - wanted, columns):
        yield f"The application may {_TOO_MANY.get(right, f'do {right} on')} {table}{named}"
    for right, named in _by_right(wanted - held, columns):
        yield f"The application may not do {right} on {table}{named}"


def _by_right(rights: set[tuple[str, str]], columns: list[str]) -> Iterator[tuple[str, str]]:
    """Each right with the columns it is about, unless it is about all of them."""
    for right in sorted({right for right, _ in rights}):
        on = [column for column in columns if (right, column) in rights]
        yield right, f" ({', '.join(on)})" if 0 < len(on) < len(columns) else ""


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
