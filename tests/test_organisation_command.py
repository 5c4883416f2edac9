"""`caredesk organisation`: one is added and removed while the others go on, and leaves whole."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pytest_django.plugin import DjangoDbBlocker
from tests import hosting
from tests.hosting import PEOPLE, Installation, Tenant

from caredesk.config import exporting, organisations, provisioning, server_user
from caredesk.config.embedded import Embedded
from caredesk.config.environment import CannotStart
from caredesk.config.exporting import Table
from caredesk.config.server_user import binaries

pytestmark = pytest.mark.processes

# What the administrator's shell may hold when `caredesk serve` is called.
SHELL = {
    "CAREDESK_SERVER_URL": "postgresql://hoster:the-hosters@db.test/postgres",
    "CAREDESK_SECRET_KEY": "the-first-practices",
    "PGPASSWORD": "of-somebody",
    "CLOUD_ACCESS_KEY": "the-administrators",
}
ADD = ["--practice", "Any", "--site", "Any", "--zone", "America/New_York", "--manager", "any"]


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    """A practice that was there before there were several, and one beside it; both are served."""
    with hosting.installation() as made:
        words = ["practice", "create", "The First", "--site", "First", "--zone", "UTC"]
        code, said = made.command(*words, "--manager", "fay", typed="the first password\n")
        assert code == 0, said
        made.add("elm")
        made.serve(**SHELL)
        yield made


def status(of: Installation, host: str, path: str = "/sign-in/") -> int:
    return hosting.browser(of, host).get(path).status_code


def wait_for(of: Installation, host: str, wanted: int) -> None:
    deadline = time.monotonic() + 180
    while (found := status(of, host)) != wanted:
        assert time.monotonic() < deadline, found
        time.sleep(0.2)


def test_the_practice_that_was_there_is_served_by_its_names_as_before(
    installation: Installation,
) -> None:
    assert status(installation, f"127.0.0.1:{installation.port}") == 200
    assert status(installation, f"localhost:{installation.port}") == 200
    assert status(installation, "elm.test") == 200
    assert status(installation, "else.test") == 404
    first = hosting.browser(installation, f"localhost:{installation.port}")
    assert hosting.sign_in(first, "fay", "the first password").status_code == 302
    elm = hosting.browser(installation, "elm.test")
    assert hosting.sign_in(elm, "fay", "the first password").status_code == 422
    code, said = installation.command("organisation", "list")
    assert code == 0
    assert [line.split()[0] for line in said.splitlines()] == ["default", "elm"]
    code, said = installation.command("user", "list")
    assert (code, "--organisation (default, elm)" in said) == (2, True)
    code, said = installation.command("user", "list", "--organisation", "default")
    assert (code, said.split()[0]) == (0, "fay")


def test_what_faces_the_network_is_told_no_secret_but_its_own(installation: Installation) -> None:
    """Not even where it was started: the system keeps that as long as the process lives."""
    kinds = set()
    for each in installation.processes():
        kind = each.name() if each.name() in ("postgres", "nginx") else each.cmdline()[-1]
        told = "\n".join(f"{name}={value}" for name, value in each.environ().items())
        known = {name for name, secret in SHELL.items() if secret in told}
        is_the_firsts = kind in ("web", "live", "worker") and "CAREDESK_ORGANISATION" not in told
        assert known == ({"CAREDESK_SECRET_KEY"} if is_the_firsts else set()), kind
        assert "_OWNER_URL" not in told
        kinds.add(kind)
    assert kinds >= {"nginx", "web", "live", "worker"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_roots_front_reads_requests_as_a_user_who_opens_the_sockets_and_nothing_else(
    installation: Installation,
) -> None:
    user = server_user.front_user()
    ours = [each for each in installation.processes() if each.name() == "nginx"]
    workers = [each for each in ours if each.parent() in ours]
    assert workers
    for each in workers:
        assert set(each.uids()) == {user.id}
        assert set(each.gids()) == {user.group}
    assert user.id not in (0, server_user.server_user().id)
    sockets = Path(installation.of("elm", "web")[0].environ()["CAREDESK_SOCKETS"])
    assert user.reaches(sockets)
    assert not user.reaches(installation.folder / "organisations" / "elm")
    assert not user.reaches(installation.folder / "keys")
    for folder in (sockets, sockets.parent):
        assert folder.stat().st_mode & 0o027 == 0
    for socket in (sockets / "web", sockets / "live"):
        assert (socket.stat().st_mode & 0o777, socket.stat().st_gid) == (0o660, user.group)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["elm", "--host", "other.test"], "There is an organisation elm already"),
        (["ash", "--host", "ELM.test."], "elm.test is elm's"),
        (["ash", "--host", "localhost"], "localhost is default's"),
        (["ash", "--host", "https://ash.test"], "is no host name"),
        (["ash", "--host", "ash.test:8000"], "is no host name"),
        (["ash", "--host", "ash.test;"], "is no host name"),
        (["Ash!", "--host", "ash.test"], "cannot name an organisation"),
        (["../elm", "--host", "ash.test"], "cannot name an organisation"),
        (["default", "--host", "ash.test"], "cannot name an organisation"),
    ],
)
def test_what_cannot_be_added_is_refused_and_leaves_nothing(
    installation: Installation, words: list[str], says: str
) -> None:
    before = there_is(installation)
    code, said = installation.command("organisation", "add", *words, *ADD, typed="a password\n")
    assert (code, says in said) == (2, True), said
    assert there_is(installation) == before


def test_a_practice_that_is_refused_leaves_no_database(installation: Installation) -> None:
    before = there_is(installation)
    words = ["ash", "--host", "ash.test", *ADD]
    code, said = installation.command("organisation", "add", *words, typed="short\n")
    assert (code, "Nothing was made" in said) == (2, True), said
    assert there_is(installation) == before


def there_is(of: Installation) -> tuple[Any, ...]:
    """Databases, roles, folders."""
    with psycopg.connect(of.addresses().superuser) as superuser:
        names = superuser.execute(
            "SELECT datname FROM pg_database UNION ALL SELECT rolname FROM pg_roles ORDER BY 1"
        ).fetchall()
    return names, sorted(path.name for path in (of.folder / "organisations").iterdir())


@pytest.fixture(scope="module")
def oak(installation: Installation, django_db_blocker: DjangoDbBlocker) -> Tenant:
    """Added while the others are served, and filled."""
    before = {each.pid for each in installation.of("elm")}
    assert "It is served in a moment." in installation.add("oak", "oak.test", "www.oak.test")
    wait_for(installation, "oak.test", 200)
    assert status(installation, "www.oak.test") == 200
    assert {each.pid for each in installation.of("elm")} == before
    return hosting.fill("oak", installation, django_db_blocker)


@pytest.mark.parametrize(
    ("typed", "folder", "says"),
    [
        ("elm\n", "new", "That is not its name"),
        ("", "new", "That is not its name"),
        ("oak\n", "", "is there already"),
        ("oak\n", "CAREDESK_DATA", "outside of CAREDESK_DATA"),
    ],
)
def test_without_its_name_and_an_export_nothing_is_removed(
    installation: Installation, oak: Tenant, tmp_path: Path, typed: str, folder: str, says: str
) -> None:
    place = installation.folder / "x" if folder == "CAREDESK_DATA" else tmp_path / folder
    words = ["organisation", "remove", "oak", "--export", str(place)]
    code, said = installation.command(*words, typed=typed)
    assert (code, says in said) == (2, True), said
    wait_for(installation, "oak.test", 200)
    assert oak.signed_in().get("/patients/").status_code == 200


def test_removed_it_is_gone_and_its_export_is_whole(
    installation: Installation, oak: Tenant, tmp_path: Path
) -> None:
    others = {each.pid for each in installation.of("elm")}
    folder = tmp_path / "export"
    code, said = installation.command(
        "organisation", "remove", "oak", "--export", str(folder), typed="oak\n"
    )
    assert code == 0, said
    assert "oak is removed" in said
    assert not any("oak" in str(name) for name in there_is(installation))
    wait_for(installation, "oak.test", 404)
    assert status(installation, "elm.test") == 200
    assert {each.pid for each in installation.of("elm")} == others
    assert installation.of("oak") == []
    assert folder.stat().st_mode & 0o077 == 0
    summed = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    assert subprocess.run(summed, cwd=folder, check=False).returncode == 0
    patients = read(folder, "people_patient")
    assert {row["family"] for row in patients} == {name for name, *_ in PEOPLE["oak"].values()}
    assert len(read(folder, "audit_entry")) > 20
    tables = json.loads((folder / "tables.json").read_text())
    assert {each["name"]: each["rows"] for each in tables}["people_patient"] == len(patients)
    assert (folder / "folder" / "keys" / "audit").exists()
    restored = lines_of_restored(installation, folder / "database.dump")
    for table in tables:
        path = folder / "tables" / f"{table['name']}.ndjson"
        assert restored.pop(table["name"]) == sorted(path.read_text().splitlines()), table["name"]
    assert restored == {}


def read(folder: Path, table: str) -> list[dict[str, Any]]:
    lines = (folder / "tables" / f"{table}.ndjson").read_text().splitlines()
    return [json.loads(line) for line in lines]


def lines_of_restored(of: Installation, dump: Path) -> dict[str, list[str]]:
    """What the dump holds when it is restored into any database, by table, as JSON."""
    embedded = Embedded(of.folder)
    embedded.make_database("restored")
    url = embedded.addresses("restored").owner
    command = [str(binaries() / "pg_restore"), "--no-owner", "--no-privileges", "--dbname", url]
    subprocess.run([*command, "--exit-on-error", str(dump)], check=True)
    with psycopg.connect(url) as owner:
        names = owner.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' "
            "AND table_type = 'BASE TABLE'"
        ).fetchall()
        owner.execute("SET TimeZone = 'UTC'")
        found = {
            name: sorted(
                line for (line,) in owner.execute(f'SELECT row_to_json(t)::text FROM "{name}" t')
            )
            for (name,) in names
        }
    embedded.drop_database("restored")
    return found


def test_a_dump_that_lacks_a_row_is_noticed_and_nothing_is_dropped(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever tampers with the export while it is read back cannot make the rest be dropped."""
    monkeypatch.setenv("CAREDESK_DATA", str(installation.folder))
    elm = organisations.find("elm")
    owner = installation.urls("elm")[1]
    tables = exporting.export(elm, owner, tmp_path / "export")
    with psycopg.connect(installation.addresses().superuser, autocommit=True) as superuser:
        for change, says in (("lines", "is not what was written"), ("dump", "is not in the dump")):
            folder = tmp_path / change
            subprocess.run(["cp", "-a", str(tmp_path / "export"), str(folder)], check=True)
            given = tables
            if change == "lines":
                path = folder / "tables" / "practice_site.ndjson"
                path.write_text(path.read_text().replace("Elm House", "Elm Hovel"))
            else:
                given = [replaced(each) for each in tables]
            provisioning.make_database(superuser, elm.database, "scratch")
            try:
                with pytest.raises(CannotStart, match=says):
                    exporting.verify(folder, given, owner.replace("/caredesk_elm?", "/scratch?"))
            finally:
                provisioning.drop_beside(superuser, elm.database, "scratch")
    assert status(installation, "elm.test") == 200


def replaced(table: Table) -> Table:
    return replace(table, sha256="0" * 64) if table.name == "practice_site" else table


def test_on_a_server_of_your_own_by_somebody_who_is_no_superuser(
    cluster: Embedded, tmp_path: Path
) -> None:
    """CREATEDB and CREATEROLE are enough, and are not kept beyond what is made."""
    with hosting.installation() as hosted:
        with psycopg.connect(cluster.addresses().superuser, autocommit=True) as superuser:
            superuser.execute(
                "CREATE ROLE hoster LOGIN PASSWORD 'a host' CREATEDB CREATEROLE NOSUPERUSER"
            )
            superuser.execute("GRANT CONNECT ON DATABASE postgres TO hoster")
            port = superuser.info.port
        server = f"postgresql://hoster:a%20host@127.0.0.1:{port}/postgres"
        words = ["birch", "--host", "birch.test", *ADD, "--server", server]
        code, said = hosted.command("organisation", "add", *words, typed="some other words\n")
        assert code == 0, said
        assert not (hosted.folder / "postgres").exists()
        written = (hosted.folder / "organisations" / "birch" / "organisation.toml").read_text()
        assert "hoster" not in written
        assert "host" in written
        code, said = hosted.command("user", "list")
        assert (code, said.split()[0]) == (0, "any")
        code, said = hosted.command("check", "--organisation", "birch")
        assert "fail" not in said.replace("have failed", ""), said
        with psycopg.connect(server) as hoster:
            members = hoster.execute(
                "SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member "
                "WHERE r.rolname = 'hoster' AND (m.inherit_option OR m.set_option)"
            ).fetchone()
            assert members == (0,)
        remove = ["organisation", "remove", "birch", "--export", str(tmp_path / "birch")]
        code, said = hosted.command(*remove, typed="birch\n")
        assert (code, "give --server" in said) == (2, True)
        code, said = hosted.command(*remove, "--server", server, typed="birch\n")
        assert code == 0, said
        with psycopg.connect(cluster.addresses().superuser, autocommit=True) as superuser:
            left = superuser.execute(
                "SELECT datname FROM pg_database WHERE datname LIKE '%birch%' "
                "UNION ALL SELECT rolname FROM pg_roles WHERE rolname LIKE '%birch%'"
            ).fetchall()
            superuser.execute("DROP OWNED BY hoster")
            superuser.execute("DROP ROLE hoster")
        assert left == []
