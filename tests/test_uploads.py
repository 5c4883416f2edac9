"""Uploads against the real server: refused before they are read, and bounded in memory."""

import socket
from urllib.parse import urlsplit

import psutil
import pytest
from tests import world as cast
from tests.stories.desk import sign_in
from tests.world import World

from caredesk.config.testing import Server
from caredesk.files.models import Attachment

pytestmark = pytest.mark.processes


@pytest.fixture
def world(committed_db: None) -> World:
    return cast.build()


def answer_to(server: Server, head: str, body: bytes = b"") -> bytes:
    """What is answered to a head and the beginning of a body, of which the rest never comes."""
    where = urlsplit(server.url)
    with socket.create_connection((where.hostname, where.port), 20) as asking:
        asking.sendall(head.replace("\n", "\r\n").encode() + b"\r\n" + body)
        return asking.recv(65536)


@pytest.mark.parametrize("address", ["/sign-in/", "/csp-report/"])
def test_what_is_too_long_is_refused_before_it_is_sent(server: Server, address: str) -> None:
    head = (
        f"POST {address} HTTP/1.1\nHost: 127.0.0.1\nContent-Length: 9000000000\n"
        "Content-Type: multipart/form-data; boundary=x\n"
    )
    assert answer_to(server, head, b"--x\r\n").startswith(b"HTTP/1.1 413 ")


@pytest.mark.browser
def test_a_file_that_is_too_long_is_refused_before_it_is_sent(
    world: World, server: Server, page: object
) -> None:
    sign_in(page, "ana")
    cookies = page.context.cookies()  # type: ignore[attr-defined]
    jar = "; ".join(f"{each['name']}={each['value']}" for each in cookies)
    head = (
        f"POST /patients/{world.patients['lupe']}/documents/ HTTP/1.1\nHost: 127.0.0.1\n"
        f"Cookie: {jar}\nContent-Length: 9000000000\n"
        "Content-Type: multipart/form-data; boundary=x\n"
    )
    said = answer_to(server, head, b"--x\r\n")
    assert said.startswith(b"HTTP/1.1 413 ")


@pytest.mark.browser
def test_many_megabytes_cost_the_server_little_memory(
    world: World, server: Server, page: object, tmp_path: object
) -> None:
    """Twenty of them, again and again, in a process that began with far less than they are."""
    from caredesk.files.tests import samples

    sign_in(page, "ana")
    big = tmp_path / "big.jpg"  # type: ignore[operator]
    big.write_bytes(samples.jpeg(behind=b"\0" * 20_000_000))
    before = _memory(server)
    for _ in range(3):
        page.goto(f"/patients/{world.patients['lupe']}/documents/")  # type: ignore[attr-defined]
        page.get_by_label("File").set_input_files(str(big))  # type: ignore[attr-defined]
        page.get_by_label("What it is").fill("Photo")  # type: ignore[attr-defined]
        page.get_by_role("button", name="Add").click()  # type: ignore[attr-defined]
        page.get_by_text("Added the document.").wait_for()  # type: ignore[attr-defined]
    assert Attachment.objects.filter(size__gt=20_000_000).count() == 3
    grown = _memory(server) - before
    assert grown < 60_000_000, f"{grown:,} bytes more"


def _memory(server: Server) -> int:
    """Of the web server and its workers together."""
    port = urlsplit(server.url).port
    for each in psutil.Process().children(recursive=True):
        if f"--port {port}" in " ".join(each.cmdline()):
            family = [each, *each.children(recursive=True)]
            return sum(process.memory_info().rss for process in family)
    raise AssertionError("the web server is not there")
