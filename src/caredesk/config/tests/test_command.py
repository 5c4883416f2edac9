"""The command: its help, its refusals, what it keeps."""

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
