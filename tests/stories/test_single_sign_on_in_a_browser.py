"""From the sign-in page to the practice's provider and back, in a real browser."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from tests import world as cast
from tests.oidc_provider.provider import PASSWORD, SECRET, Provider, free_port, running
from tests.stories.test_every_page import faults_of

from caredesk.access.sso.models import ExternalIdentity
from caredesk.config import testing
from caredesk.config.embedded import Addresses
from caredesk.config.testing import Server

pytestmark = [pytest.mark.browser, pytest.mark.processes]


@pytest.fixture
def practice(
    committed_db: None, addresses: Addresses, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Server, Provider]]:
    """A server that is configured for a provider, and the provider."""
    port = free_port()
    (tmp_path / "provider").mkdir()
    secret = tmp_path / "provider" / "secret"
    secret.write_text(SECRET)
    monkeypatch.setenv("CAREDESK_SSO_ISSUER", f"http://127.0.0.1:{port}/o")
    monkeypatch.setenv("CAREDESK_SSO_CLIENT_ID", "caredesk")
    monkeypatch.setenv("CAREDESK_SSO_CLIENT_SECRET_FILE", str(secret))
    monkeypatch.setenv("CAREDESK_SSO_NAME", "Elm Street")
    with testing.serving(addresses.application, tmp_path / "serving", threads=4) as server:
        back = f"{server.url}/sign-in/sso/back/"
        with running(tmp_path / "provider", [back], port) as provider:
            yield server, provider


def at_provider(page: Any, name: str) -> None:
    page.get_by_role("link", name="Sign in with Elm Street").click()
    page.get_by_label("Name").fill(name)
    page.get_by_label("Secret").fill(PASSWORD)
    page.get_by_role("button", name="Go").click()


def test_a_colleague_is_let_in_and_the_next_is_asked_anew(
    practice: tuple[Server, Provider], browser: Any
) -> None:
    server, provider = practice
    world = cast.build()
    for name, person in (("ana", "ana.p"), ("ben", "ben.p")):
        row = ExternalIdentity(
            user=world.users[name], issuer=provider.issuer, subject=provider.subject_of(person)
        )
        row.save()
    context = browser.new_context(base_url=server.url, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto("/patients/new/")
    assert faults_of(page) == []
    at_provider(page, "ana.p")
    page.wait_for_url("**/patients/new/")
    expect(page.locator(".bar-who")).to_have_text("Ana Ruiz")
    page.get_by_role("button", name="Lock").click()
    page.get_by_role("button", name="Someone else").click()
    # The provider still knows Ana in this browser: whoever comes next is asked all the same.
    at_provider(page, "ben.p")
    page.wait_for_url(f"{server.url}/**")
    expect(page.locator(".bar-who")).to_have_text("Ben Ode")
    page.get_by_role("button", name="Lock").click()
    page.get_by_role("button", name="Someone else").click()
    at_provider(page, "eve.p")
    expect(page.get_by_role("heading", name="Not signed in")).to_be_visible()
    expect(page.get_by_text(provider.subject_of("eve.p"), exact=True)).to_be_visible()
    assert faults_of(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert faults_of(page) == []
    assert ExternalIdentity.objects.count() == 2
    context.close()
