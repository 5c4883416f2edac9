"""A signed form comes in: it is scanned, added, opened again, and taken back when it was wrong."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from tests import world as cast
from tests.stories.desk import sign_in
from tests.world import World

from caredesk.files.tests import samples

pytestmark = pytest.mark.browser


@pytest.fixture
def world(committed_db: None) -> World:
    return cast.build()


@pytest.mark.parametrize("width", [1440, 390])
def test_a_document_is_added_opened_and_taken_back(
    world: World, page: Any, tmp_path: Path, width: int
) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.set_viewport_size({"width": width, "height": 844})
    (tmp_path / "scan 1.pdf").write_bytes(samples.PDF)
    (tmp_path / "setup.pdf").write_bytes(b"MZ\x90\0" + bytes(300))
    sign_in(page, "ana")
    page.goto(f"/patients/{world.patients['bill']}/")
    page.get_by_role("link", name="Add a document").click()

    # What is no document is refused at its field, and what was typed stays.
    page.get_by_label("File").set_input_files(tmp_path / "setup.pdf")
    page.get_by_label("What it is").fill("Medicare card")
    page.get_by_label("Kind").select_option("Insurance card")
    page.get_by_role("button", name="Add").click()
    page.get_by_text("This is a file of another kind (Windows").wait_for()
    expect(page.get_by_label("What it is")).to_have_value("Medicare card")

    page.get_by_label("File").set_input_files(tmp_path / "scan 1.pdf")
    page.get_by_label("Date on it").fill("3/7/26")
    page.get_by_role("button", name="Add").click()
    page.get_by_text("Added the document.").wait_for()
    line = page.locator(".line", has_text="Medicare card")
    expect(line).to_contain_text("7 Mar 2026")
    expect(line).to_contain_text("Insurance card · PDF")

    # It opens beside the desk, and what it is cannot reach the desk.
    with page.context.expect_page() as opened:
        line.get_by_role("link", name="Medicare card", exact=True).click()
    shown = opened.value
    shown.wait_for_load_state()
    assert "/documents/" in shown.url
    assert shown.evaluate("window.opener") is None
    shown.close()

    line.get_by_role("link", name="Take back Medicare card").click()
    page.get_by_label("Why").fill("It is his brother's")
    page.get_by_role("button", name="Take it back").click()
    page.get_by_text("Took the document back.").wait_for()
    expect(page.get_by_role("link", name="Medicare card", exact=True)).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Undone").wait_for()
    expect(page.get_by_role("link", name="Medicare card", exact=True)).to_be_visible()
    expected = ("422", "Autofocus")  # the refusal, and a field that kept the focus
    assert [each for each in said if not any(known in each for known in expected)] == []


def test_the_browser_makes_no_elements_of_text_that_is_not_ours(world: World, page: Any) -> None:
    """Trusted Types: the ways of injected script are closed even where a mistake opens one."""
    sign_in(page, "ana")
    for attempt in (
        "document.body.innerHTML = '<img src=x onerror=alert(1)>'",
        "document.body.insertAdjacentHTML('beforeend', '<b>x</b>')",
        "new DOMParser().parseFromString('<b>x</b>', 'text/html')",
        "document.createElement('script').text = 'alert(1)'",
        "document.createElement('script').src = '/x.js'",
        "document.body.setAttribute('onclick', 'alert(1)')",
        "document.write('<b>x</b>')",
        "trustedTypes.createPolicy('mine', {createHTML: (text) => text})",
        "trustedTypes.createPolicy('caredesk', {createHTML: (text) => text})",
    ):
        failed = page.evaluate(
            f"() => {{ try {{ {attempt}; return ''; }} catch (error) {{ return error.name; }} }}"
        )
        assert failed == "TypeError", attempt
    assert page.evaluate("sentByUs('<b>x</b>').constructor.name") == "TrustedHTML"
