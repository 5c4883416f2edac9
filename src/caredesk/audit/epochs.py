"""Where the log is written: a cluster counts its own transactions, so each begins a new epoch.

A row's place in the log is (epoch, transaction, sequence). The epoch is a column's default, which
only the owner of the database can set: where he finds that the database lies elsewhere than when
the present epoch began (a backup was restored, the server was exchanged), he begins the next.
"""

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

# The database counts beside the cluster: a backup may be restored beside what it was made of.
_HERE = """SELECT system_identifier::text AS cluster,
 (SELECT oid::bigint FROM pg_database WHERE datname = current_database()) AS database
 FROM pg_control_system()"""

_IS_HERE = f"""SELECT (e.cluster, e.database) = (here.cluster, here.database)
FROM (SELECT * FROM audit_epoch ORDER BY number DESC LIMIT 1) e CROSS JOIN ({_HERE}) here"""

_BEGIN = f"""INSERT INTO audit_epoch (number, cluster, database)
SELECT greatest(%s, (SELECT coalesce(max(number), 0) FROM audit_epoch)) + 1, cluster, database
FROM ({_HERE}) here"""

_DEFAULT = r"""SELECT substring(pg_get_expr(adbin, adrelid) FROM '\d+')::int
FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum
WHERE adrelid = 'audit_entry'::regclass AND attname = 'epoch'"""


@dataclass(frozen=True, slots=True)
class Present:
    """The epoch in which entries are written now, and the cluster under which it began."""

    epoch: int
    cluster: str


def present(cursor: Any) -> Present:
    cursor.execute("SELECT number, cluster FROM audit_epoch ORDER BY number DESC LIMIT 1")
    return Present(*cursor.fetchone())


def is_here(connection: psycopg.Connection[Any]) -> bool:
    """Whether the present epoch began where this connection leads."""
    row = connection.execute(_IS_HERE).fetchone()
    return row is not None and row[0] is True


def begin_where_needed(
    owner: psycopg.Connection[Any], known: int = 0, *, restored: bool = False
) -> int | None:
    """Begin the next epoch if the database lies elsewhere now, or if it was `restored` in place.

    Returns its number. `known` is the highest that is remembered outside the database: a backup
    that is restored a second time must not give the same number to other entries.
    """
    if is_here(owner) and not restored:
        _set_default(owner)
        return None
    with owner.transaction():
        # Whoever writes is done before the epoch ends, and sees the new one afterwards.
        owner.execute("LOCK TABLE audit_entry, audit_epoch IN ACCESS EXCLUSIVE MODE")
        if is_here(owner) and not restored:
            return None
        owner.execute(_BEGIN, [known])
        _set_default(owner)
        return _newest(owner)


def _set_default(owner: psycopg.Connection[Any]) -> None:
    """Also where only rows were restored, into tables that were there: their default stayed."""
    newest = _newest(owner)
    if owner.execute(_DEFAULT).fetchone() != (newest,):
        owner.execute(
            sql.SQL("ALTER TABLE audit_entry ALTER epoch SET DEFAULT {}").format(
                sql.Literal(newest)
            )
        )


def _newest(owner: psycopg.Connection[Any]) -> int:
    row = owner.execute("SELECT max(number) FROM audit_epoch").fetchone()
    return int(row[0]) if row and row[0] else 0
