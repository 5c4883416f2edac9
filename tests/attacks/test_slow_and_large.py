"""Who sends slowly, without an end or far too much, to the real server as `caredesk serve` runs it.

The web process has as many workers and threads as in a practice; whoever holds connections open
does not keep the others from being served.
"""

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.test import Client
from tests import world as cast

from caredesk.config import testing
from caredesk.config.embedded import Addresses

pytestmark = pytest.mark.processes

TAGS = re.compile(r"<[^>]+>")
WORKERS, THREADS = 2, 4
# So long `caredesk serve` waits for the rest of the head of a request.
PATIENCE = 4


@dataclass(frozen=True)
class Web:
    """The web process, and the cookies of somebody who is signed in."""

    host: str
    port: int
    cookies: dict[str, str]

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def connect(self) -> socket.socket:
        return socket.create_connection((self.host, self.port), timeout=30)

    def head(self, path: str, *more: str, method: str = "POST") -> bytes:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: {self.host}:{self.port}",
            f"Cookie: {cookie}",
            f"X-CSRFToken: {self.cookies['caredesk_csrf']}",
            "Content-Type: application/json",
            *more,
        ]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def serves_somebody_else(self) -> bool:
        """Whether an ordinary page comes meanwhile: who holds a thread here never lets it go."""
        answer = httpx.get(f"{self.url}/patients/", cookies=self.cookies, timeout=30)
        return answer.status_code == 200

    def sends(self, raw: bytes) -> bytes:
        """What comes back until the server closes, or has said all."""
        with self.connect() as line:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                line.sendall(raw)
            return _all_of(line)


def _all_of(line: socket.socket) -> bytes:
    found = b""
    with contextlib.suppress(ConnectionResetError, TimeoutError):
        while part := line.recv(65_536):
            found += part
            if (b"\r\n\r\n" in found and b"\r\n0\r\n" in found[-10:]) or len(found) > 10**6:
                break
            if _is_whole(found):
                break
    return found


def _is_whole(found: bytes) -> bool:
    head, _, body = found.partition(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return len(body) >= int(line.split(b":")[1])
    return False


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/") else 0


@pytest.fixture(scope="module")
def process(
    addresses: Addresses, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, int]]:
    folder: Path = tmp_path_factory.mktemp("attacked")
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        port = asking.getsockname()[1]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "caredesk.config.settings",
        "DATABASE_URL": addresses.application,
        "CAREDESK_DATA": str(folder),
        "CAREDESK_SECRET_KEY": settings.SECRET_KEY,
        "CAREDESK_DEMO_SIGN_INS": "1",
        "CAREDESK_WORKERS": str(WORKERS),
        "CAREDESK_THREADS": str(THREADS),
        "CAREDESK_LIMITS": "off",
        "CAREDESK_HEAD_SECONDS": str(PATIENCE),
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }
    environment.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
    collect = [sys.executable, "-m", "django", "collectstatic", "--no-input", "-v", "0"]
    subprocess.run(collect, env=environment, check=True)
    command = [sys.executable, "-m", "caredesk.config.children", "web"]
    running = subprocess.Popen(command, env=environment)
    try:
        testing.wait_for(f"http://127.0.0.1:{port}/health/", running)
        yield "127.0.0.1", port
    finally:
        running.terminate()
        running.wait(30)


@pytest.fixture
def web(process: tuple[str, int], committed_db: None) -> Web:
    world = cast.build()
    client = Client()
    client.force_login(world.users["mia"])
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    return Web(*process, cookies={**cookies, "caredesk_csrf": "c" * 32})


def body_of(size: int) -> bytes:
    return json.dumps({"name": "x" * size}).encode()


def test_who_never_ends_the_head_of_a_request_keeps_nobody_waiting(web: Web) -> None:
    with contextlib.ExitStack() as held:
        for _ in range(200):
            line = held.enter_context(web.connect())
            line.sendall(b"GET /patients/ HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        assert web.serves_somebody_else()


def test_the_head_of_a_request_is_not_waited_for_for_ever(web: Web) -> None:
    with web.connect() as line:
        line.sendall(b"GET /patients/ HTTP/1.1\r\nHost: x\r\n")
        line.settimeout(PATIENCE + 10)
        since = time.monotonic()
        assert status_of(_all_of(line)) in (0, 408)
        assert time.monotonic() - since < PATIENCE + 8


@pytest.mark.parametrize("path", ["/sign-in/", "/api/actions/add_site"])
def test_who_never_ends_a_body_keeps_nobody_waiting(web: Web, path: str) -> None:
    """More of them than there are threads; also at the one page that is open to everybody."""
    with contextlib.ExitStack() as held:
        for _ in range(WORKERS * THREADS * 3):
            line = held.enter_context(web.connect())
            line.sendall(web.head(path, "Content-Length: 100000") + b'{"name": "')
        assert web.serves_somebody_else()


def test_a_body_over_the_limit_is_refused_in_words(web: Web) -> None:
    answer = httpx.post(
        f"{web.url}/api/actions/add_site",
        content=body_of(6_000_000),
        headers={"Content-Type": "application/json", "X-CSRFToken": "c" * 32},
        cookies=web.cookies,
    )
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert "more than can be sent" in answer.json()["detail"]


def test_a_form_over_the_limit_is_refused_in_words(web: Web) -> None:
    answer = httpx.post(
        f"{web.url}/patients/new/",
        data={"family": "x" * 6_000_000},
        headers={"X-CSRFToken": "c" * 32},
        cookies=web.cookies,
    )
    assert answer.status_code == 413
    assert "Too much" in answer.text


def test_a_body_that_is_said_to_be_endless_is_not_read(web: Web) -> None:
    answer = web.sends(web.head("/patients/new/", "Content-Length: 99999999999"))
    assert status_of(answer) == 413


@pytest.mark.parametrize(
    "head",
    [
        b"GET /patients/ HTTP/1.1\r\nHost: x\r\n" + b"X-A: b\r\n" * 5_000 + b"\r\n",
        b"GET /patients/ HTTP/1.1\r\nHost: x\r\nX-A: " + b"b" * 900_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 900_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
    ids=["many headers", "a long header", "a long address"],
)
def test_a_head_that_is_too_large_is_refused(web: Web, head: bytes) -> None:
    assert status_of(web.sends(head)) in (0, 400, 413, 414, 431)
    assert web.serves_somebody_else()


def test_a_form_of_too_many_fields_is_refused_in_words(web: Web) -> None:
    answer = httpx.post(
        f"{web.url}/patients/new/",
        data={f"field{number}": "x" for number in range(5_000)},
        headers={"X-CSRFToken": "c" * 32},
        cookies=web.cookies,
    )
    assert answer.status_code == 422
    assert "This could not be read. Go back" in " ".join(TAGS.sub(" ", answer.text).split())


def test_a_form_of_too_many_parts_is_refused_in_words(web: Web) -> None:
    parts: Any = [(f"file{number}", (f"{number}.txt", b"x")) for number in range(2_000)]
    answer = httpx.post(
        f"{web.url}/patients/new/",
        files=parts,
        headers={"X-CSRFToken": "c" * 32},
        cookies=web.cookies,
    )
    assert answer.status_code == 422
    assert "This could not be read. Go back" in " ".join(TAGS.sub(" ", answer.text).split())


def test_json_nested_without_end_is_refused_in_words(web: Web) -> None:
    for depth in (2_000, 400_000):
        answer = httpx.post(
            f"{web.url}/api/actions/add_site",
            content=b'{"name": ' + b"[" * depth + b"]" * depth + b"}",
            headers={"Content-Type": "application/json", "X-CSRFToken": "c" * 32},
            cookies=web.cookies,
        )
        assert answer.status_code == 422, depth
        assert answer.json()["detail"]


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "gzip, gzip"])
def test_what_is_sent_compressed_is_not_unpacked(web: Web, encoding: str) -> None:
    """A few bytes could become gigabytes: nobody needs it, so it is refused."""
    import gzip

    bomb = gzip.compress(body_of(10_000_000))
    answer = httpx.post(
        f"{web.url}/api/actions/add_site",
        content=bomb,
        headers={
            "Content-Type": "application/json",
            "Content-Encoding": encoding,
            "X-CSRFToken": "c" * 32,
        },
        cookies=web.cookies,
    )
    assert answer.status_code == 415
    assert "compressed" in answer.json()["detail"]


@pytest.mark.parametrize(
    "lines",
    [
        ("Content-Length: 2", "Content-Length: 5"),
        ("Content-Length: 5", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: chunked, identity",),
        ("Content-Length: -1",),
        ("Content-Length: 1e3",),
        ("X A: b",),
        ("X-A\x00: b",),
    ],
)
def test_a_request_that_can_be_read_in_two_ways_is_none(web: Web, lines: tuple[str, ...]) -> None:
    """What a proxy and the server would end in two places is where others' requests hide."""
    smuggled = b"GET /patients/ HTTP/1.1\r\nHost: x\r\n\r\n"
    answer = web.sends(web.head("/api/actions/add_site", *lines) + b"{}\r\n" + smuggled)
    assert status_of(answer) in (0, 400, 413, 422, 501)
    assert b"200 OK" not in answer


def test_after_all_that_the_desk_is_still_there(web: Web) -> None:
    with urllib.request.urlopen(f"{web.url}/health/", timeout=10) as answer:
        assert answer.status == 200
