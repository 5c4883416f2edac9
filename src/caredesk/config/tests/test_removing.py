"""`caredesk organisation remove` drops one's own database, whatever others are called."""

import argparse
import io
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from caredesk.config import organisations, provisioning, removing
from caredesk.config.embedded import Embedded
from caredesk.config.environment import CannotStart
from caredesk.config.organisations import Database, Organisation

pytestmark = pytest.mark.processes


@pytest.fixture
def server(cluster: Embedded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server, on which is nothing of an organisation before and after."""
    for name in [each for each in os.environ if each.startswith(("CAREDESK_", "DATABASE_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CAREDESK_DATA", str(tmp_path / "data"))
    server = cluster.addresses().superuser
    yield server
    with psycopg.connect(server, autocommit=True) as superuser:
        for kind, name in superuser.execute(
            "SELECT 'DATABASE', datname FROM pg_database WHERE datname LIKE 'caredesk\\_elm%' "
            "UNION ALL SELECT 'ROLE', rolname FROM pg_roles WHERE rolname LIKE 'caredesk\\_elm%' "
            "ORDER BY 1"
        ).fetchall():
            superuser.execute(f'DROP {kind} "{name}"')


def make(name: str, server: str) -> Organisation:
    """An organisation with one patient."""
    where = organisations.without_password(server)
    made = Organisation(name, (f"{name}.test",), Database.named_for(name, where))
    with provisioning.administering(server) as connection:
        provisioning.make(connection, made)
    made.write()
    with psycopg.connect(made.urls(server)[1]) as owner:
        owner.execute("CREATE TABLE patient AS SELECT %s::text AS name", [name])
    return made


def patients(of: Organisation, server: str) -> list[tuple[str]]:
    with psycopg.connect(of.urls(server)[1]) as owner:
        return owner.execute("SELECT name FROM patient").fetchall()


def remove(name: str, server: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{name}\n"))
    removing.run(argparse.Namespace(name=name, export=folder, server=server))


def test_removing_one_leaves_the_one_that_is_called_after_its_export(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make("elm", server)
    other = make("elm-export", server)
    remove("elm", server, tmp_path / "elm", monkeypatch)
    assert patients(other, server) == [("elm-export",)]
    assert [each.name for each in organisations.listed()] == ["elm-export"]


def test_what_is_read_back_is_never_put_in_the_place_of_a_listed_database(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Configurations are written by hand, too."""
    elm = make("elm", server)
    other = make("elm-hand", server)
    name = Database.beside("elm", "export")
    with psycopg.connect(server, autocommit=True) as superuser:
        superuser.execute(f'ALTER DATABASE "{other.database.name}" RENAME TO "{name}"')
        superuser.execute(f'ALTER DATABASE "{name}" OWNER TO "{elm.database.owner}"')
    other = replace(other, database=replace(other.database, name=name, server="elsewhere"))
    other.write()
    with pytest.raises(CannotStart, match="is elm-hand's"):
        remove("elm", server, tmp_path / "elm", monkeypatch)
    with psycopg.connect(server.replace("/postgres?", f"/{name}?")) as superuser:
        assert superuser.execute("SELECT name FROM patient").fetchall() == [("elm-hand",)]
    assert patients(elm, server) == [("elm",)]
    assert organisations.find("elm").is_served


def test_what_is_another_roles_is_not_dropped_whoever_lists_it(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of another installation on the same server."""
    elm = make("elm", server)
    with psycopg.connect(server, autocommit=True) as superuser:
        superuser.execute(f'CREATE DATABASE "{Database.beside("elm", "export")}"')
    with pytest.raises(CannotStart, match="is the role postgres's"):
        remove("elm", server, tmp_path / "elm", monkeypatch)
    assert patients(elm, server) == [("elm",)]
