"""The load generator against a server that answers in all the ways servers may."""

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest

from caredesk.config.bench import load

PLAIN = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
BUSY = b"HTTP/1.1 409 Conflict\r\nContent-Length: 2\r\n\r\n{}"


def test_every_request_is_sent_once_and_timed() -> None:
    requests = [_asking(f"/{number}") for number in range(50)]
    with _server(PLAIN) as (address, paths):
        found = load.run(address, requests, clients=4)
    assert sorted(paths) == sorted(f"/{number}" for number in range(50))
    assert found.statuses == {"200": 50}
    assert len(found.times.seconds) == 50
    assert found.times.failed == 0
    assert all(0 < each < 60 for each in found.times.seconds)
    assert 0 <= found.cpu_share <= 1


@pytest.mark.parametrize("cut", [1, 20, 45])
@pytest.mark.parametrize("answer", [PLAIN, CHUNKED])
def test_an_answer_may_come_in_pieces(answer: bytes, cut: int) -> None:
    with _server(answer, cut) as (address, _):
        found = load.run(address, [_asking("/")] * 3, clients=1)
    assert found.statuses == {"200": 3}


def test_other_answers_are_counted_but_not_timed() -> None:
    with _server(BUSY) as (address, _):
        found = load.run(address, [_asking("/")] * 4, clients=2)
    assert found.statuses == {"409": 4}
    assert found.times.seconds == ()
    assert found.times.failed == 4


def test_a_request_is_whole() -> None:
    made = load.request("POST", "/x", "h:1", {"A": "b"}, b"{}")
    assert made == b"POST /x HTTP/1.1\r\nHost: h:1\r\nA: b\r\nContent-Length: 2\r\n\r\n{}"


def _asking(path: str) -> bytes:
    return load.request("GET", path, "localhost", {})


@contextlib.contextmanager
def _server(answer: bytes, cut: int = 0) -> Iterator[tuple[tuple[str, int], list[str]]]:
    paths: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_accept, args=(listening, answer, cut, paths), daemon=True).start()
        yield listening.getsockname(), paths


def _accept(listening: socket.socket, answer: bytes, cut: int, paths: list[str]) -> None:
    with contextlib.suppress(OSError):
        while True:
            connection, _ = listening.accept()
            threading.Thread(
                target=_serve, args=(connection, answer, cut, paths), daemon=True
            ).start()


def _serve(connection: socket.socket, answer: bytes, cut: int, paths: list[str]) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with connection, contextlib.suppress(OSError):
        while got := connection.recv(65_536):
            paths.append(got.split()[1].decode())
            for piece in filter(None, (answer[:cut], answer[cut:])):
                connection.sendall(piece)
