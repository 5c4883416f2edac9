"""A manager restricts one visit; at the desk it is a time, until somebody breaks the glass."""

import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import expect
from tests import world as cast
from tests.stories.desk import find, sign_in
from tests.stories.test_the_glass import look
from tests.world import World

from caredesk.people.models import BrokenGlass, Restriction

pytestmark = pytest.mark.browser

REASON = "Wants to talk alone"
LISTENING = "() => document.querySelector('#live-state').textContent === ''"


@pytest.fixture
def world(committed_db: None) -> World:
    return cast.build()


@pytest.fixture
def visit(world: World) -> UUID:
    return cast.book_now_for(world, world.patients["lupe"], REASON)


@pytest.fixture
def colleague(world: World, visit: UUID, browser: Any, server: Any) -> Any:
    """Ana with the day open before her."""
    context = browser.new_context(base_url=server.url, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(10_000)
    page = context.new_page()
    sign_in(page, "ana")
    page.wait_for_function(LISTENING)
    yield page
    context.close()


def test_by_keyboard_a_visit_is_restricted_and_the_glass_before_it_broken(
    visit: UUID, page: Any, colleague: Any, tmp_path: Path
) -> None:
    on_board = colleague.locator(".visit")
    expect(on_board).to_contain_text("Fernández-Ortiz")
    restrict_by_keyboard(page, tmp_path)
    row = Restriction.objects.get()
    assert (row.piece_id, row.kind, row.why) == (visit, "adolescent", "Came without her mother")

    # The colleague's board says no more without being asked.
    expect(on_board).to_have_text(re.compile("Restricted"))
    assert "Fernández" not in colleague.content()
    assert REASON not in colleague.content()
    break_the_glass(colleague, tmp_path)
    assert BrokenGlass.objects.get().piece_id == visit

    page.keyboard.press("u")
    expect(page.locator("#notice")).to_contain_text("Undone")
    expect(page.locator("#panel .alert.note")).to_have_count(0)
    assert Restriction.objects.get().ended_at is not None


def restrict_by_keyboard(page: Any, folder: Path) -> None:
    """From the board to the notice; a first try without a reason is answered at the field."""
    sign_in(page, "mia")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator("#panel [data-panel-title]").wait_for()
    find(page, "who may see this")
    kind = page.locator("#panel [name=kind]")
    expect(kind).to_be_focused()
    look(page, folder, "form-1440")
    page.keyboard.type("Adol")
    why = page.locator("#panel [name=why]")
    tab_to(page, why)
    page.keyboard.press("Enter")
    expect(page.locator("#id_why_error")).to_have_text("This is needed.")
    expect(why).to_be_focused()
    expect(kind).to_have_value("adolescent")
    look(page, folder, "refused-1440")
    page.keyboard.type("Came without her mother")
    tab_to(page, page.get_by_role("checkbox", name="Dr Mei Chen"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name=re.compile("^Restrict")))
    page.keyboard.press("Enter")
    expect(page.locator("#notice")).to_contain_text("Restricted: others see")
    expect(page.locator("#panel .alert.note")).to_contain_text(
        "Restricted: Adolescent's confidential visit."
    )
    look(page, folder, "restricted-1440")


def break_the_glass(page: Any, folder: Path) -> None:
    """From the patient whom she finds, by the visit that is a time and no more."""
    find(page, "ortiz guad")
    line = page.locator("#panel a.line", has_text="Restricted")
    line.wait_for()
    assert REASON not in page.content()
    tab_to(page, line)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Open for a limited time").wait_for()
    tab_to(page, page.get_by_label("Why", exact=True))
    page.keyboard.type("The patient is at")
    tab_to(page, page.get_by_label("In a few words"))
    page.keyboard.type("She stands before me")
    tab_to(page, page.get_by_role("button", name="Open for a limited time"))
    page.keyboard.press("Enter")
    page.get_by_text("You look behind the glass until").wait_for()
    expect(page.locator("#panel")).to_contain_text(REASON)
    expect(page.locator("#panel .alert.note")).to_have_count(0)
    expect(page.locator(".visit")).to_contain_text("Fernández-Ortiz")
    look(page, folder, "behind-1440")


def tab_to(page: Any, wanted: Any) -> None:
    wanted.wait_for()
    for _ in range(60):
        if wanted.evaluate("each => each === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("not to be reached with Tab")


def test_on_a_phone_it_is_restricted_listed_and_ended(
    visit: UUID, page: Any, tmp_path: Path
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, "mia")
    page.goto(f"/appointments/{visit}/")
    page.get_by_role("link", name="Who may see this visit").click()
    look(page, tmp_path, "form-390")
    page.get_by_label("Why", exact=True).fill("Asked for it")
    page.get_by_label("Nurse", exact=True).check()
    page.get_by_role("button", name=re.compile("^Restrict")).click()
    expect(page.locator("#panel .alert.note")).to_contain_text("The patient's own request")
    look(page, tmp_path, "restricted-390")
    page.goto("/restrictions/")
    look(page, tmp_path, "all-390")
    page.get_by_role("link", name="one visit").click()
    page.get_by_role("link", name="Who may see this visit").click()
    expect(page.locator("#panel")).to_contain_text("Seen by Mia Wolf, nurse.")
    look(page, tmp_path, "listed-390")
    page.get_by_role("button", name=re.compile("^End")).click()
    expect(page.locator("#notice")).to_contain_text("Ended the restriction.")
    expect(page.get_by_role("heading", name="Restrict who sees this visit")).to_be_visible()
    assert Restriction.objects.get().ended_at is not None
