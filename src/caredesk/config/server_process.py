"""The processes of the embedded PostgreSQL: made, started, found again, stopped."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil

from caredesk.config.progress import step
from caredesk.config.server_user import CannotRun, binaries, server_user

# A start after a crash replays what was written since the last checkpoint: that may take long.
_START_SECONDS = 900.0
# What a stop does not reach in this time is cut off: nothing committed is lost, and the next start
# replays it.
_STOP_SECONDS = 30.0
_LOCKED_TRIES = 60
_LOCKED = ('lock file "postmaster.pid"', "shared memory block")
_PORT_TAKEN = ("could not bind", "could not create any TCP/IP sockets")

_HBA = """# Written by Caredesk at each start.
host all all 127.0.0.1/32 scram-sha-256
"""

# Statements may quote patients: the log names errors, never the rows they are about.
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "120",
    "password_encryption": "scram-sha-256",
    "jit": "off",
    "random_page_cost": "1.1",
    "max_wal_size": "2GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    # A forgotten transaction would hold up the sealing of the audit log.
    "idle_in_transaction_session_timeout": "5min",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
    "log_checkpoints": "off",
}


def make_cluster(home: Path, superuser: str, password: str) -> None:
    """initdb into a folder of another name, so that a half-made cluster is never used."""
    draft = home / "data.new"
    shutil.rmtree(draft, ignore_errors=True)
    with tempfile.NamedTemporaryFile("w", dir=home, suffix=".password") as file:
        file.write(password + "\n")
        file.flush()
        server_user().owns(Path(file.name))
        command = [
            str(binaries() / "initdb"),
            *("-D", str(draft), "-U", superuser, f"--pwfile={file.name}"),
            *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-instructions"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        ]
        with step("Making the database server's files"):
            made = subprocess.run(
                command,
                cwd=home,
                env=_environment(),
                capture_output=True,
                text=True,
                check=False,
                **server_user().as_arguments(),
            )
    if made.returncode != 0:
        raise CannotRun(f"PostgreSQL could not make its files in {home}:\n{made.stderr.strip()}")
    draft.rename(home / "data")


class ServerProcess:
    """The postmaster of the cluster in `home`, whoever started it."""

    def __init__(self, home: Path, settings: Mapping[str, str]) -> None:
        self._home = home
        self._data = home / "data"
        self._log = home / "server.log"
        self._settings = {**_SETTINGS, **_memory(), **settings}
        self._started: subprocess.Popen[bytes] | None = None

    def port(self) -> int | None:
        """Where the running server listens."""
        found = self._running()
        return found[1] if found else None

    def start(self, answers: Callable[[int], bool]) -> None:
        """Run the server until it `answers`; one that already runs is left as it is."""
        with step("Starting the database server"):
            self._check_version()
            found = self._running()
            if found is not None:
                self._wait(found[1], answers, None)
                return
            self._wait_for_orphans()
            self._write_settings()
            self._launch(answers)

    def stop(self) -> None:
        """Ends sessions, writes everything, and returns when no process is left."""
        found = self._running()
        if found is None:
            return
        pid = found[0]
        with step("Stopping the database server"):
            for sign in (signal.SIGINT, signal.SIGQUIT):
                os.kill(pid, sign)
                if self._gone(pid):
                    return
        raise CannotRun(f"The database server (process {pid}) does not stop.")

    def _launch(self, answers: Callable[[int], bool]) -> None:
        for _ in range(_LOCKED_TRIES):
            port = _free_port()
            since = self._log.stat().st_size if self._log.exists() else 0
            self._started = self._spawn(port)
            if self._wait(port, answers, self._started):
                return
            said = self._log.read_text(errors="replace")[since:]
            if any(each in said for each in _PORT_TAKEN):
                continue
            if not any(each in said for each in _LOCKED):
                raise CannotRun(f"The database server does not start:\n{said.strip()[-2000:]}")
            # The files of a killed server are locked until the system has cleaned up after it.
            time.sleep(0.5)
        raise CannotRun(f"The database in {self._data} is in use by another server.")

    def _spawn(self, port: int) -> subprocess.Popen[bytes]:
        # A session of its own: Ctrl-C on the terminal must not stop it before its clients.
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [str(binaries() / "postgres"), "-D", str(self._data), "-p", str(port)],
                cwd=self._home,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **server_user().as_arguments(),
            )

    def _wait(
        self, port: int, answers: Callable[[int], bool], started: subprocess.Popen[bytes] | None
    ) -> bool:
        """True when it answers, False when it ended instead."""
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if started is not None and started.poll() is not None:
                return False
            if answers(port):
                return True
            time.sleep(0.05)
        raise CannotRun(f"The database server does not answer; its log is {self._log}.")

    def _running(self) -> tuple[int, int] | None:
        """Process and port of the living postmaster; what a dead one left behind is no answer."""
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
            pid, port = int(lines[0]), int(lines[3])
        except (OSError, IndexError, ValueError):
            return None
        return (pid, port) if self._is_ours(pid) else None

    def _is_ours(self, pid: int) -> bool:
        try:
            process = psutil.Process(pid)
            return process.status() != psutil.STATUS_ZOMBIE and str(self._data) in process.cmdline()
        except psutil.Error:
            return False

    def _wait_for_orphans(self) -> None:
        """Sessions outlive a killed postmaster for a moment and may still commit."""
        deadline = time.monotonic() + 60
        while orphans := self._orphans():
            if time.monotonic() > deadline:
                for orphan in orphans:
                    orphan.kill()
            time.sleep(0.1)
        lock = self._data / "postmaster.pid"
        # Its number may since have been given to another program, which PostgreSQL would fear.
        lock.unlink(missing_ok=True)

    def _orphans(self) -> list[psutil.Process]:
        return [each for each in psutil.process_iter(["name"]) if self._works_here(each)]

    def _works_here(self, process: psutil.Process) -> bool:
        try:
            return (
                process.info["name"] == "postgres"
                and process.status() != psutil.STATUS_ZOMBIE
                and Path(process.cwd()) == self._data
            )
        except psutil.Error:
            return False

    def _gone(self, pid: int) -> bool:
        deadline = time.monotonic() + _STOP_SECONDS
        while time.monotonic() < deadline:
            if self._started is not None and self._started.pid == pid:
                self._started.poll()
            if not self._is_ours(pid):
                return True
            time.sleep(0.02)
        return False

    def _check_version(self) -> None:
        ours = (self._data / "PG_VERSION").read_text().strip()
        shipped = subprocess.run(
            [binaries() / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout.split()[-1]
        if shipped.partition(".")[0] != ours:
            raise CannotRun(
                f"The files in {self._data} are of PostgreSQL {ours}, this Caredesk brings "
                f"{shipped}. Dump them with the former version and load them into an empty folder."
            )

    def _write_settings(self) -> None:
        lines = [f"{name} = '{value}'\n" for name, value in self._settings.items()]
        _write_for_server(
            self._data / "postgresql.conf",
            "# Written by Caredesk at each start.\n" + "".join(lines),
        )
        _write_for_server(self._data / "pg_hba.conf", _HBA)


def _write_for_server(path: Path, text: str) -> None:
    path.write_text(text)
    server_user().owns(path)


def _memory() -> dict[str, str]:
    """A quarter of the machine for the server's cache, between 128 and 512 MB."""
    megabytes = psutil.virtual_memory().total // 2**20
    shared = max(128, min(512, megabytes // 4))
    return {"shared_buffers": f"{shared}MB", "effective_cache_size": f"{megabytes // 2}MB"}


def _free_port() -> int:
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        return int(asking.getsockname()[1])


def _environment() -> dict[str, str]:
    """Nothing of ours reaches the server: neither our secrets nor somebody's PG variables."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C"}
