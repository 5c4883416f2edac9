"""Behind a proxy that was named everybody is somebody; otherwise nobody says who they are."""

from pathlib import Path

import httpx
import pytest
from tests import world as cast
from tests.world import PASSWORD

from caredesk.audit.models import Entry
from caredesk.config import testing
from caredesk.config.embedded import Addresses

pytestmark = pytest.mark.processes

STRANGER, COLLEAGUE, ANA = "203.0.113.1", "203.0.113.2", "203.0.113.3"


def ask(url: str, *forwarded: str) -> int:
    """As nobody; each of `forwarded` is a line of its own of the request's head."""
    headers = [("X-Forwarded-For", each) for each in forwarded]
    return httpx.get(f"{url}/patients/", headers=headers).status_code


def until_refused(url: str, *forwarded: str) -> int:
    """How often somebody was answered before it was too much."""
    for answered in range(20):
        if ask(url, *forwarded) == 429:
            return answered
    return 20


def test_a_stranger_who_asks_too_much_stops_nobody_else(
    committed_db: None, addresses: Addresses, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAREDESK_PROXIES", "127.0.0.1, 10.0.0.0/8")
    world = cast.build()
    with testing.serving(
        addresses.application, tmp_path, threads=4, CAREDESK_LIMITS="address=2"
    ) as server:
        assert until_refused(server.url, STRANGER) == 1
        assert ask(server.url, COLLEAGUE) == 302
        # What the stranger makes up on the way is theirs, in one line or two.
        assert ask(server.url, f"198.51.100.7, {STRANGER}") == 429
        assert ask(server.url, f"198.51.100.8, {STRANGER}, 10.0.0.9") == 429
        assert ask(server.url, "198.51.100.9", STRANGER) == 429
        with httpx.Client(base_url=server.url, headers={"X-Forwarded-For": ANA}) as desk:
            desk.get("/sign-in/")
            sent = {"username": "ana", "password": PASSWORD}
            sent["csrfmiddlewaretoken"] = desk.cookies["caredesk_csrf"]
            assert desk.post("/sign-in/", data=sent).headers["Location"] == "/"
    entry = Entry.objects.get(kind="sign-in", actor=world.users["ana"].id)
    assert entry.address == ANA


def test_where_no_proxy_is_named_nobody_says_who_they_are(
    committed_db: None, addresses: Addresses, tmp_path: Path
) -> None:
    with testing.serving(
        addresses.application, tmp_path, threads=4, CAREDESK_LIMITS="address=2"
    ) as server:
        until_refused(server.url, STRANGER)
        assert ask(server.url, COLLEAGUE) == 429
