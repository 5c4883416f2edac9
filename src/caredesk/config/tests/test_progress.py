"""Progress is said when something takes long, and only then."""

import time

import pytest

from caredesk.config import progress


def test_what_is_quick_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.step("Counting to one"):
        pass
    assert capsys.readouterr().out == ""


def test_what_takes_long_says_so_and_when_it_is_done(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_SILENT_SECONDS", 0.05)
    monkeypatch.setattr(progress, "_REPEAT_SECONDS", 0.05)
    with progress.step("Counting the stars"):
        until = time.monotonic() + 10
        while capsys.readouterr().out.count("Counting the stars ...") < 1:
            assert time.monotonic() < until
            time.sleep(0.01)
    assert "Counting the stars: done" in capsys.readouterr().out
