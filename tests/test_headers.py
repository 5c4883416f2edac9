"""What every answer says to the browser: pages, errors, files, static files, the live process."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest
from django.test import Client
from tests import world as cast
from tests.addresses import SHOWS_NOBODY, addresses, arguments_of
from tests.world import World

from caredesk.config.testing import Server
from caredesk.ui.headers import ALWAYS

OURS = re.compile(
    r"default-src 'none'; script-src 'self'; style-src 'self'; .*frame-ancestors 'none'; "
    r"require-trusted-types-for 'script'; trusted-types caredesk; report-uri /csp-report/"
)


@pytest.fixture
def world(committed_db: None) -> World:
    return cast.build()


def assert_closed(answer: object, what: str) -> None:
    headers = answer.headers  # type: ignore[attr-defined]
    for name, value in ALWAYS.items():
        assert headers.get(name) == value, f"{name} of {what}"
    policy = headers.get("Content-Security-Policy", "")
    assert OURS.search(policy) or policy.startswith("sandbox; default-src 'none';"), what
    if not policy.startswith("sandbox"):
        assert "unsafe" not in policy, what
    assert headers.get("Referrer-Policy") == "same-origin", what
    if not what.startswith("/static/"):
        assert "no-store" in headers["Cache-Control"], what
    assert "Server" not in headers or "granian" in headers["Server"].lower()


def every_address(world: World) -> Iterator[str]:
    appointments = cast.book_everybody(world)
    for _, address in addresses(arguments_of(world, appointments)):
        yield address
    yield from ("/health/", "/sign-in/", "/api/openapi.json", "/echo/", "/csp-report/")


def test_every_address_says_what_a_browser_may_do_with_it(world: World) -> None:
    ana, nobody = Client(), Client()
    ana.force_login(world.users["ana"])
    seen = 0
    for address in every_address(world):
        for client in (ana, nobody):
            for headers in ({}, {"HX-Request": "true", "HX-Target": "aside#panel"}):
                answer = client.get(address, headers=headers)
                assert answer.status_code < 500, address
                assert_closed(answer, address)
                seen += 1
    assert seen > 100
    assert SHOWS_NOBODY


@pytest.mark.processes
def test_errors_and_static_files_say_it_too(world: World, server: Server) -> None:
    """Asked of the real server: what never reaches a view is an answer as well."""
    with httpx.Client(base_url=server.url) as client:
        page = client.get("/sign-in/")
        static = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)
        assert len(static) > 8
        for address in static:
            answer = client.get(address)
            assert answer.status_code == 200
            assert_closed(answer, address)
        for method, address, status in (
            ("GET", "/no-such-page/", 302),
            ("GET", "/static/no-such-file.js", 404),
            ("POST", "/sign-in/", 403),  # without a form's token
            ("POST", "/csp-report/", 204),
            ("GET", "/%2e%2e/%2e%2e/etc/passwd", 302),
            ("GET", "/api/actions/none", 401),
        ):
            answer = client.request(method, address)
            assert answer.status_code == status, address
            assert_closed(answer, address)
        answer = client.get("/health/", headers={"Host": "evil.example"})
        assert 400 <= answer.status_code < 500
        assert_closed(answer, "a wrong host")


def test_an_error_of_ours_says_it_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from caredesk.people.views import finding

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("Quaverley")

    monkeypatch.setattr(finding, "page", fail)
    ana = Client(raise_request_exception=False)
    ana.force_login(world.users["ana"])
    answer = ana.get("/patients/")
    assert answer.status_code == 500
    assert b"Quaverley" not in answer.content
    assert_closed(answer, "an error")


@pytest.mark.processes
def test_the_live_process_says_that_it_is_data(server: Server) -> None:
    for address in ("/live/", "/", "/no/"):
        headers = httpx.get(f"{server.live_url}{address}").headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"


def test_cookies_are_for_us_alone(world: World) -> None:
    client = Client()
    client.post("/sign-in/", {"username": "ana", "password": cast.PASSWORD})
    client.get("/day/", follow=True)
    names = set()
    for name, cookie in client.cookies.items():
        names.add(name)
        # A page's own script puts the newer token into its forms (ui/js/cover.js).
        assert cookie["httponly"] or name.endswith("csrf"), name
        assert cookie["samesite"] == "Lax", name
        assert cookie["path"] == "/", name
        assert not cookie["domain"], name
    assert {"caredesk_session", "caredesk_csrf", "caredesk_day"} <= names


def test_over_tls_a_cookie_is_bound_to_this_host() -> None:
    """As a process of its own reads its settings."""
    asked = (
        "from django.conf import settings as s; from caredesk.ui import notice; "
        "from caredesk.desk import day; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, "
        "notice.COOKIE, day.COOKIE, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, "
        "s.SECURE_HSTS_SECONDS > 31_000_000)"
    )
    setup = "import django; django.setup(); "
    environment = {
        **os.environ,
        "CAREDESK_HTTPS": "1",
        "DJANGO_SETTINGS_MODULE": "caredesk.config.settings",
    }
    said = subprocess.run(
        [sys.executable, "-c", setup + asked],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    *names, secure, csrf_secure, strict = said.stdout.split()
    assert names == [f"__Host-caredesk_{each}" for each in ("session", "csrf", "notice", "day")]
    assert [secure, csrf_secure, strict] == ["True"] * 3


def test_a_form_without_its_token_is_refused(world: World) -> None:
    ana = Client(enforce_csrf_checks=True)
    ana.force_login(world.users["ana"])
    for address in (f"/patients/{world.patients['lupe']}/alerts/", "/echo/", "/sign-out/"):
        assert ana.post(address, {"text": "x"}).status_code == 403
    answer = ana.post("/api/actions/undo", {"deed": "x"}, content_type="application/json")
    assert answer.status_code == 403
