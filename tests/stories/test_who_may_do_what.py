"""Mia manages: she sees who may do what, lets nurses register patients, and thinks better of it."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect
from tests import world as cast
from tests.stories.desk import sign_in
from tests.stories.test_every_page import faults_of
from tests.world import World

from caredesk.access.actions import add_user
from caredesk.access.adapting import give_permission

PAGES = ("/roles/", "/roles/nurse/", "/roles/patient/", "/permissions/people.view/")


@pytest.fixture
def world(committed_db: None) -> World:
    made = cast.build()
    give_permission("biller", "people.change", by=made.actor("mia"))
    return made


@pytest.mark.browser
def test_a_role_is_adapted_and_made_as_it_was(world: World, page: Any) -> None:
    sign_in(page, "mia")
    page.get_by_role("link", name="Roles").click()
    marks = page.locator("td .given")
    assert marks.count() == 1
    page.get_by_role("link", name="Nurse", exact=True).click()
    page.get_by_role("button", name="Give: Register a new patient.").click()
    page.get_by_text("A nurse may now: register a new patient.").wait_for()
    # What stands behind follows, and the keyboard stays where it was.
    expect(marks).to_have_count(2)
    take = page.get_by_role("button", name="Take: Register a new patient.")
    assert take.evaluate("each => each === document.activeElement")
    page.keyboard.press("u")
    expect(marks).to_have_count(1)
    page.keyboard.press("Escape")
    page.wait_for_url("**/roles/")
    assert page.locator(".matrix").is_visible()


@pytest.mark.browser
def test_it_prints_across_the_paper(world: World, page: Any) -> None:
    sign_in(page, "mia")
    page.goto("/roles/")
    page.emulate_media(media="print")
    assert page.locator(".only-paper").first.is_visible()
    paper = page.pdf(prefer_css_page_size=True)
    width, height = map(float, re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)", paper)[0])
    assert width > height
    assert int(re.findall(rb"/Count (\d+)", paper)[0]) <= 3


@pytest.mark.browser
def test_who_only_looks_comes_there_first(world: World, page: Any) -> None:
    add_user("ida", "Ida Novak", cast.PASSWORD, ["auditor"], by=cast.FOUNDER)
    page.goto("/sign-in/")
    page.get_by_label("Name you sign in with").fill("ida")
    page.get_by_label("Password").fill(cast.PASSWORD)
    page.get_by_label("Password").press("Enter")
    page.wait_for_url("**/worklist/")
    places = page.locator(".rail a").all_inner_texts()
    assert places == ["Worklist", "Reviews", "Access", "Roles"]
    assert page.locator("[data-bar]").get_attribute("placeholder") == "Say what to do"
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 844})
        for address in PAGES:
            page.goto(address)
            assert faults_of(page) == [], f"{address} at {width}"
            overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert overflow <= 0, f"{address} is {overflow} px too wide at {width}"
            assert page.get_by_role("button", name="Give:").count() == 0
