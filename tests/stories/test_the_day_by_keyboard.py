"""A secretary goes about the day without the mouse."""

import re
from typing import Any

import pytest
from tests import world as cast
from tests.stories.desk import sign_in
from tests.world import World


@pytest.fixture
def world(committed_db: None) -> World:
    return cast.build()


FOCUSED = "document.activeElement.className"


@pytest.mark.browser
def test_the_arrows_work_at_once_and_a_day_is_typed(world: World, page: Any) -> None:
    cast.book_tomorrow(world, "lupe")
    sign_in(page, "ana")
    page.goto(f"/day/{world.tomorrow}/")
    page.keyboard.press("ArrowDown")
    assert "visit" in page.evaluate(FOCUSED)

    page.keyboard.press("]")
    page.wait_for_function(
        "day => document.getElementById('board').dataset.day > day", arg=str(world.tomorrow)
    )
    page.keyboard.press("[")
    page.wait_for_function(
        "day => document.getElementById('board').dataset.day === day", arg=str(world.tomorrow)
    )
    page.keyboard.press("ArrowDown")
    assert "visit" in page.evaluate(FOCUSED)
    page.keyboard.press("Enter")
    page.locator("#panel [data-panel-title]").wait_for()
    page.keyboard.press("Control+k")
    page.keyboard.type("cancel")
    page.locator("#find-options [role=option]", has_text=re.compile("^Cancel$")).wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/cancellation/")
    page.keyboard.press("Escape")

    page.keyboard.press("g")
    page.keyboard.type("24 dec")
    page.get_by_text("24 Dec 20").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/day/*-12-24/**")
    page.get_by_role("heading", name="24 Dec").wait_for(state="attached")
    page.keyboard.press("g")
    page.keyboard.type("31 feb")
    page.keyboard.press("Enter")
    page.get_by_text("is not a date: February").wait_for()
    page.keyboard.press("Escape")

    page.keyboard.press("Control+k")
    page.keyboard.type("tomorrow")
    page.locator("#find-options [role=option]", has_text="Go to").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/day/{world.tomorrow}/**")

    page.keyboard.press("?")
    shown = page.locator("#keys li").all_inner_texts()
    for key in ("↑", "↵", "/", "Esc", "G"):
        assert any(key in line for line in shown), (key, shown)
    page.keyboard.press("Escape")

    page.keyboard.press("Control+k")
    page.keyboard.type("sign out")
    page.locator("#find-options [role=option]", has_text="Sign out").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in/**")
