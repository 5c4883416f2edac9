"""The embedded PostgreSQL is made, found again, taken over and stopped."""

import os
import shutil
import signal
import socket
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from caredesk.config import server_process
from caredesk.config.embedded import NOT_DURABLE, Embedded, throw_away
from caredesk.config.server_user import CannotRun, server_user

pytestmark = pytest.mark.processes


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not pytest's own: that is closed to the user who runs the server, which is another test."""
    with tempfile.TemporaryDirectory(prefix="caredesk-embedded-") as made:
        Path(made).chmod(0o711)
        yield Path(made)


@pytest.fixture
def embedded(folder: Path) -> Iterator[Embedded]:
    made = Embedded(folder, NOT_DURABLE)
    yield made
    made.stop()


def pid_of(embedded: Embedded) -> int:
    return int((embedded.home / "data" / "postmaster.pid").read_text().split()[0])


def ask(url: str, question: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(question).fetchone()
        return row and row[0]


def test_it_is_made_started_and_stopped(embedded: Embedded, folder: Path) -> None:
    found = embedded.start()
    assert ask(found.application, "SELECT current_user") == "caredesk_app"
    assert ask(found.owner, "SELECT current_user") == "caredesk_owner"
    assert ask(found.owner, "SELECT datcollate FROM pg_database WHERE datname = 'caredesk'") == "C"
    assert ask(found.application, "SHOW jit") == "off"
    assert ask(found.application, "SHOW listen_addresses") == "127.0.0.1"
    assert embedded.is_running
    pid = pid_of(embedded)
    embedded.stop()
    assert not embedded.is_running
    assert not psutil.pid_exists(pid)
    embedded.stop()


def test_only_its_roles_with_their_passwords_get_in(embedded: Embedded, folder: Path) -> None:
    found = embedded.start()
    for password in ("wrong", ""):
        url = found.application.replace(found.application.split(":")[2].split("@")[0], password)
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(url)
    for key in (folder / "keys").iterdir():
        assert stat.S_IMODE(key.stat().st_mode) == 0o600, key


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts it as another user")
def test_root_runs_it_as_somebody_else(embedded: Embedded) -> None:
    embedded.start()
    assert psutil.Process(pid_of(embedded)).uids().real != 0


def test_data_survive_a_killed_server(folder: Path, embedded: Embedded) -> None:
    embedded = Embedded(folder)
    found = embedded.start()
    with psycopg.connect(found.owner) as owner:
        owner.execute("CREATE TABLE kept (a int)")
        owner.execute("INSERT INTO kept VALUES (7)")
    os.kill(pid_of(embedded), signal.SIGKILL)
    again = embedded.start()
    assert ask(again.owner, "SELECT a FROM kept") == 7


def test_a_server_whose_starter_was_killed_is_found_again(embedded: Embedded) -> None:
    embedded.start()
    pid = pid_of(embedded)
    stranger = Embedded(embedded.folder)
    assert ask(stranger.start().application, "SELECT 1") == 1
    assert pid_of(stranger) == pid
    stranger.stop()
    assert not embedded.is_running


def test_a_stale_lock_with_the_number_of_another_program_is_no_obstacle(
    embedded: Embedded,
) -> None:
    embedded.start()
    lock = embedded.home / "data" / "postmaster.pid"
    lines = lock.read_text().splitlines()
    embedded.stop()
    lock.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    server_user().owns(lock)
    assert not embedded.is_running
    assert ask(embedded.start().application, "SELECT 1") == 1


def test_a_taken_port_is_left_for_another(
    embedded: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        first = iter([taken.getsockname()[1]])
        free = server_process._free_port
        monkeypatch.setattr(server_process, "_free_port", lambda: next(first, None) or free())
        found = embedded.start()
        assert ask(found.application, "SELECT 1") == 1
        assert f":{taken.getsockname()[1]}/" not in found.application


def test_a_half_made_cluster_is_made_anew(embedded: Embedded) -> None:
    (embedded.home / "data.new").mkdir()
    (embedded.home / "data.new" / "rest").write_text("of an interrupted start")
    assert ask(embedded.start().application, "SELECT 1") == 1


def test_keys_of_another_cluster_are_named_as_the_reason(embedded: Embedded) -> None:
    embedded.start()
    for key in (embedded.folder / "keys").iterdir():
        key.write_text("0" * 64)
    with pytest.raises(CannotRun, match="do not belong together"):
        Embedded(embedded.folder).start()


def test_files_of_another_major_version_are_refused(embedded: Embedded) -> None:
    embedded.start()
    embedded.stop()
    (embedded.home / "data" / "PG_VERSION").write_text("14\n")
    with pytest.raises(CannotRun, match="PostgreSQL 14"):
        embedded.start()


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user runs it as itself")
def test_a_folder_closed_to_the_servers_user_gets_a_link(folder: Path) -> None:
    closed = folder / "clone"
    closed.mkdir(mode=0o700)
    (closed / "var").mkdir()
    closed_embedded = Embedded(closed / "var", NOT_DURABLE)
    try:
        found = closed_embedded.start()
        assert ask(found.application, "SELECT 1") == 1
        assert (closed / "var" / "postgres").is_symlink()
        assert Embedded(closed / "var").home == closed_embedded.home
    finally:
        closed_embedded.stop()
        shutil.rmtree(closed_embedded.home)


def test_a_throw_away_cluster_leaves_nothing() -> None:
    with throw_away() as embedded:
        pid = pid_of(embedded)
        home, folder = embedded.home, embedded.folder
    assert not psutil.pid_exists(pid)
    assert not home.exists()
    assert not folder.exists()
