"""The day and the patients in one hand: 390 px wide, nothing cut, one practitioner at a time."""

from typing import Any
from uuid import UUID

import pytest
from tests import world as cast
from tests.stories.desk import sign_in
from tests.world import World

ROWS_OF_CONTROLS = """new Set([...document.querySelectorAll(".middle-head :is(.button, .day-name)")]
  .filter(each => each.checkVisibility()).map(each => each.getBoundingClientRect().bottom)).size"""
CUT = """[...document.querySelectorAll(".people :is(th, td)")].filter(each =>
  each.checkVisibility() && (each.scrollWidth > each.clientWidth ||
  each.getBoundingClientRect().right > innerWidth)).length"""
ROWS_OF_PEOPLE = """[...document.querySelectorAll(".people tbody tr")].map(row =>
  new Set([...row.children].filter(each => each.checkVisibility())
    .map(each => each.getBoundingClientRect().top)).size)"""


@pytest.fixture
def world(committed_db: None) -> World:
    return cast.build()


@pytest.fixture
def visit(world: World) -> UUID:
    cast.book_everybody(world)
    return cast.book_tomorrow(world, "lupe")


@pytest.mark.browser
def test_a_secretary_with_a_phone(world: World, visit: UUID, page: Any) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, "ana")
    page.goto(f"/day/{world.tomorrow}/")
    assert page.evaluate(ROWS_OF_CONTROLS) <= 2
    folds = page.locator("[data-fold]")
    assert folds.count() > 1
    assert [each.get_attribute("aria-expanded") for each in folds.all()].count("true") == 1
    assert "visit" in folds.first.inner_text()
    folds.last.click()
    assert folds.first.get_attribute("aria-expanded") == "false"
    assert folds.last.get_attribute("aria-expanded") == "true"

    page.goto(f"/appointments/{visit}/")
    heights = page.locator(".panel-actions .button").evaluate_all(
        "all => all.map(each => Math.round(each.getBoundingClientRect().height))"
    )
    assert len(heights) > 2
    assert len(set(heights)) == 1

    page.goto("/patients/")
    assert set(page.evaluate(ROWS_OF_PEOPLE)) == {2}
    assert page.evaluate(CUT) == 0
