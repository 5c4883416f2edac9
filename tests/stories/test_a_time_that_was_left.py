"""A caller decides, and something comes between: the time that is held is not lost from sight."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect
from tests import world as cast
from tests.stories.desk import find, sign_in
from tests.stories.test_every_page import faults_of
from tests.world import World

from caredesk.scheduling.models import Appointment, Hold

pytestmark = pytest.mark.browser

HELD = re.compile("Held for you until")


@pytest.fixture
def world(committed_db: None) -> World:
    return cast.build()


def choose_the_first(page: Any) -> None:
    page.locator("#free-times button[name=time]").first.click()
    page.get_by_text(HELD).wait_for()


def begin_booking(page: Any) -> None:
    find(page, "ortiz guad")
    page.locator("#panel .alert").first.wait_for()
    page.keyboard.press("b")
    page.get_by_label("Kind of visit").select_option(index=1)
    choose_the_first(page)


def test_a_time_that_was_left_by_esc_is_gone_on_with(world: World, page: Any) -> None:
    sign_in(page, "ana")
    begin_booking(page)
    page.keyboard.press("Escape")
    held = page.get_by_role("region", name="The time you hold")
    expect(held).to_contain_text("Held by you until")
    assert faults_of(page) == []
    held.get_by_role("link", name="Go on").click()
    page.get_by_text(HELD).wait_for()
    page.locator("#panel form button.next").click()
    expect(page.locator("#notice .notice")).to_contain_text("Booked")
    assert Appointment.objects.count() == 1


def test_when_all_is_closed_the_address_is_the_days(world: World, page: Any) -> None:
    sign_in(page, "ana")
    begin_booking(page)
    page.keyboard.press("Escape")
    page.get_by_text("Held by you until").wait_for()
    page.keyboard.press("Escape")
    expect(page.locator("#panel > *")).to_have_count(0)
    assert "/day/" in page.url


def test_a_new_choice_takes_the_place_of_the_old(world: World, page: Any) -> None:
    sign_in(page, "ana")
    begin_booking(page)
    page.keyboard.press("Escape")
    page.get_by_text("Held by you until").wait_for()
    choose_the_first(page)
    assert Hold.objects.count() == 2
    page.keyboard.press("Escape")
    held = page.get_by_role("region", name="The time you hold")
    held.get_by_role("button", name="Release").click()
    expect(held).to_have_count(0)
    assert not Hold.objects.filter(released_at=None).exists()


def test_when_a_hold_ends_the_page_says_so_by_itself(world: World, page: Any) -> None:
    page.clock.install()
    sign_in(page, "ana")
    begin_booking(page)
    page.clock.fast_forward("03:05")
    expect(page.get_by_text("somebody else may take it")).to_be_visible()
    expect(page.get_by_text(HELD)).to_be_hidden()


def test_a_hold_is_not_printed(world: World, page: Any) -> None:
    sign_in(page, "ana")
    begin_booking(page)
    day = Hold.objects.get().starts_at.date().isoformat()
    page.goto(f"/day/{day}/?site={world.sites['main']}&by=practitioner")
    hold = page.locator("#board .hold").first
    hold.wait_for(state="attached")
    page.emulate_media(media="print")
    expect(hold).to_be_hidden()
