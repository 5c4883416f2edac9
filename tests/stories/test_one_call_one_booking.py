"""A call: the secretary finds the caller, books, moves, cancels and undoes; a colleague sees it."""

import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect
from tests import world as cast
from tests.stories.desk import find, sign_in
from tests.stories.test_every_page import faults_of
from tests.world import World

from caredesk.audit.models import Entry
from caredesk.people.models import Patient
from caredesk.scheduling.actions import cancel_appointment, record_step
from caredesk.scheduling.models import Appointment, Booking, Justification

pytestmark = pytest.mark.browser


@pytest.fixture
def world(committed_db: None) -> World:
    return cast.build()


def notice(page: Any) -> Any:
    return page.locator("#notice .notice")


def open_tomorrow(page: Any, world: World) -> None:
    page.goto(f"/day/{world.tomorrow.isoformat()}/?site={world.sites['main']}&by=practitioner")


def test_by_keyboard_alone_she_finds_books_and_undoes(world: World, page: Any) -> None:
    sign_in(page, "ana")
    find(page, "ortiz guad")
    expect(page.locator("#panel h1, #panel h2").first).to_contain_text("Guadalupe")
    expect(page.locator("#panel .alert")).to_contain_text("Needs the ground floor")
    page.keyboard.press("b")
    kind = page.get_by_label("Kind of visit")
    expect(kind).to_be_focused()
    page.keyboard.type("Foll")
    first = page.locator("#free-times button[name=time]").first
    first.wait_for()
    first.focus()
    page.keyboard.press("Enter")
    page.get_by_text(re.compile("Held for you until")).wait_for()
    page.keyboard.type("Cough for two weeks")
    page.keyboard.press("Enter")
    expect(notice(page)).to_contain_text("Booked")
    visit = Appointment.objects.get()
    assert (visit.state, visit.reason) == ("booked", "Cough for two weeks")
    assert Booking.objects.filter(appointment=visit, released_at=None).count() == 2
    page.keyboard.press("u")
    expect(notice(page)).to_contain_text("Undone")
    visit.refresh_from_db()
    assert visit.state == "withdrawn"
    assert not Booking.objects.filter(released_at=None).exists()


def test_she_moves_cancels_and_takes_it_back(world: World, page: Any) -> None:
    visit = cast.book_everybody(world)["lupe"]
    before = Appointment.objects.get(pk=visit).starts_at
    sign_in(page, "ana")
    page.goto(f"/appointments/{visit}/")
    page.get_by_role("link", name=re.compile("^Move")).click()
    page.locator("#free-times button[name=time]").nth(3).click()
    page.get_by_text(re.compile("Held for you until")).wait_for()
    page.locator("#panel form button.next").last.click()
    expect(notice(page)).to_contain_text("Moved")
    moved = Appointment.objects.get(pk=visit)
    assert moved.starts_at != before
    page.get_by_role("link", name=re.compile("^Cancel")).click()
    page.locator("#panel [name=reason]").fill("Is ill")
    page.locator("#panel [name=asked_by]").fill("Patient")
    page.locator("#panel form button.next").click()
    expect(notice(page)).to_contain_text("Cancelled")
    assert Appointment.objects.get(pk=visit).state == "cancelled"
    notice(page).get_by_role("button", name=re.compile("Undo")).click()
    expect(notice(page)).to_contain_text("Undone")
    again = Appointment.objects.get(pk=visit)
    assert (again.state, again.starts_at) == ("booked", moved.starts_at)
    shown = page.locator("#panel").inner_text()
    assert "Moved" in shown
    assert "Cancelled" in shown


def test_by_keyboard_alone_she_moves_and_cancels(world: World, page: Any) -> None:
    visit = cast.book_everybody(world)["lupe"]
    before = Appointment.objects.get(pk=visit).starts_at
    sign_in(page, "ana")
    page.goto(f"/appointments/{visit}/")
    page.keyboard.press("m")
    offers = page.locator("#free-times button[name=time]")
    offers.first.wait_for()
    tab_to(page, offers.nth(2))
    page.keyboard.press("Enter")
    page.get_by_text(re.compile("Held for you until")).wait_for()
    page.keyboard.press("Enter")
    expect(notice(page)).to_contain_text("Moved")
    assert Appointment.objects.get(pk=visit).starts_at != before
    page.keyboard.press("c")
    expect(page.locator("#panel [name=reason]")).to_be_focused()
    page.keyboard.type("Is ill")
    page.keyboard.press("Tab")
    page.keyboard.type("Relative")
    page.keyboard.press("Enter")
    expect(notice(page)).to_contain_text("Cancelled")
    cancelled = Appointment.objects.get(pk=visit)
    assert cancelled.state == "cancelled"
    shown = page.locator("#panel")
    expect(shown).to_contain_text("Is ill")
    page.keyboard.press("u")
    expect(notice(page)).to_contain_text("Undone")
    assert Appointment.objects.get(pk=visit).state == "booked"


def tab_to(page: Any, wanted: Any) -> None:
    """Press Tab until it has the focus."""
    for _ in range(60):
        if wanted.evaluate("each => each === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("not reached by Tab")


STEPS = [
    ("o", "confirmed"),
    ("a", "arrived"),
    ("i", "in_room"),
    ("w", "with_practitioner"),
    ("f", "done"),
    ("l", "left"),
]


def test_the_flow_of_the_day_is_one_key_a_step(world: World, page: Any) -> None:
    visit = cast.book_now(world, "lupe")
    sign_in(page, "ana")
    page.goto(f"/appointments/{visit}/")
    for key, state in STEPS:
        words = state.replace("_", " ").capitalize()
        page.get_by_role("button", name=re.compile(f"^{words}")).wait_for()
        page.keyboard.press(key)
        expect(notice(page)).to_contain_text(words)
        assert Appointment.objects.get(pk=visit).state == state
    page.keyboard.press("u")
    expect(notice(page)).to_contain_text("Undone")
    assert Appointment.objects.get(pk=visit).state == "done"
    history = page.locator("#panel").inner_text()
    assert all(word in history for word in ("Arrived", "In room", "Done", "taken back"))


def test_by_mouse_she_opens_the_visit_on_the_board_and_it_arrives(world: World, page: Any) -> None:
    visit = cast.book_now(world, "bill")
    sign_in(page, "ana")
    on_board = page.locator(".visit", has_text="O'Sullivan")
    on_board.click()
    page.locator("#panel").get_by_role("button", name=re.compile("^Arrived")).click()
    expect(notice(page)).to_contain_text("Arrived")
    expect(on_board).to_contain_text(re.compile("arrived", re.IGNORECASE))
    assert Appointment.objects.get(pk=visit).state == "arrived"
    notice(page).get_by_role("button", name=re.compile("Undo")).click()
    expect(notice(page)).to_contain_text("Undone")
    assert Appointment.objects.get(pk=visit).state == "booked"


def test_a_visit_of_her_own_then_is_told_and_asked_about(world: World, page: Any) -> None:
    first = Appointment.objects.get(pk=cast.book_tomorrow(world, "lupe"))
    sign_in(page, "ana")
    page.goto(f"/patients/{world.patients['lupe']}/")
    page.keyboard.press("b")
    page.get_by_label("Kind of visit").select_option(str(world.visit_types["call"]))
    page.locator("#free-times button[name=time]").first.wait_for()
    day = first.starts_at.astimezone(ZoneInfo(cast.ZONE))
    page.get_by_text("Another day and time").click()
    page.locator("#panel [name=day]").fill(day.strftime("%-m/%-d/%Y"))
    page.locator("[name=time_of_day]").fill(day.strftime("%-I:%M %p"))
    page.locator("[name=time_of_day]").press("Enter")
    page.get_by_text(re.compile("Held for you until")).wait_for()
    stop = page.locator("#panel .stop")
    expect(stop).to_contain_text("already has a visit then")
    assert faults_of(page) == []
    page.locator("[name=overlap_reason]").fill("Telephone call from the waiting room")
    page.locator("[name=overlap_reason]").press("Enter")
    expect(notice(page)).to_contain_text("Booked")
    reasons = list(Justification.objects.values_list("code", "reason"))
    assert reasons == [("own_overlap", "Telephone call from the waiting room")]


def test_a_colleague_sees_it_within_two_seconds(world: World, page: Any, browser: Any) -> None:
    sign_in(page, "ana")
    colleague = browser.new_context(base_url=page.url.split("/day/")[0]).new_page()
    sign_in(colleague, "ben")
    open_tomorrow(colleague, world)
    listening = "() => document.querySelector('#live-state').textContent === ''"
    colleague.wait_for_function(listening)
    expect(colleague.locator(".visit")).to_have_count(0)
    colleague.wait_for_timeout(300)  # the stream is open before it is shown to be
    cast.book_tomorrow(world, "bill")
    expect(colleague.locator(".visit-who").first).to_have_text(
        re.compile("William O'Sullivan"), timeout=2000
    )
    colleague.context.close()


def test_an_open_visit_follows_a_colleague(world: World, page: Any) -> None:
    """Ana reads the visit while Ben records that the patient came; her focus stays."""
    visit = cast.book_now(world, "bill")
    sign_in(page, "ana")
    page.goto(f"/appointments/{visit}/")
    page.wait_for_function("() => document.querySelector('#live-state').textContent === ''")
    page.wait_for_timeout(300)  # the stream is open before it is shown to be
    move = page.get_by_role("link", name=re.compile("^Move"))
    patient = page.get_by_role("link", name="William O'Sullivan", exact=True)
    patient.focus()
    record_step(visit, "arrived", by=world.actor("ben"))
    expect(page.get_by_role("button", name=re.compile("^In room"))).to_be_visible(timeout=2000)
    expect(page.locator("#panel")).to_contain_text("Ben Ode")
    expect(move).to_have_count(0)
    expect(patient).to_be_focused()


def test_a_form_that_is_open_stays_when_a_colleague_is_quicker(world: World, page: Any) -> None:
    visit = cast.book_now(world, "bill")
    sign_in(page, "ana")
    page.goto(f"/appointments/{visit}/")
    page.get_by_role("link", name=re.compile("^Cancel")).click()
    page.locator("#panel [name=reason]").fill("Is ill")
    page.wait_for_timeout(300)  # the stream is open before it is shown to be
    record_step(visit, "arrived", by=world.actor("ben"))
    expect(page.locator("#board .visit")).to_contain_text("Arrived", timeout=2000)
    expect(page.locator("#panel [name=reason]")).to_have_value("Is ill")


def test_a_cancellation_is_taken_back_after_its_notice_has_gone(world: World, page: Any) -> None:
    visit = cast.book_everybody(world)["lupe"]
    cancel_appointment(visit, "Is ill", "Patient", by=world.actor("ben"))
    sign_in(page, "ana")
    page.goto(f"/appointments/{visit}/")
    page.get_by_role("button", name="Take back the cancellation").click()
    expect(notice(page)).to_contain_text("Not cancelled any more")
    expect(page.get_by_role("link", name=re.compile("^Cancel"))).to_be_visible()
    notice(page).get_by_role("button", name="Close").focus()
    page.keyboard.press("Escape")
    expect(notice(page)).to_have_count(0)
    expect(page.locator("#panel [data-panel-title]")).to_be_focused()
    assert Appointment.objects.get(pk=visit).state == "booked"


def test_a_caller_who_is_new_is_registered_but_not_twice(world: World, page: Any) -> None:
    sign_in(page, "ana")
    page.goto("/patients/new/")
    page.locator("#panel [name=family], #middle [name=family]").first.fill("Fernandez Ortiz")
    page.locator("[name=given]").first.fill("Guadalupe")
    page.locator("[name=birth_date]").first.fill("3/7/74")
    page.locator("[name=sex]").first.select_option("female")
    page.locator("[name=birth_date]").first.press("Enter")
    stop = page.locator(".stop")
    expect(stop).to_contain_text("CD-000001")
    expect(page.locator("[name=family]").first).to_have_value("Fernandez Ortiz")
    page.locator("[name=duplicate_reason]").fill("Cousin of the same name")
    page.locator("[name=duplicate_reason]").press("Enter")
    expect(notice(page)).to_contain_text("Registered")
    assert Patient.objects.filter(withdrawn_at=None).count() == 4
    assert Entry.objects.filter(name="register_patient").latest("seq").changes


def test_free_time_on_the_board_becomes_a_visit(world: World, page: Any) -> None:
    sign_in(page, "ana")
    open_tomorrow(page, world)
    gap = page.locator(".free a").first
    gap.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel .panel-head")).to_contain_text("8:00 with Dr Mei Chen, Main Street")
    page.locator("#panel [name=text]").fill("sullivan")
    page.locator("#found a.line").first.wait_for()
    page.get_by_role("link", name=re.compile("O'Sullivan")).first.click()
    page.get_by_label("Kind of visit").select_option(str(world.visit_types["follow_up"]))
    begun = page.locator("#free-times button[name=time]").first
    expect(begun).to_contain_text("8:00")
    begun.click()
    page.get_by_text(re.compile("Held for you until")).wait_for()
    page.keyboard.press("Enter")
    expect(notice(page)).to_contain_text("Booked")
    expect(page.locator(".visit-who").first).to_contain_text("O'Sullivan")
