"""What ClamAV finds is not kept, and without its answer nothing is. With a real daemon."""

import socket
from collections.abc import Iterator

import pytest
from django.conf import settings
from tests.files.clam import NAME, PLANTED, Daemon, clamd

from caredesk.config.findings_files import files as check_files
from caredesk.files import scanning
from caredesk.files.tests import samples
from caredesk.files.tests.samples import examined
from caredesk.kernel.errors import Refused

pytestmark = pytest.mark.processes

INFECTED = samples.PDF.replace(b"xref\n", b"% " + PLANTED + b"\nxref\n", 1)


@pytest.fixture(scope="module")
def running() -> Iterator[Daemon]:
    with clamd() as daemon:
        yield daemon


@pytest.fixture
def daemon(running: Daemon, monkeypatch: pytest.MonkeyPatch) -> Daemon:
    monkeypatch.setattr(settings, "CAREDESK_CLAMD", running.address)
    return running


def free_port() -> int:
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        return int(asking.getsockname()[1])


def test_a_clean_file_passes_and_says_that_it_was_scanned(daemon: Daemon) -> None:
    assert examined(samples.PDF, "a.pdf").scanned


def test_what_it_finds_is_refused_by_name(daemon: Daemon) -> None:
    with pytest.raises(Refused, match=NAME) as refused:
        examined(INFECTED, "a.pdf")
    assert refused.value.problems[0].field == "file"


def test_it_looks_into_archives(daemon: Daemon) -> None:
    with pytest.raises(Refused, match=NAME):
        examined(samples.docx(word__media__image=PLANTED * 3), "a.docx")


def test_at_a_port_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    with clamd(port=free_port()) as daemon:
        monkeypatch.setattr(settings, "CAREDESK_CLAMD", daemon.address)
        assert examined(samples.PDF, "a.pdf").scanned
        with pytest.raises(Refused, match=NAME):
            examined(INFECTED, "a.pdf")


def test_with_the_daemon_down_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    with clamd() as daemon:
        monkeypatch.setattr(settings, "CAREDESK_CLAMD", daemon.address)
        assert examined(samples.PDF, "a.pdf").scanned
        daemon.stop()
        with pytest.raises(Refused, match="virus scanner does not answer"):
            examined(samples.PDF, "a.pdf")


@pytest.mark.parametrize("where", ["/nowhere/clamd.ctl", "127.0.0.1:1", "nonsense"])
def test_a_wrong_address_refuses_too(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "CAREDESK_CLAMD", where)
    with pytest.raises(Refused, match="virus scanner does not answer"):
        examined(samples.PDF, "a.pdf")


def test_a_file_beyond_the_daemons_own_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """It stops listening in the middle: that is no clean file."""
    with clamd(most="1M") as daemon:
        monkeypatch.setattr(settings, "CAREDESK_CLAMD", daemon.address)
        with pytest.raises(Refused, match="virus scanner does not answer"):
            examined(samples.jpeg(behind=bytes(8_000_000)), "a.jpg")
        assert examined(samples.PDF, "a.pdf").scanned


@pytest.mark.parametrize("said", [b"", b"stream: ", b"OK\0", b"stream: OK?\0", b"x" * 9000])
def test_an_answer_that_is_none_is_no_clean_file(said: bytes) -> None:
    """Whatever else listens there."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        with pytest.raises(scanning.ScannerError):
            _ask_one_that_says(listening, port, said)


def _ask_one_that_says(listening: socket.socket, port: int, said: bytes) -> None:
    import threading

    def answer() -> None:
        asking, _ = listening.accept()
        with asking:
            while not (heard := asking.recv(65536)).endswith(bytes(4)) and heard:
                pass
            asking.sendall(said)

    answering = threading.Thread(target=answer)
    answering.start()
    try:
        scanning.scan(f"127.0.0.1:{port}", [samples.PDF])
    finally:
        answering.join()


@pytest.mark.django_db
def test_the_check_of_the_installation_says_it(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [each.state for each in check_files()] == ["ok", "ok"]
    monkeypatch.setattr(settings, "CAREDESK_CLAMD", "/nowhere/clamd.ctl")
    assert [each.state for each in check_files()] == ["ok", "fail"]


def test_where_none_is_configured_it_is_said_of_the_file() -> None:
    assert not examined(samples.PDF, "a.pdf").scanned
