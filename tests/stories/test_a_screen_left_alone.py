"""A screen that is left alone is covered; what was typed is below when its owner comes back."""

from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now
from playwright.sync_api import expect
from tests import world as cast
from tests.stories.desk import sign_in
from tests.stories.test_every_page import faults_of
from tests.stories.test_signing_in_with_more import Authenticator
from tests.world import PASSWORD, World

from caredesk.access.locking.actions import set_own_pin
from caredesk.access.locking.models import Pin
from caredesk.access.locking.rules import MOST_WRONG_PINS
from caredesk.access.models import Session
from caredesk.audit.models import Entry
from caredesk.ui.models import Draft

pytestmark = pytest.mark.browser

NEW = "/patients/new/"
PIN = "2580"


@pytest.fixture
def world(committed_db: None) -> World:
    world = cast.build()
    set_own_pin(PIN, by=world.actor("ana"))
    return world


def cover(page: Any) -> Any:
    return page.locator("#cover")


def half_register(page: Any) -> None:
    page.goto(NEW)
    page.locator("[name=given]").fill("Tom")
    page.locator("[name=family]").fill("Reyes")


def is_kept(page: Any) -> None:
    """Until the server has what half_register typed."""
    for _ in range(100):
        if Draft.objects.filter(typed={"given": ["Tom"], "family": ["Reyes"]}).exists():
            return
        page.wait_for_timeout(100)
    pytest.fail("what was typed is not kept")


def is_covered(page: Any) -> None:
    expect(cover(page)).to_be_visible()
    expect(page.locator("[name=secret]")).to_be_focused()


def is_locked(world: World, name: str) -> bool:
    return Session.objects.filter(user=world.users[name], locked_at__isnull=False).exists()


def is_recorded(page: Any, kind: str, times: int = 1) -> None:
    for _ in range(50):
        if Entry.objects.filter(kind=kind).count() >= times:
            return
        page.wait_for_timeout(100)
    pytest.fail(f"no {kind} on record")


def test_left_alone_it_is_covered_and_typing_goes_on_after_the_pin(world: World, page: Any) -> None:
    page.clock.install()
    sign_in(page, "ana")
    half_register(page)
    page.clock.run_for(9 * 60 * 1000 + 50_000)
    expect(cover(page)).to_be_hidden()
    is_kept(page)  # the minutes of this clock take the server no time
    page.clock.run_for(20_000)
    is_covered(page)
    is_recorded(page, "lock")
    assert is_locked(world, "ana")
    assert page.title() == "Locked"
    address = page.url
    page.keyboard.type(PIN)
    page.keyboard.press("Enter")
    expect(cover(page)).to_be_hidden()
    assert page.url == address
    assert page.title() != "Locked"
    expect(page.locator("[name=given]")).to_have_value("Tom")
    expect(page.locator("[name=family]")).to_be_focused()
    page.keyboard.type("-Ortiz")
    with page.expect_response("**/drafts/typed/"):
        page.clock.run_for(1000)
    expect(page.locator("[name=family]")).to_have_value("Reyes-Ortiz")
    assert not is_locked(world, "ana")


def test_who_works_without_asking_the_server_is_not_locked_out(world: World, page: Any) -> None:
    page.clock.install()
    sign_in(page, "ana")
    half_register(page)
    for _ in range(4):
        page.clock.run_for(4 * 60 * 1000)
        with page.expect_response("**/session/active/"):
            page.mouse.move(300, 300)
            page.mouse.move(310, 300)
    expect(cover(page)).to_be_hidden()


def test_the_cover_hides_everything_from_everyone(world: World, page: Any) -> None:
    lupe = world.patients["lupe"]
    sign_in(page, "ana")
    page.goto(f"/patients/{lupe}/")
    page.keyboard.press("?")
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+l")
    is_covered(page)
    assert page.evaluate("document.body.inert")
    seen = page.evaluate("document.body.checkVisibility({visibilityProperty: true})")
    assert seen is False
    tree = page.locator("html").aria_snapshot()
    assert "Locked" in tree
    for hidden in ("Fernández", "Patients", "Sign out of", "602"):
        assert hidden not in tree
    assert page.evaluate("window.find('Guadalupe')") is False
    page.emulate_media(media="print")
    assert page.evaluate("document.body.checkVisibility({visibilityProperty: true})") is False
    page.emulate_media(media="screen")
    for _ in range(8):
        page.keyboard.press("Tab")
        inside = (
            "document.activeElement === document.body || !!document.activeElement.closest('#cover')"
        )
        assert page.evaluate(inside)
    for key in ("Escape", "Escape", "n", "?", "Control+k", "Alt+ArrowLeft"):
        page.keyboard.press(key)
        expect(cover(page)).to_be_visible()
    assert page.locator("#keys[open]").count() == 0


def test_a_wrong_pin_says_how_many_tries_are_left_and_five_end_it(world: World, page: Any) -> None:
    sign_in(page, "ana")
    half_register(page)
    page.get_by_role("button", name="Lock").click()
    is_covered(page)
    for left in ("4 more tries", "3 more tries", "2 more tries", "One more try"):
        page.keyboard.type("9999")
        page.keyboard.press("Enter")
        expect(page.locator("#cover-says")).to_contain_text(left)
        expect(page.locator("[name=secret]")).to_be_focused()
        expect(page.locator("[name=secret]")).to_have_value("")
    page.keyboard.type("9999")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in/**")
    sign_in(page, "ana")
    page.goto(NEW)
    expect(page.locator("[name=given]")).to_have_value("Tom")


def test_all_windows_of_the_browser_are_covered_and_opened_together(
    world: World, page: Any
) -> None:
    sign_in(page, "ana")
    beside = page.context.new_page()
    beside.goto(NEW)
    page.keyboard.press("Alt+l")
    is_covered(page)
    expect(cover(beside)).to_be_visible()
    beside.locator("[name=secret]").fill(PIN)
    beside.keyboard.press("Enter")
    expect(cover(beside)).to_be_hidden()
    expect(cover(page)).to_be_hidden()


def test_what_was_locked_elsewhere_is_covered_with_the_next_step(world: World, page: Any) -> None:
    sign_in(page, "ana")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE access_session SET locked_at = now()")
    page.keyboard.press("n")
    is_covered(page)
    page.keyboard.type(PIN)
    page.keyboard.press("Enter")
    expect(cover(page)).to_be_hidden()
    page.keyboard.press("n")
    expect(page.locator("[name=given]")).to_be_visible()


def test_a_page_opened_anew_leads_to_the_lock_and_back(world: World, page: Any) -> None:
    sign_in(page, "ana")
    page.goto(NEW)
    page.keyboard.press("Alt+l")
    is_covered(page)
    is_recorded(page, "lock")
    page.reload()
    page.wait_for_url("**/locked/**")
    assert faults_of(page) == []
    expect(page.get_by_label("PIN")).to_be_focused()
    page.keyboard.type(PIN)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/locked/" not in url)
    expect(page.locator("[name=given]")).to_be_visible()


def test_the_live_stream_ends_with_the_lock_and_comes_back(world: World, page: Any) -> None:
    sign_in(page, "ana")
    with page.expect_response("**/live/"):
        page.goto("/")
    page.keyboard.press("Alt+l")
    is_covered(page)
    is_recorded(page, "lock")
    with page.expect_response("**/live/"):
        page.keyboard.type(PIN)
        page.keyboard.press("Enter")
    expect(cover(page)).to_be_hidden()
    cast.book_tomorrow(world, "lupe")


def test_a_colleague_takes_over_and_hands_back(world: World, page: Any) -> None:
    sign_in(page, "ana")
    half_register(page)
    is_kept(page)
    beside = page.context.new_page()
    beside.goto("/")
    page.bring_to_front()
    page.keyboard.press("Alt+l")
    is_covered(page)
    is_recorded(page, "lock")
    page.get_by_role("button", name="Someone else").click()
    page.wait_for_url("**/sign-in/**")
    expect(page.get_by_role("link", name="Ana Ruiz")).to_be_visible()
    assert faults_of(page) == []
    sign_in(page, "ben")
    expect(page.locator(".bar-who")).to_have_text("Ben Ode")
    page.goto(NEW)
    expect(page.locator("[name=given]")).to_have_value("")
    # The window that Ana left beside it stays covered, and her PIN there changes places.
    expect(cover(beside)).to_be_visible()
    beside.locator("[name=secret]").fill(PIN)
    beside.keyboard.press("Enter")
    expect(cover(beside)).to_be_hidden()
    expect(cover(page)).to_be_visible()
    beside.goto(NEW)
    expect(beside.locator("[name=given]")).to_have_value("Tom")
    expect(beside.locator(".bar-who")).to_have_text("Ana Ruiz")
    page.locator("[name=secret]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(cover(page)).to_be_hidden()
    expect(page.locator(".bar-who")).to_have_text("Ben Ode")
    expect(cover(beside)).to_be_visible()
    assert Entry.objects.filter(kind="switch").count() == 2


def test_a_passkey_unlocks_in_place(world: World, browser: Any, server: Any) -> None:
    url = server.url.replace("127.0.0.1", "localhost")
    context = browser.new_context(base_url=url, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    Authenticator(page)
    sign_in(page, "ben")
    page.goto("/account/passkeys/new/")
    page.get_by_role("button", name="Make a passkey").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    half_register(page)
    page.keyboard.press("Alt+l")
    expect(cover(page)).to_be_visible()
    is_recorded(page, "lock")
    assert faults_of(page) == []
    address = page.url
    page.get_by_role("button", name="Use a passkey").click()
    expect(cover(page)).to_be_hidden()
    assert page.url == address
    expect(page.locator("[name=given]")).to_have_value("Tom")
    assert not is_locked(world, "ben")
    page.keyboard.press("Alt+l")
    is_recorded(page, "lock", times=2)
    page.reload()
    page.wait_for_url("**/locked/**")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{url}{NEW}")
    assert Entry.objects.filter(kind="unlock").count() == 2
    context.close()


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_cover_is_accessible(world: World, page: Any, width: int, scheme: str) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)
    sign_in(page, "ana")
    page.get_by_role("button", name="Lock").click()
    is_covered(page)
    assert faults_of(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    expect(page.get_by_label("PIN")).to_be_visible()


def test_after_too_many_wrong_pins_the_cover_asks_for_the_password(world: World, page: Any) -> None:
    sign_in(page, "ana")
    half_register(page)
    Pin.objects.update(failures=MOST_WRONG_PINS - 1, failing_since=Now())
    page.keyboard.press("Alt+l")
    is_covered(page)
    secret = cover(page).locator("[name=secret]")
    expect(secret).to_have_accessible_name("PIN")
    page.keyboard.type("0000")
    page.keyboard.press("Enter")
    expect(cover(page)).to_contain_text("Too many wrong PINs were typed today: type your password.")
    expect(secret).to_have_accessible_name("Password")
    expect(secret).not_to_have_attribute("inputmode", "numeric")
    expect(secret).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(cover(page)).to_be_hidden()
    expect(page.locator("[name=given]")).to_have_value("Tom")
