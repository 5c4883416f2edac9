"""Forms by the keyboard: Enter goes on, what is wrong has the focus, nothing typed is lost."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect
from tests import world as cast
from tests.stories.desk import sign_in
from tests.world import World

from caredesk.people.models import Patient

pytestmark = pytest.mark.browser

TIMES = "#free-times button[name=time]"


@pytest.fixture
def world(committed_db: None) -> World:
    return cast.build()


@pytest.fixture
def desk(world: World, page: Any) -> Any:
    sign_in(page, "ana")
    return page


def type_on(page: Any, *texts: str) -> None:
    """Each into the field that has the focus, then on to the next."""
    for text in texts:
        page.keyboard.type(text)
        page.keyboard.press("Tab")


def tab_to(page: Any, wanted: Any) -> None:
    for _ in range(40):
        if wanted.evaluate("each => each === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("not to be reached with Tab")


def begin_booking(page: Any, world: World) -> None:
    page.goto(f"/patients/{world.patients['lupe']}/")
    page.keyboard.press("b")
    expect(page.get_by_label("Kind of visit")).to_be_focused()


def test_what_was_typed_comes_back_after_a_refusal_with_the_reason(desk: Any, world: World) -> None:
    desk.keyboard.press("n")
    expect(desk.locator("[name=given]")).to_be_focused()
    type_on(desk, "Guadalupe", "Fernandez Ortiz", "7 mar 1974", "Female")
    desk.keyboard.type("602-234-0142")
    desk.keyboard.press("Enter")
    reason = desk.locator("[name=duplicate_reason]")
    expect(reason).to_be_focused()
    desk.keyboard.type("Her cousin")
    tab_to(desk, desk.get_by_role("link", name=re.compile("^Open .* record instead")))
    desk.keyboard.press("Enter")
    desk.wait_for_url(f"**/patients/{world.patients['lupe']}/")
    desk.go_back()
    expect(reason).to_have_value("Her cousin")
    for name, text in (
        ("given", "Guadalupe"),
        ("family", "Fernandez Ortiz"),
        ("birth_date", "7 mar 1974"),
        ("sex", "female"),
        ("phone", "602-234-0142"),
    ):
        expect(desk.locator(f"[name={name}]")).to_have_value(text)


def test_a_refused_form_that_is_closed_comes_back_whole(desk: Any) -> None:
    desk.keyboard.press("n")
    expect(desk.locator("[name=given]")).to_be_focused()
    type_on(desk, "Tom", "Reyes", "2/30/1974")
    desk.keyboard.type("Male")
    desk.keyboard.press("Enter")
    birth = desk.locator("[name=birth_date]")
    expect(desk.locator("#id_birth_date_error")).to_be_visible()
    expect(birth).to_be_focused()
    tab_to(desk, desk.locator("[name=phone]"))
    desk.keyboard.type("602 234 0100")
    desk.keyboard.press("Escape")
    expect(desk.locator("#left-open")).to_contain_text("Register a patient")
    desk.keyboard.press("n")
    expect(birth).to_have_value("2/30/1974")
    for name, text in (("given", "Tom"), ("family", "Reyes"), ("phone", "602 234 0100")):
        expect(desk.locator(f"[name={name}]")).to_have_value(text)


def test_enter_on_the_last_needed_field_registers(desk: Any) -> None:
    desk.keyboard.press("n")
    expect(desk.locator("[name=given]")).to_be_focused()
    type_on(desk, "Tom", "Reyes", "3/7/1988")
    desk.keyboard.type("Male")
    desk.keyboard.press("Enter")
    expect(desk.locator("#notice")).to_contain_text("Registered")
    assert Patient.objects.get(family="Reyes").sex == "male"


def test_enter_leads_from_the_kind_of_visit_to_its_first_free_time(desk: Any, world: World) -> None:
    begin_booking(desk, world)
    desk.keyboard.type("Foll")
    desk.keyboard.press("Enter")
    times = desk.locator(TIMES)
    expect(times.first).to_be_focused()
    for key, at in (("ArrowDown", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("ArrowUp", 0)):
        desk.keyboard.press(key)
        expect(times.nth(at)).to_be_focused()
    desk.keyboard.press("End")
    expect(times.last).to_be_focused()
    desk.keyboard.press("Home")
    expect(times.first).to_be_focused()
    desk.keyboard.press("Enter")
    desk.get_by_text(re.compile("Held for you until")).wait_for()


def test_a_move_begins_at_the_first_free_time(desk: Any, world: World) -> None:
    visit = cast.book_tomorrow(world, "lupe")
    desk.goto(f"/appointments/{visit}/")
    desk.keyboard.press("m")
    expect(desk.locator(TIMES).first).to_be_focused()


def test_enter_takes_the_first_person_found_for_a_free_time(desk: Any, world: World) -> None:
    desk.goto(f"/day/{world.tomorrow.isoformat()}/?site={world.sites['main']}&by=practitioner")
    desk.locator(".free a").first.focus()
    desk.keyboard.press("Enter")
    expect(desk.locator("#who")).to_be_focused()
    desk.keyboard.type("sullivan")
    desk.keyboard.press("Enter")
    desk.wait_for_url(f"**/patients/{world.patients['bill']}/appointments/new/**")


def open_typed(page: Any, world: World, day: str, time: str) -> None:
    begin_booking(page, world)
    page.keyboard.type("Foll")
    page.keyboard.press("Enter")
    expect(page.locator(TIMES).first).to_be_focused()
    tab_to(page, page.locator("#type-time summary"))
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    type_on(page, day)
    page.keyboard.type(time)
    page.keyboard.press("Enter")


def test_a_time_that_does_not_exist_has_the_focus_in_sight(desk: Any, world: World) -> None:
    open_typed(desk, world, "tomorrow", "25:10")
    wrong = desk.locator("#type-time [name=time_of_day]")
    expect(desk.locator("#id_time_of_day_error")).to_be_in_viewport()
    expect(wrong).to_be_focused()
    expect(wrong).to_be_in_viewport()
    assert "id_time_of_day_error" in wrong.get_attribute("aria-describedby")


def test_of_a_time_that_is_taken_the_first_alternative_has_the_focus(
    desk: Any, world: World
) -> None:
    for name in ("bill", "wei"):
        cast.book_tomorrow(world, name)
    begin = "8:00"
    open_typed(desk, world, f"{world.tomorrow:%-m/%-d/%Y}", begin)
    expect(desk.locator("#panel [name=alternative]").first).to_be_focused()
    expect(desk.locator("#panel .stop.refused")).to_be_in_viewport()


def test_times_and_days_are_said_back_among_the_filters_too(desk: Any, world: World) -> None:
    begin_booking(desk, world)
    tab_to(desk, desk.locator("#find-time summary"))
    desk.keyboard.press("Enter")
    since = desk.get_by_label("From what time")
    tab_to(desk, since)
    desk.keyboard.type("2")
    expect(desk.locator("#id_since_echo")).to_have_text("2:00 in the afternoon")
    desk.keyboard.press("Tab")
    desk.keyboard.type("9 am")
    desk.keyboard.press("Tab")
    wrong_order = desk.locator("#wrong-order")
    expect(wrong_order).to_have_text("This is not after “From what time”.")
    desk.keyboard.press("Shift+Tab")
    desk.keyboard.type("5pm")
    desk.keyboard.press("Tab")
    expect(wrong_order).to_be_empty()
    tab_to(desk, desk.get_by_label("Not before what day"))
    desk.keyboard.type("31 feb")
    desk.keyboard.press("Tab")
    expect(desk.locator("#id_earliest_echo")).to_contain_text("February never has more than 29")
    expect(desk.locator("#id_earliest")).to_have_attribute("aria-invalid", "true")


def test_a_birth_date_that_cannot_be_says_so_when_it_is_left(desk: Any) -> None:
    desk.goto("/patients/new/")
    desk.locator("[name=birth_date]").focus()
    type_on(desk, "2/30/1974")
    expect(desk.locator("#id_birth_date_echo")).to_contain_text("February 1974 has 28 days")
    expect(desk.locator("[name=sex]")).to_be_focused()
    desk.keyboard.press("Shift+Tab")
    desk.keyboard.type("2/3/1974")
    desk.keyboard.press("Tab")
    expect(desk.locator("#id_birth_date_echo")).to_contain_text("3 Feb 1974")


def test_a_soft_stop_without_a_reason_says_what_is_wanted(desk: Any) -> None:
    desk.keyboard.press("n")
    expect(desk.locator("[name=given]")).to_be_focused()
    type_on(desk, "Guadalupe", "Fernandez Ortiz", "7 mar 1974")
    desk.keyboard.type("Female")
    desk.keyboard.press("Enter")
    reason = desk.locator("[name=duplicate_reason]")
    expect(reason).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.locator("#id_duplicate_reason_error")).to_contain_text("Say why in a few words")
    expect(reason).to_be_focused()


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_moves_when_a_date_is_said_back(desk: Any, width: int) -> None:
    """Whoever is about to click on what stands below would miss it."""
    desk.set_viewport_size({"width": width, "height": 844})
    desk.goto("/patients/new/")
    below = desk.get_by_text("More about the patient")
    before, echo = below.bounding_box(), desk.locator("#id_birth_date_echo")
    for typed, said in (("3/7/88", "7 Mar 1988"), ("2/30/74", "28 days"), ("", "")):
        desk.locator("[name=birth_date]").fill(typed)
        desk.locator("[name=birth_date]").blur()
        expect(echo).to_contain_text(said) if said else expect(echo).to_be_empty()
        assert below.bounding_box() == before, typed
