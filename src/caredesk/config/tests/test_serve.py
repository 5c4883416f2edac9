"""`caredesk serve` starts everything, says so when it is true, and leaves nothing behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from caredesk.config.embedded import Embedded

pytestmark = pytest.mark.processes

_BOUND = 180


class Serving:
    """One run of `caredesk serve` with its lines of output."""

    def __init__(self, folder: Path, port: int, demo: str = "0", **more: str) -> None:
        self.folder, self.port = folder, port
        self.lines: list[str] = []
        self._ready = threading.Event()
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("DATABASE_", "CAREDESK_", "DJANGO_"))
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "caredesk.config", "serve"],
            env={
                **environment,
                "CAREDESK_DATA": str(folder),
                "CAREDESK_DEMO": demo,
                "PORT": str(port),
                **more,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            if line.startswith("Caredesk is ready"):
                self._ready.set()
        self._ready.set()

    def wait_until_ready(self) -> "Serving":
        assert self._ready.wait(_BOUND), self.lines
        assert f"Caredesk is ready: http://127.0.0.1:{self.port}" in self.lines, self.lines
        return self

    def processes(self) -> list[psutil.Process]:
        """Everything it started: its children and the database server."""
        found = psutil.Process(self.process.pid).children(recursive=True)
        pid_file = Embedded(self.folder).home / "data" / "postmaster.pid"
        server = psutil.Process(int(pid_file.read_text().split()[0]))
        return [*found, server, *server.children(recursive=True)]

    def end(self, sign: signal.Signals) -> int:
        if self.process.poll() is None:
            self.process.send_signal(sign)
        code = self.process.wait(_BOUND)
        self._reader.join(_BOUND)
        return code


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="caredesk-serve-") as made:
        Path(made).chmod(0o711)
        yield Path(made)


def free_port() -> int:
    """A free port with a free one after it."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            found = int(first.getsockname()[1])
            try:
                second.bind(("127.0.0.1", found + 1))
            except OSError:
                continue
            return found


@pytest.fixture(scope="module")
def lasting(folder: Path) -> Iterator[Serving]:
    """One run for the tests that leave it running; SIGTERM ends it and all it started."""
    started = Serving(folder, free_port(), demo="1").wait_until_ready()
    processes = started.processes()
    yield started
    assert started.end(signal.SIGTERM) == 0
    assert_gone(processes)
    assert not (folder / "serving.json").exists()


@pytest.fixture
def serving() -> Iterator[Serving]:
    """A run of its own, for the tests that end it."""
    with tempfile.TemporaryDirectory(prefix="caredesk-serve-") as made:
        Path(made).chmod(0o711)
        started = Serving(Path(made), free_port())
        try:
            yield started.wait_until_ready()
        finally:
            started.end(signal.SIGTERM)


def assert_gone(processes: list[psutil.Process]) -> None:
    _, alive = psutil.wait_procs(processes, timeout=30)
    assert [each for each in alive if each.status() != psutil.STATUS_ZOMBIE] == []


def test_it_answers_when_it_says_so(lasting: Serving) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{lasting.port}/health/") as answer:
        assert answer.status == 200
    names = {each.name() for each in lasting.processes()}
    assert "postgres" in names
    assert len(lasting.processes()) > 8
    # Said after "ready": by now they have been read.
    assert "Sign in to the demo practice (only from this machine):" in lasting.lines
    assert "In the demo practice it is Tue 24 Nov 2026, 10:10." in lasting.lines
    assert "Nobody can sign in" not in "\n".join(lasting.lines)


def test_a_second_one_on_the_same_data_is_refused(lasting: Serving) -> None:
    second = Serving(lasting.folder, free_port())
    assert second.process.wait(_BOUND) == 2
    second.end(signal.SIGTERM)
    said = "\n".join(second.lines)
    assert f"Caredesk already runs with the data in {lasting.folder}" in said
    assert f"process {lasting.process.pid}" in said


def test_commands_beside_it_use_its_database(lasting: Serving) -> None:
    environment = {**os.environ, "CAREDESK_DATA": str(lasting.folder)}
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        environment.pop(name, None)
    checked = subprocess.run(
        [sys.executable, "-m", "caredesk.config", "check"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=_BOUND,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "The worker runs" in checked.stdout
    assert "fail" not in checked.stdout
    assert json.loads((lasting.folder / "serving.json").read_text())["url"].endswith(
        str(lasting.port)
    )


def test_ctrl_c_ends_every_process(serving: Serving) -> None:
    """The same run says how the first one gets in: it has no demo practice."""
    processes = serving.processes()
    assert serving.end(signal.SIGINT) == 0
    assert_gone(processes)
    way_in = "Nobody can sign in yet: `caredesk practice create --help`"
    assert any(line.startswith(way_in) for line in serving.lines)
    assert serving.lines[-1] == "Caredesk has stopped."


def test_when_a_child_dies_all_end(serving: Serving) -> None:
    processes = serving.processes()
    worker = next(each for each in processes if "worker" in each.cmdline())
    worker.kill()
    assert serving.process.wait(_BOUND) == 1
    assert_gone(processes)
    assert "The worker process has ended by itself" in "\n".join(serving.lines)


def test_killed_itself_its_children_end_and_the_next_start_takes_over(serving: Serving) -> None:
    processes = serving.processes()
    serving.process.kill()
    assert_gone([each for each in processes if each.name() != "postgres"])
    assert Embedded(serving.folder).is_running
    again = Serving(serving.folder, serving.port).wait_until_ready()
    assert again.end(signal.SIGINT) == 0
    assert not Embedded(serving.folder).is_running


@pytest.mark.parametrize("which", [0, 1])
def test_a_taken_port_is_said_before_anything_is_started(which: int, tmp_path: Path) -> None:
    port = free_port()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port + which))
        taken.listen()
        refused = Serving(tmp_path, port)
        assert refused.process.wait(_BOUND) == 2
        refused.end(signal.SIGTERM)
    assert f"Port {port + which} of 127.0.0.1 cannot be used" in refused.lines[0]
    assert "Nothing was started" in refused.lines[0]
    assert list(tmp_path.iterdir()) == []
