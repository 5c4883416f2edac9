"""Patients by keyboard alone, in a real browser, and by plain HTML."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from tests.stories.test_every_page import faults_of

from caredesk.access.actions import add_user
from caredesk.kernel import clock, looks
from caredesk.people.actions import record_seen, register_patient
from caredesk.people.models import Patient
from caredesk.people.tests.views.conftest import FOUNDER, PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture
def lupe(committed_db: None) -> UUID:
    add_user("ana", "Ana Ruiz", PASSWORD, ["secretary"], by=FOUNDER)
    with looks.collecting("test"):
        made = register_patient(
            "Fernández-Ortiz",
            date(1974, 3, 7),
            "Guadalupe",
            sex="female",
            phone="602 234 0142",
            by=FOUNDER,
        )
        record_seen(made.patient, clock.now(), by=FOUNDER)
    return made.patient


def sign_in(page: Any) -> None:
    page.goto("/sign-in/")
    page.locator("[name=username]").fill("ana")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/day/**")


@pytest.fixture
def desk(lupe: UUID, page: Any) -> Any:
    sign_in(page)
    return page


@pytest.fixture
def plain(lupe: UUID, browser: Any, server: Any) -> Iterator[Any]:
    """A browser that runs no scripts."""
    context = browser.new_context(base_url=server.url, java_script_enabled=False)
    context.set_default_timeout(10_000)
    page = context.new_page()
    sign_in(page)
    yield page
    context.close()


def test_a_patient_is_found_and_opened_by_keyboard(desk: Any, lupe: UUID) -> None:
    desk.keyboard.press("p")
    desk.wait_for_url("**/patients/")
    desk.get_by_text("Seen lately").wait_for()
    desk.keyboard.type("guad 1974")
    desk.get_by_text("1 found").wait_for()
    assert desk.url.endswith("/patients/")
    desk.keyboard.press("ArrowDown")
    desk.locator("[data-row]:focus").wait_for()
    desk.keyboard.press("Enter")
    desk.locator("#panel h1").get_by_text("Guadalupe").wait_for()
    assert desk.url.endswith(f"/patients/{lupe}/")
    assert desk.locator("#middle [data-row]").is_visible()
    desk.keyboard.press("Escape")
    desk.wait_for_url("**/patients/")
    assert desk.locator("[data-row]:focus").count() == 1


def test_enter_goes_to_the_first_that_was_found(desk: Any) -> None:
    desk.goto("/patients/")
    desk.locator("#middle [name=text]:focus").wait_for()
    desk.keyboard.type("guad")
    desk.get_by_text("1 found").wait_for()
    desk.keyboard.press("Enter")
    desk.locator("[data-row]:focus").wait_for()
    assert "Guadalupe" in desk.locator("[data-row]:focus").inner_text()


def fill_in(page: Any) -> None:
    for text in ("Lupe", "Fernandez Ortiz", "7 mar 74", "f", "602-234-0142"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")


def test_registering_by_keyboard_with_the_soft_stop_and_undo(desk: Any, lupe: UUID) -> None:
    desk.goto("/patients/")
    desk.locator(".find-here .find-input").press("Tab")
    desk.keyboard.press("n")
    desk.locator("[name=given]:focus").wait_for()
    fill_in(desk)
    desk.get_by_text("7 Mar 1974, 52 years old").wait_for()
    desk.locator("[name=phone]").press("Enter")
    desk.locator("[name=duplicate_reason]:focus").wait_for()
    assert desk.locator("[name=birth_date]").input_value() == "7 mar 74"
    assert faults_of(desk) == []
    desk.keyboard.type("Her cousin")
    desk.keyboard.press("Enter")
    desk.locator("#notice").get_by_text("Registered as CD-").wait_for()
    made = Patient.objects.get(family="Fernandez Ortiz")
    assert desk.url.endswith(f"/patients/{made.id}/")
    desk.keyboard.press("u")
    desk.locator("#notice").get_by_text("Undone").wait_for()
    made.refresh_from_db()
    assert made.withdrawn_at is not None


@pytest.mark.parametrize("width", [1440, 390])
def test_what_is_wrong_has_the_focus_and_is_accessible(desk: Any, width: int) -> None:
    desk.set_viewport_size({"width": width, "height": 844})
    desk.goto("/patients/new/")
    desk.locator("[name=family]").fill("Reyes")
    desk.locator("[name=birth_date]").fill("31/2/74")
    desk.keyboard.press("Enter")
    desk.locator("[name=birth_date]:focus").wait_for()
    assert "28 days" in desk.locator("#id_birth_date_error").inner_text()
    assert desk.locator("[name=family]").input_value() == "Reyes"
    assert faults_of(desk) == []
    assert desk.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_half_typed_it_comes_back(desk: Any) -> None:
    desk.goto("/patients/new/")
    desk.locator("[name=given]").fill("Tom")
    desk.keyboard.press("Escape")
    desk.locator("#left-open").get_by_role("link", name="Register a patient").click()
    desk.get_by_text("Half typed, kept since").wait_for()
    assert desk.locator("[name=given]").input_value() == "Tom"


def test_all_of_it_goes_without_scripts(plain: Any, lupe: UUID) -> None:
    plain.goto("/patients/")
    plain.locator(".find-here [name=text]").fill("guad")
    plain.get_by_role("button", name="Find ↵").click()
    plain.locator("[data-row]").click()
    assert plain.url.endswith(f"/patients/{lupe}/")
    plain.get_by_role("link", name="Change phones").click()
    plain.locator("[name=number]").fill("602 234 0199")
    plain.get_by_role("button", name="Add").click()
    plain.get_by_text("Added the phone number.").wait_for()
    plain.get_by_role("button", name="Undo").click()
    plain.get_by_text("Undone").wait_for()
    assert plain.get_by_text("(602) 234-0199").count() == 0
    plain.get_by_role("link", name="Register a new patient").count()
    plain.goto("/patients/new/")
    for name, text in (("given", "Tom"), ("family", "Reyes"), ("birth_date", "1/2/1980")):
        plain.locator(f"[name={name}]").fill(text)
    plain.locator("[name=sex]").select_option("male")
    plain.get_by_role("button", name="Register").click()
    plain.get_by_text("Registered as CD-").wait_for()
