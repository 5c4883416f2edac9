"""A real clamd with a signature of our own and no other: it needs neither the internet nor root."""

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from caredesk.config.server_user import server_user
from caredesk.files import scanning

PLANTED = b"CAREDESK-TEST-SIGNATURE-7f3a90bc"
NAME = "Caredesk.Test.Planted"


@dataclass
class Daemon:
    """A running clamd; `address` is what CAREDESK_CLAMD says."""

    address: str
    process: "subprocess.Popen[bytes]"

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)


@contextlib.contextmanager
def clamd(port: int = 0, most: str = "30M") -> Iterator[Daemon]:
    """Run it as an ordinary user until the block ends, at a socket, or at a port of loopback."""
    program = shutil.which("clamd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        missing = "The tests of the virus scanner need clamd (Debian: clamav-daemon)."
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(missing)
    folder = Path(tempfile.mkdtemp(prefix="clam-"))
    try:
        (folder / "db").mkdir()
        (folder / "db" / "own.ndb").write_text(f"{NAME}:0:*:{PLANTED.hex()}\n")
        address = f"127.0.0.1:{port}" if port else str(folder / "clamd.ctl")
        where = f"TCPSocket {port}\nTCPAddr 127.0.0.1" if port else f"LocalSocket {address}"
        (folder / "clamd.conf").write_text(
            f"{where}\nDatabaseDirectory {folder}/db\nForeground yes\nStreamMaxLength {most}\n"
            f"TemporaryDirectory {folder}\nLogFile {folder}/log\n"
        )
        for each in (folder, *folder.rglob("*")):
            server_user().owns(each)
        process = subprocess.Popen(
            [program, "--config-file", str(folder / "clamd.conf")],
            stdout=subprocess.DEVNULL,
            **server_user().as_arguments(),
        )
        daemon = Daemon(address, process)
        try:
            _wait_until_it_answers(daemon)
            yield daemon
        finally:
            daemon.stop()
    finally:
        shutil.rmtree(folder)


def _wait_until_it_answers(daemon: Daemon) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            assert "ClamAV" in scanning.ping(daemon.address)
            return
        except scanning.ScannerError:
            assert daemon.process.poll() is None, "clamd has ended"
            assert time.monotonic() < deadline, "clamd does not answer"
            time.sleep(0.05)
