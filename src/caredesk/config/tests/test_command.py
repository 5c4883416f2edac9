"""The command: its help, its refusals, what it keeps."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from caredesk.config import keys
from caredesk.config.command import COMMANDS, main
from caredesk.config.environment import AlreadyServing, only_one


@pytest.mark.parametrize("words", [["--help"], ["serve", "--help"], ["check", "--help"]])
def test_help_names_what_there_is(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(words)
    said = capsys.readouterr().out
    assert "caredesk" in said
    if words == ["--help"]:
        assert all(f"  {name} " in said and each.summary in said for name, each in COMMANDS.items())


def test_an_unknown_command_is_refused_with_those_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["surve"])
    assert "serve" in capsys.readouterr().err


def test_a_port_that_cannot_be_is_said_plainly(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--port", "70000"]) == 2
    assert "There is no port 70000" in capsys.readouterr().err


def test_a_key_is_made_once_and_only_for_us(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: keys.key_kept_in(tmp_path / "keys", "one"), range(8)))
    assert len(made) == 1
    assert len(made.pop()) == 64
    assert stat.S_IMODE((tmp_path / "keys" / "one").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["one"]


def test_a_data_folder_has_one_user_at_a_time(tmp_path: Path) -> None:
    with (
        only_one(tmp_path),
        pytest.raises(AlreadyServing, match="already runs"),
        only_one(tmp_path),
    ):
        pass
    with only_one(tmp_path):
        pass


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder in which the embedded database would be used."""
    tmp_path.chmod(0o711)
    monkeypatch.setenv("CAREDESK_DATA", str(tmp_path))
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_a_command_while_another_starts_is_told_to_wait(
    own_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with only_one(own_folder):
        assert main(["check"]) == 2
    assert "Caredesk is just starting or ending" in capsys.readouterr().err


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make what is somebody else's")
def test_somebody_elses_data_is_said_plainly(
    own_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (own_folder / "postgres").mkdir(mode=0o700)
    os.chown(own_folder / "postgres", 12_345, 12_345)
    assert main(["check"]) == 2
    assert "belongs to another user of this machine" in capsys.readouterr().err


def test_a_folder_that_may_not_be_used_is_said_plainly(
    own_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As the user `nobody`, whom the folder shuts out."""
    closed = own_folder / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setenv("CAREDESK_DATA", str(closed / "data"))
    if os.geteuid() == 0:
        os.seteuid(65_534)
    else:
        closed.chmod(0o500)
    try:
        assert main(["check"]) == 2
    finally:
        os.seteuid(os.getuid())
    assert "is not ours to use (Permission denied)" in capsys.readouterr().err


def test_a_killed_servers_address_is_not_taken_for_a_running_one(own_folder: Path) -> None:
    (own_folder / "serving.json").write_text('{"url": "http://127.0.0.1:9999", "process": 1}')
    with only_one(own_folder), pytest.raises(AlreadyServing) as refused, only_one(own_folder):
        pass
    assert "9999" not in str(refused.value)
