"""Everything of one organisation, in a folder that can be read without Caredesk, and proven whole.

The tables are there twice: as PostgreSQL's own dump, and as one JSON object a line. Both are of one
snapshot. The export is read back from the disk before anybody relies on it: every file against its
checksum, every line as JSON, and the dump by restoring it beside the original and comparing each
table of it, byte for byte, with the lines that were written.
"""

import contextlib
import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from caredesk.config.environment import CannotStart
from caredesk.config.organisations import Organisation
from caredesk.config.postgres_tools import dump, restore
from caredesk.config.progress import step

_TABLES = """SELECT c.oid, n.nspname, c.relname FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_toast%'
AND n.nspname NOT LIKE 'pg_temp%' ORDER BY n.nspname, c.relname"""

_COLUMNS = """SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
WHERE attrelid = %s AND attnum > 0 AND NOT attisdropped ORDER BY attnum"""

_KEY = """SELECT a.attname FROM pg_index i
JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(attnum, place) ON true
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
WHERE i.indrelid = %s AND i.indisprimary ORDER BY k.place"""

# What a value looks like as text depends on these; and whoever exports may take its time.
_SESSION = """SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET IntervalStyle = 'postgres';
SET bytea_output = 'hex'; SET idle_in_transaction_session_timeout = 0; SET statement_timeout = 0"""

_ROWS_AT_ONCE = 2_000
_BYTES_AT_ONCE = 2**20

_README = """Everything of the organisation {name}, as it was when its application was stopped.

tables/*.ndjson   each table of the database: one row a line, as a JSON object (RFC 8259, UTF-8);
                  instants are in UTC, binary values hexadecimal after \\x
tables.json       of each table its columns with their types, its key, and how many rows there are
database.dump     the same database for PostgreSQL: pg_restore --no-owner --dbname ... database.dump
folder/           what was kept outside the database: keys, sealed heads of the audit log, files
SHA256SUMS        check all of it with: sha256sum --check SHA256SUMS

It holds the data of patients and the keys to them: keep it as the law says for how long it says.
"""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was exported. `sha256` is that of its lines."""

    schema: str
    name: str
    columns: dict[str, str]
    key: list[str]
    rows: int
    sha256: str

    @property
    def file(self) -> str:
        name = self.name if self.schema == "public" else f"{self.schema}.{self.name}"
        return f"tables/{name}.ndjson"


def export(organisation: Organisation, owner_url: str, folder: Path) -> list[Table]:
    """Write all of it into the new `folder`, for our eyes only."""
    try:
        folder.mkdir(mode=0o700, parents=True)
        (folder / "tables").mkdir()
    except FileExistsError:
        raise CannotStart(f"{folder} is there already: name a folder that is not.") from None
    with step(f"Exporting {organisation.name}"), _snapshot(owner_url) as (connection, snapshot):
        tables = [_write(connection, table, folder) for table in _tables(connection)]
        dump(owner_url, folder / "database.dump", snapshot)
    (folder / "tables.json").write_text(json.dumps([asdict(each) for each in tables], indent=1))
    (folder / "README.txt").write_text(_README.format(name=organisation.name))
    shutil.copytree(organisation.folder, folder / "folder", symlinks=True)
    sums = [f"{_hash_of(path)}  {path.relative_to(folder)}\n" for path in _files(folder)]
    (folder / "SHA256SUMS").write_text("".join(sums))
    return tables


def verify(folder: Path, tables: list[Table], empty_database: str) -> None:
    """Read everything back, the dump through an empty database of the organisation's owner."""
    with step("Reading the export back"):
        listed = _sums(folder)
        there = {str(path.relative_to(folder)) for path in _files(folder)} - {"SHA256SUMS"}
        _insist(there == listed.keys(), "files are missing or too many")
        for name, wanted in listed.items():
            _insist(_hash_of(folder / name) == wanted, f"{name} is not what was written")
        for table in tables:
            _insist(_lines(folder / table.file) == table.rows, f"{table.file} lacks rows")
        restore(folder / "database.dump", empty_database)
        with _snapshot(empty_database) as (connection, _):
            restored = [_write(connection, each, None) for each in _tables(connection)]
        for one, other in zip(tables, restored, strict=True):
            _insist(one == other, f"{one.name} is not in the dump as it was")


def _sums(folder: Path) -> dict[str, str]:
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    return {name: found for found, _, name in (line.partition("  ") for line in lines)}


def _insist(is_so: bool, otherwise: str) -> None:
    if not is_so:
        raise CannotStart(f"The export is not whole: {otherwise}. Nothing was dropped.")


@contextlib.contextmanager
def _snapshot(url: str) -> Iterator[tuple[psycopg.Connection[Any], str]]:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_SESSION)
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        with connection.transaction():
            found = connection.execute("SELECT pg_export_snapshot()").fetchone()
            yield connection, str(found[0]) if found else ""


def _tables(connection: psycopg.Connection[Any]) -> list[tuple[int, str, str]]:
    return connection.execute(_TABLES).fetchall()


def _write(
    connection: psycopg.Connection[Any], table: tuple[int, str, str], folder: Path | None
) -> Table:
    """The rows in the order of the key; without a folder only what they amount to."""
    oid, schema, name = table
    columns = dict(connection.execute(_COLUMNS, [oid]).fetchall())
    key = [each for (each,) in connection.execute(_KEY, [oid]).fetchall()]
    order = sql.SQL(", ").join(map(sql.Identifier, key)) if key else sql.SQL("row_to_json(t)::text")
    rows, found = 0, hashlib.sha256()
    made = Table(schema, name, columns, key, 0, "")
    with contextlib.ExitStack() as opened:
        write: Callable[[bytes], object] = found.update
        if folder is not None:
            write = opened.enter_context((folder / made.file).open("wb")).write
        cursor = opened.enter_context(connection.cursor(name="rows"))
        cursor.itersize = _ROWS_AT_ONCE
        cursor.execute(
            sql.SQL("SELECT row_to_json(t)::text FROM {} t ORDER BY {}").format(
                sql.Identifier(schema, name), order
            )
        )
        for (line,) in cursor:
            rows += 1
            written = line.encode() + b"\n"
            write(written)
            if folder is not None:
                found.update(written)
    return Table(schema, name, columns, key, rows, found.hexdigest())


def _lines(path: Path) -> int:
    """How many rows are in a file, each of which can be read as JSON."""
    with path.open("rb") as file:
        return sum(isinstance(json.loads(line), dict) for line in file)


def _files(folder: Path) -> Iterable[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
