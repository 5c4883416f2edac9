"""The pages of whoever answers for confidentiality, in a browser; what is printed is on record."""

import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from tests import world as cast
from tests.addresses import addresses, arguments_of
from tests.planted import plant
from tests.stories.desk import find, sign_in
from tests.stories.test_every_page import faults_of
from tests.world import World

from caredesk.access.actions import add_user
from caredesk.access.rules import permissions_of
from caredesk.access.wider.models import WiderAccess
from caredesk.audit.models import Entry
from caredesk.kernel import clock, looks
from caredesk.kernel.actor import Actor
from caredesk.kernel.looks import seen
from caredesk.people.actions import break_glass, register_patient
from caredesk.privacy.access_log.actions import (
    note_access_day,
    record_disclosure,
    suspend_disclosure,
)
from caredesk.privacy.access_log.jobs import REVIEW
from caredesk.privacy.access_log.models import UnusualAccess

pytestmark = pytest.mark.browser

PICTURES = os.environ.get("CAREDESK_PICTURES", "")


@pytest.fixture
def world(committed_db: None) -> World:
    return cast.build()


@pytest.fixture
def planted(world: World) -> dict[str, UUID]:
    with cast.at_opening():
        return cast.book_everybody(world)


def found_and_disclosed(world: World) -> dict[str, UUID]:
    """A finding and a disclosure, made as at night and at the desk."""
    today = clock.today(cast.ZONE)
    with looks.collecting("people:patient"):
        cousin = register_patient("Ruiz", date(1980, 1, 2), "Carlos", by=cast.FOUNDER).patient
        seen(world.actor("ana"), [cousin])
    note_access_day(today, by=REVIEW)
    disclosed = [
        record_disclosure.perform(
            {
                "patient": world.patients["lupe"],
                "disclosed_on": today - timedelta(days=9),
                "to_name": to,
                "what": "Visit notes of March",
                "purpose": "Request of 3 Mar, case 12/881",
                "basis": basis,
                "to_address": "1 Court Square, Phoenix",
            },
            by=world.actor("mia"),
        ).answer.disclosure
        for to, basis in (("Maricopa county court", "court"), ("Tempe police", "police"))
    ]
    suspend_disclosure(disclosed[1], "Sgt Hall, Tempe police", False, today, by=world.actor("mia"))
    return {
        "finding": UnusualAccess.objects.get().id,
        "disclosure": disclosed[1],
        "grant": broken_glass(world),
        "given": wider_access(world),
    }


def wider_access(world: World) -> UUID:
    """An administrator, who sees no patients, let a secretary in."""
    sam = add_user("sam", "Sam Lee", cast.PASSWORD, ["administrator"], by=cast.FOUNDER).user
    roles = frozenset({"administrator"})
    by = Actor("user", sam, "Sam Lee", roles, permissions_of(roles))
    add_user("rosa", "Rosa Diaz", cast.PASSWORD, ["secretary"], by=by)
    return WiderAccess.objects.latest("at").id


def broken_glass(world: World) -> UUID:
    """Ana broke it before a patient whom Dr Chen alone sees, and looked."""
    secret = plant(world, "restricted").patient
    with looks.collecting("people:glass"):
        grant = break_glass("desk", "She stands before me", secret, by=world.actor("ana")).grant
    with looks.collecting("people:patient"):
        seen(world.actor("ana"), [secret])
    return grant


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_the_room_is_accessible(
    world: World, planted: dict[str, UUID], page: Any, width: int, scheme: str
) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    sign_in(page, "mia")
    arguments = {**arguments_of(world, planted), **found_and_disclosed(world)}
    ours = {name: each for name, each in addresses(arguments) if name.startswith("privacy:")}
    opened = {"privacy:colleagues": "/access/colleagues/", "privacy:export": "/access/export/"}
    for name, address in {**ours, **opened}.items():
        if page.request.get(address).status == 405:
            continue
        assert page.goto(address).status == 200, name
        assert page.locator("h1").first.inner_text() != "Not found", name
        assert faults_of(page) == [], f"{name} at {width}"
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, f"{name} is {overflow} px too wide at {width}"
        if PICTURES and scheme == "light":
            page.screenshot(path=str(Path(PICTURES) / f"{name.partition(':')[2]}-{width}.png"))
    assert said == []


def test_the_manager_follows_who_looked_by_keyboard(
    world: World, planted: dict[str, UUID], page: Any
) -> None:
    sign_in(page, "mia")
    find(page, "lupe fern")
    page.get_by_role("link", name="Who looked at this patient").click()
    page.get_by_role("heading", name="Who looked at Lupe").or_(
        page.get_by_role("heading", name="Who looked at Guadalupe")
    ).first.wait_for()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.locator("#panel").get_by_role("heading", name="Entry of the record").wait_for()
    assert page.locator("#panel").get_by_text("Mia Wolf").first.is_visible()
    assert page.get_by_role("heading", name="Who looked at").first.is_visible()


def prints(count: int, page: Any) -> list[Entry]:
    """The rows of prints, once there are so many: the browser sends them behind the page's back."""
    for _ in range(100):
        found = list(Entry.objects.filter(kind="print").order_by("id"))
        if len(found) >= count:
            return found
        page.wait_for_timeout(50)
    raise AssertionError(f"{len(found)} of {count} prints are on record")


def test_what_the_browser_prints_is_on_record(
    world: World, planted: dict[str, UUID], page: Any
) -> None:
    sign_in(page, "mia")
    lupe = world.patients["lupe"]
    page.goto(f"/patients/{lupe}/access/")
    page.get_by_role("button", name="Print").click()
    [first] = prints(1, page)
    assert (first.name, first.subjects) == ("privacy:patient_log", [lupe])
    assert first.actor == world.users["mia"].id
    page.goto("/day/")
    find(page, "sulliv")
    page.locator("#panel").get_by_role("heading", name="Sullivan").wait_for()
    page.pdf()
    second = prints(2, page)[1]
    assert second.name == "people:patient"
    assert second.subjects == [world.patients["bill"]], "the panel alone is on the paper"
    page.keyboard.press("Escape")
    page.wait_for_function("!document.querySelector('#panel > *')")
    page.pdf()
    third = prints(3, page)[2]
    assert third.name.startswith("desk:")


def test_a_word_for_what_to_do_opens_no_strangers_record(world: World, page: Any) -> None:
    with looks.collecting("world"):
        for given in ("Ruth", "Peter", "Amos", "Edith"):
            register_patient("Oakes", date(1960, 5, 6), given, by=cast.FOUNDER)
    sign_in(page, "mia")
    page.keyboard.press("Control+k")
    page.keyboard.type("access")
    similar = page.get_by_role("group", name="Patients with similar names")
    similar.get_by_role("option", name="Ruth Oakes").wait_for()
    said = page.get_by_role("group", name="Do")
    assert said.locator("[aria-selected=true]").count() == 1
    said.get_by_role("option", name="Unusual access").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/access/export/**")

    find(page, "oakes")
    page.wait_for_url("**/patients/**")
