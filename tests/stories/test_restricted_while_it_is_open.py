"""Somebody restricts a patient whom a colleague has open: it is gone from the other screen."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect
from tests import world as cast
from tests.planted import plant
from tests.stories.desk import sign_in
from tests.world import World

from caredesk.kernel import clock
from caredesk.people.models import BrokenGlass

pytestmark = pytest.mark.browser

LISTENING = "() => document.querySelector('#live-state').textContent === ''"


@pytest.fixture
def world(committed_db: None) -> World:
    return cast.build()


@pytest.fixture
def colleague(world: World, browser: Any, server: Any) -> Iterator[Any]:
    """Ana, who signed in at a desk of her own."""
    context = browser.new_context(base_url=server.url, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(20_000)
    page = context.new_page()
    sign_in(page, "ana")
    yield page
    context.close()


def restrict(page: Any, world: World) -> None:
    page.goto(f"/patients/{world.patients['lupe']}/restrictions/")
    page.get_by_label("Why", exact=True).fill("She works here now")
    page.get_by_role("button", name="Restrict").click()
    expect(page.locator("#notice")).to_contain_text("Restricted.")


@pytest.mark.parametrize(
    ("opened", "before", "after"),
    [("", "Needs the ground floor", "Only a few see this"), ("details/", "", "no such patient")],
)
def test_whoever_has_the_patient_open_sees_her_no_more(
    world: World, page: Any, colleague: Any, opened: str, before: str, after: str
) -> None:
    sign_in(page, "mia")
    colleague.goto(f"/patients/{world.patients['lupe']}/{opened}")
    expect(colleague.locator("#panel")).to_contain_text(before or "Change details")
    colleague.wait_for_function(LISTENING)
    restrict(page, world)
    expect(colleague.locator("body")).to_contain_text(after, timeout=20_000)
    assert "Needs the ground floor" not in colleague.locator("body").inner_text()
    assert colleague.locator("#panel [name=preferred_name]").count() == 0


def test_the_glass_is_whole_again_on_the_screen_when_its_time_is_over(
    world: World, colleague: Any
) -> None:
    secret, now = plant(world, "restricted"), clock.now()
    BrokenGlass.objects.create(
        patient_id=secret.patient,
        user_id=world.users["ana"].id,
        user_label="Ana Ruiz",
        reason="desk",
        words="She is here",
        at=now,
        until=now + timedelta(seconds=12),
    )
    colleague.goto(f"/patients/{secret.patient}/")
    expect(colleague.locator("#panel")).to_contain_text(secret.words[0])
    expect(colleague.locator("#panel")).to_contain_text("Only a few see this", timeout=30_000)
    assert secret.words[0] not in colleague.content()
