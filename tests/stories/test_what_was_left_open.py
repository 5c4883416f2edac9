"""An interruption costs nothing: half-typed forms come back, to whoever typed them, anywhere."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect
from tests import world as cast
from tests.stories.desk import sign_in
from tests.stories.test_every_page import faults_of
from tests.world import World

from caredesk.config.testing import Server
from caredesk.people.models import Patient
from caredesk.ui.models import Draft

pytestmark = pytest.mark.browser

NEW = "/patients/new/"
STORED = "JSON.stringify([{...localStorage}, {...sessionStorage}])"


@pytest.fixture
def world(committed_db: None) -> World:
    return cast.build()


@pytest.fixture
def another(browser: Any, server: Server) -> Iterator[Callable[..., Any]]:
    """A browser at another computer, as somebody of the cast."""
    opened = []

    def at(name: str, **options: Any) -> Any:
        context = browser.new_context(base_url=server.url, **options)
        context.set_default_timeout(10_000)
        opened.append(context)
        page = context.new_page()
        sign_in(page, name)
        return page

    yield at
    for each in opened:
        each.close()


def is_kept(page: Any) -> None:
    """Until the server has what was typed."""
    page.wait_for_function(
        "() => !!document.querySelector('form[data-draft]')?.dataset.draftEdition"
    )


def half_register(page: Any) -> None:
    page.goto(NEW)
    page.locator("[name=given]").fill("Tom")
    page.locator("[name=family]").fill("Reyes")
    page.locator("[name=birth_date]").fill("3/7/88")
    page.locator("[name=sex]").select_option("male")
    page.get_by_text("More about the patient").click()
    page.locator("[name=interpreter_needed]").check()
    with page.expect_response("**/drafts/typed/"):
        page.locator("[name=language]").select_option("es")
    is_kept(page)


def left_open(page: Any) -> Any:
    return page.locator("#left-open")


def notice(page: Any) -> Any:
    return page.locator("#notice .notice")


def test_a_registration_comes_back_at_another_computer(
    world: World, page: Any, another: Callable[..., Any]
) -> None:
    sign_in(page, "ana")
    half_register(page)
    page.context.close()
    there = another("ana")
    bar = left_open(there)
    expect(bar).to_contain_text("Left open")
    bar.get_by_role("link", name="Register a patient").click()
    there.get_by_text("Half typed, kept since").wait_for()
    for name, value in (
        ("given", "Tom"),
        ("family", "Reyes"),
        ("birth_date", "3/7/88"),
        ("sex", "male"),
        ("language", "es"),
        ("preferred_channel", "phone"),
    ):
        expect(there.locator(f"[name={name}]")).to_have_value(value)
    expect(there.locator("[name=interpreter_needed]")).to_be_checked()
    expect(bar).not_to_contain_text("Left open")
    assert faults_of(there) == []
    there.locator("[name=given]").press("Enter")
    expect(notice(there)).to_contain_text("Registered")
    assert Patient.objects.filter(family="Reyes", interpreter_needed=True).count() == 1
    assert not Draft.objects.exists()
    there.goto(NEW)
    expect(there.locator("[name=given]")).to_have_value("")
    expect(left_open(there)).not_to_contain_text("Left open")


def test_a_call_is_taken_in_the_middle_and_the_bar_leads_back(world: World, page: Any) -> None:
    sign_in(page, "ana")
    page.goto(f"/patients/{world.patients['lupe']}/relatives/")
    page.locator("[name=name]").fill("Luz Ortiz")
    page.get_by_label("Clinical matters").check()
    page.keyboard.press("Escape")
    bar = left_open(page)
    expect(bar).to_contain_text("Relatives and guardians of")
    page.keyboard.press("n")
    page.locator("[name=given]").fill("Tom")
    is_kept(page)
    expect(bar).to_contain_text("Relatives and guardians of")
    page.keyboard.press("Escape")
    expect(bar).to_contain_text("Register a patient")
    expect(bar).to_contain_text("1 more")
    bar.get_by_role("link", name="1 more").click()
    page.locator("#panel").get_by_role("link", name=re.compile("Relatives")).click()
    expect(page.locator("[name=name]")).to_have_value("Luz Ortiz")
    expect(page.get_by_label("Clinical matters")).to_be_checked()
    expect(page.get_by_label("Bills")).not_to_be_checked()
    expect(bar).not_to_contain_text("1 more")
    expect(bar).to_contain_text("Register a patient")


def test_thrown_away_it_is_gone_and_undo_brings_it_back(world: World, page: Any) -> None:
    sign_in(page, "ana")
    half_register(page)
    page.reload()
    page.get_by_role("button", name="Start afresh").click()
    expect(page.locator("[name=given]")).to_have_value("")
    expect(notice(page)).to_contain_text("Thrown away")
    page.keyboard.press("Escape")
    page.locator("#panel > *").first.wait_for(state="detached")
    expect(left_open(page)).not_to_contain_text("Left open")
    notice(page).get_by_role("button", name=re.compile("Undo")).click()
    expect(page.locator("[name=given]")).to_have_value("Tom")
    expect(page.locator("[name=interpreter_needed]")).to_be_checked()
    page.goto("/drafts/")
    page.get_by_role("button", name="Throw away Register a patient").click()
    page.get_by_text("Nothing is left open").wait_for()
    expect(left_open(page)).not_to_contain_text("Left open")


def test_two_at_one_browser_see_only_their_own(world: World, page: Any) -> None:
    sign_in(page, "ana")
    half_register(page)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in/")
    sign_in(page, "ben")
    expect(left_open(page)).not_to_contain_text("Left open")
    page.goto(NEW)
    expect(page.locator("[name=given]")).to_have_value("")
    page.locator("[name=given]").fill("Bill")
    is_kept(page)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in/")
    sign_in(page, "ana")
    left_open(page).get_by_role("link", name="Register a patient").click()
    expect(page.locator("[name=given]")).to_have_value("Tom")


def test_nothing_that_was_typed_stays_in_the_browser(world: World, page: Any) -> None:
    sign_in(page, "ana")
    half_register(page)
    page.goto("/")
    kept = page.evaluate(STORED)
    for typed in ("Tom", "Reyes", "3/7/88", "register"):
        assert typed not in kept
    databases = page.evaluate("async () => (await indexedDB.databases()).length")
    assert databases == 0


def test_what_is_typed_last_is_kept_when_the_window_is_closed(
    world: World, page: Any, another: Callable[..., Any]
) -> None:
    sign_in(page, "ana")
    page.goto(NEW)
    page.locator("[name=given]").fill("Tom")
    page.close(run_before_unload=True)
    there = another("ana")
    for _ in range(20):
        there.goto(NEW)
        if there.locator("[name=given]").input_value():
            break
    expect(there.locator("[name=given]")).to_have_value("Tom")


def test_where_it_cannot_be_kept_one_is_told_and_stays(world: World, page: Any) -> None:
    sign_in(page, "ana")
    page.goto(NEW)
    page.context.set_offline(True)
    page.locator("[name=given]").fill("Tom")
    page.keyboard.press("Escape")
    expect(notice(page)).to_contain_text("What you typed is still here")
    expect(page.locator("[name=given]")).to_have_value("Tom")
    page.context.set_offline(False)
    page.keyboard.press("Escape")
    expect(left_open(page)).to_contain_text("Register a patient")
    assert Draft.objects.get().typed == {"given": ["Tom"]}


def test_an_untouched_window_takes_nothing_from_another(world: World, page: Any) -> None:
    sign_in(page, "ana")
    page.goto(NEW)
    beside = page.context.new_page()
    half_register(beside)
    page.bring_to_front()
    page.locator("[name=given]").focus()
    page.goto("/")
    page.goto(NEW)
    expect(page.locator("[name=given]")).to_have_value("Tom")
    assert Draft.objects.get().typed["family"] == ["Reyes"]


def test_emptied_by_hand_nothing_is_left_open(world: World, page: Any) -> None:
    sign_in(page, "ana")
    page.goto(NEW)
    page.locator("[name=given]").fill("Tom")
    is_kept(page)
    page.reload()
    with page.expect_response("**/drafts/typed/"):
        page.locator("[name=given]").fill("")
    page.keyboard.press("Escape")
    page.locator("#panel > *").first.wait_for(state="detached")
    page.goto("/")
    expect(left_open(page)).not_to_contain_text("Left open")
    assert not Draft.objects.exists()


def test_what_was_refused_is_kept_as_it_was_sent(
    world: World, page: Any, another: Callable[..., Any]
) -> None:
    sign_in(page, "ana")
    page.goto(NEW)
    page.locator("[name=family]").fill("Reyes")
    page.locator("[name=birth_date]").fill("31/2/74")
    page.locator("[name=birth_date]").press("Enter")
    page.locator("#id_birth_date_error").wait_for()
    is_kept(page)
    there = another("ana")
    there.goto(NEW)
    expect(there.locator("[name=family]")).to_have_value("Reyes")
    expect(there.locator("[name=birth_date]")).to_have_value("31/2/74")


def test_without_scripts_it_comes_back_and_can_be_thrown_away(
    world: World, another: Callable[..., Any]
) -> None:
    cast.leave_open(world, "lupe")
    plain = another("ana", java_script_enabled=False)
    left_open(plain).get_by_role("link", name=re.compile("Details of")).click()
    expect(plain.locator("[name=middle]")).to_have_value("Ming")
    plain.get_by_role("button", name="Start afresh").click()
    expect(plain.locator("[name=middle]")).to_have_value("")
    expect(left_open(plain)).not_to_contain_text("Left open")


@pytest.mark.parametrize("width", [1440, 390])
def test_the_bar_and_a_form_that_came_back_are_accessible(
    world: World, page: Any, width: int
) -> None:
    for name in ("lupe", "bill", "wei"):
        cast.leave_open(world, name)
    page.set_viewport_size({"width": width, "height": 844})
    sign_in(page, "ana")
    expect(left_open(page)).to_be_visible()
    for address in ("/", f"/patients/{world.patients['lupe']}/details/", "/drafts/"):
        page.goto(address)
        assert faults_of(page) == []
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        expect(left_open(page).get_by_role("link", name=re.compile("Details of"))).to_be_visible()
