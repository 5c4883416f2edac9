"""A body whose length nobody said, through the real server."""

import json
from typing import Any

import httpx
import pytest
from tests.test_actions import MAIN
from tests.test_json_door import signed_in

from caredesk.practice.models import Site


@pytest.mark.processes
def test_a_body_sent_in_chunks_is_read_up_to_its_limit(server: Any) -> None:
    client = signed_in("manager")
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    cookies["caredesk_csrf"] = "c" * 32
    headers = {"Content-Type": "application/json", "X-CSRFToken": "c" * 32}

    def send(*chunks: bytes) -> httpx.Response:
        address = f"{server.url}/api/actions/add_site"
        # An iterator has no length: it goes out in chunks.
        return httpx.post(address, content=iter(chunks), headers=headers, cookies=cookies)

    assert "Content-Length" not in send().request.headers
    body = json.dumps(MAIN).encode()
    assert send(body[:5], body[5:]).status_code == 200
    assert Site.objects.get().name == MAIN["name"]
    endless = send(b'{"name": "', *[b"x" * 100_000] * 11, b'"}')
    assert (endless.status_code, endless.json()["detail"]) == (413, "The body is too long.")
    assert send(b'{"name": ').json()["detail"] == "The body is not JSON."
