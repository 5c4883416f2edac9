"""Passkeys and an authenticator app in a real browser, with a virtual authenticator."""

import re
from collections.abc import Iterator
from typing import Any

import pyotp
import pytest
from tests import world as cast
from tests.stories.desk import sign_in
from tests.stories.test_every_page import faults_of
from tests.world import FOUNDER, PASSWORD, World

from caredesk.access.actions import set_password
from caredesk.access.factors.demands import demand_factor
from caredesk.access.factors.models import Passkey
from caredesk.access.factors.queries import factors_of
from caredesk.audit.models import Entry
from caredesk.kernel import clock

pytestmark = pytest.mark.browser
WIDTHS = [1440, 390]
OF_POLICY = "Content Security Policy"


@pytest.fixture
def world(committed_db: None) -> World:
    return cast.build()


@pytest.fixture
def named(browser: Any, server: Any, world: World) -> Iterator[Any]:
    """A page at an address with a name: WebAuthn knows no numbers."""
    url = server.url.replace("127.0.0.1", "localhost")
    context = browser.new_context(base_url=url, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.said = []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(f"error: {error}"))
    yield page
    context.close()


def faults_said(page: Any) -> list[str]:
    """What the browser says of our pages; the live process is at the number, which it refuses."""
    return [each for each in page.said if OF_POLICY in each or each.startswith("error:")]


class Authenticator:
    """Chromium's virtual one, as a telephone or a laptop has it."""

    def __init__(self, page: Any) -> None:
        self.session = page.context.new_cdp_session(page)
        self.session.send("WebAuthn.enable")
        added = self.session.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                    "automaticPresenceSimulation": True,
                }
            },
        )
        self.id = added["authenticatorId"]

    def verifies(self, yes: bool) -> None:
        self.session.send(
            "WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": yes}
        )

    @property
    def credentials(self) -> list[Any]:
        found = self.session.send("WebAuthn.getCredentials", {"authenticatorId": self.id})
        return list(found["credentials"])


def open_account(page: Any) -> None:
    page.get_by_role("link", name="Ana Ruiz").click()
    page.get_by_role("heading", name="My account").wait_for()


def add_passkey(page: Any, name: str) -> None:
    page.locator("#account-passkeys").get_by_role("link", name="Add").click()
    page.get_by_label("Name of the passkey").fill(name)
    page.get_by_role("button", name="Make a passkey").click()


def sign_out(page: Any) -> None:
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in/")


def test_a_passkey_is_added_and_is_enough_alone(world: World, named: Any) -> None:
    page, device = named, Authenticator(named)
    sign_in(page, "ana")
    open_account(page)
    add_passkey(page, "This computer")
    page.get_by_role("heading", name="Recovery codes").wait_for()
    assert page.get_by_role("list", name="Recovery codes").get_by_role("listitem").count() == 10
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_text("This computer").wait_for()
    [credential] = device.credentials
    assert credential["isResidentCredential"]
    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/day/**")
    assert page.locator(".bar-who").inner_text() == "Ana Ruiz"
    kinds = list(Entry.objects.filter(actor=world.users["ana"].id).values_list("name", flat=True))
    assert kinds.count("prove_with_passkey") == 1
    assert kinds.count("sign-in") == 2
    assert Passkey.objects.get().sign_count > 0
    # Removed, it opens nothing; its copy is still in the device.
    open_account(page)
    page.get_by_role("link", name="This computer").click()
    page.get_by_role("button", name="Remove the passkey").click()
    page.get_by_text("Removed the passkey: it lets nobody in any more").wait_for()
    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("This passkey was not accepted").wait_for()
    assert device.credentials
    assert faults_said(page) == []


def test_an_answer_counts_once_and_only_where_somebody_was_verified(
    world: World, named: Any
) -> None:
    page, device = named, Authenticator(named)
    sign_in(page, "ana")
    open_account(page)
    add_passkey(page, "This computer")
    page.get_by_role("link", name="I have kept them").click()
    sign_out(page)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/day/**")
    [answer] = [each for each in sent if "authenticatorData" in each]
    sign_out(page)
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    fields = dict(re.findall(r"([a-z]+)=([^&]*)", answer))
    again = page.request.post(
        "/sign-in/passkey/",
        headers={"content-type": "application/x-www-form-urlencoded", "origin": origin_of(page)},
        data=f"csrfmiddlewaretoken={token}&credential={fields['credential']}",
        max_redirects=0,
    )
    assert again.status == 422
    assert page.request.get("/api/openapi.json").status == 401
    device.verifies(False)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("No passkey was used").wait_for()
    assert page.request.get("/api/openapi.json").status == 401


def origin_of(page: Any) -> str:
    return str(page.evaluate("location.origin"))


def test_the_passkey_is_the_second_step_after_the_password(world: World, named: Any) -> None:
    page = named
    Authenticator(page)
    sign_in(page, "ana")
    open_account(page)
    add_passkey(page, "")
    page.get_by_role("link", name="I have kept them").click()
    sign_out(page)
    page.get_by_label("Name you sign in with").fill("ana")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="One more step").wait_for()
    assert faults_of(page) == []
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/day/**")


@pytest.mark.parametrize("width", WIDTHS)
def test_who_must_have_one_sets_it_up_on_the_way_in(world: World, named: Any, width: int) -> None:
    page = named
    page.set_viewport_size({"width": width, "height": 844})
    demand_factor("secretary", by=FOUNDER)
    set_password(world.users["ana"].id, "for the first day", must_change=True, by=FOUNDER)
    page.goto("/sign-in/?next=/patients/")
    page.get_by_label("Name you sign in with").fill("ana")
    page.get_by_label("Password").fill("for the first day")
    page.keyboard.press("Enter")
    page.get_by_label("New password").fill("a fine long sentence")
    assert_well(page)
    page.get_by_label("The same again").fill("a fine long sentence")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Set up a second step").wait_for()
    assert_well(page)
    page.goto("/patients/")
    page.wait_for_url("**/sign-in/?next=/patients/")
    page.goto("/sign-in/set-up/")
    page.get_by_role("link", name="Use an app").click()
    page.get_by_text("Type a key instead").click()
    assert_well(page)
    secret = page.locator("code.key").inner_text().replace(" ", "")
    page.get_by_label("Code from your authenticator app").fill(
        str(pyotp.TOTP(secret).at(clock.now()))
    )
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="It is set up").wait_for()
    assert_well(page)
    page.get_by_role("button", name="I have kept them").click()
    page.wait_for_url("**/patients/")
    assert factors_of(world.users["ana"].id).codes_left == 10
    assert faults_said(page) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_of_the_account_and_of_the_manager_are_accessible(
    world: World, named: Any, width: int
) -> None:
    page = named
    Authenticator(page)
    page.set_viewport_size({"width": width, "height": 844})
    sign_in(page, "mia")
    page.goto("/account/passkeys/new/")
    page.get_by_role("button", name="Make a passkey").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    assert_well(page)
    ben = world.users["ben"].id
    passkey = Passkey.objects.get().id
    for address in (
        "/account/",
        "/account/password/",
        "/account/proof/",
        f"/account/passkeys/{passkey}/",
        "/account/app/",
        "/account/recovery-codes/",
        "/users/",
        "/users/new/",
        "/users/second-step/",
        f"/users/{ben}/",
        f"/users/{ben}/password/",
    ):
        page.goto(address)
        assert_well(page)
    assert faults_said(page) == []


def assert_well(page: Any) -> None:
    assert faults_of(page) == [], page.url
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0, f"{page.url} is {overflow} px too wide"
