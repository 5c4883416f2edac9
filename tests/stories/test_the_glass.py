"""A colleague is a patient: the secretary finds the mark, says why, looks, and is reviewed."""

from pathlib import Path
from typing import Any

import pytest
from tests import world as cast
from tests.planted import Secret, plant
from tests.stories.desk import find, sign_in
from tests.stories.test_every_page import faults_of
from tests.world import World

from caredesk.kernel.models import LoggedEvent
from caredesk.kernel.reactions import react


@pytest.fixture
def world(committed_db: None) -> World:
    return cast.build()


@pytest.fixture
def secret(world: World) -> Secret:
    return plant(world, "restricted")


@pytest.mark.browser
@pytest.mark.parametrize("width", [1440, 390])
def test_the_glass_is_broken_looked_through_and_reviewed(
    world: World, secret: Secret, page: Any, width: int, tmp_path: Path
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, "ana")
    assert secret.family not in page.content()
    if width > 720:
        assert page.get_by_text("Restricted", exact=True).count() >= 1
    find(page, secret.name)
    page.get_by_role("heading", name="Restricted").wait_for()
    assert not told(page, secret)
    look(page, tmp_path, f"glass-{width}")
    page.get_by_role("button", name="Open for a limited time").click()
    page.get_by_text("This is needed.").first.wait_for()
    page.get_by_label("Why", exact=True).select_option("desk")
    page.get_by_label("In a few words").fill("She stands before me and asks for her visit")
    page.get_by_label("In a few words").press("Enter")
    page.get_by_text("You look behind the glass until").wait_for()
    assert secret.words[0] in page.content()
    look(page, tmp_path, f"behind-{width}")
    page.get_by_role("link", name="Change details").click()
    page.get_by_role("heading", name="Change details").wait_for()
    page.get_by_text("You look behind the glass until").wait_for()
    page.get_by_role("button", name="End now").click()
    page.get_by_text("it is restricted again").wait_for()
    page.get_by_role("button", name="Open for a limited time").wait_for()
    page.goto(f"/patients/{secret.patient}/details/")
    page.get_by_text("There is no such patient").wait_for()

    event = LoggedEvent.objects.get(name="GlassBroken")
    react(task="privacy.ask_for_a_review", event=str(event.id))
    page.context.clear_cookies()
    sign_in(page, "mia")
    page.get_by_role("link", name="Worklist").click()
    page.get_by_role("link", name="Review: Ana Ruiz broke the glass").wait_for()
    look(page, tmp_path, f"worklist-{width}")
    page.get_by_role("link", name="Review: Ana Ruiz broke the glass").click()
    page.get_by_role("heading", name="Ana Ruiz broke the glass").wait_for()
    assert not told(page, secret)
    look(page, tmp_path, f"review-{width}")
    page.get_by_label("Was it right to look?").select_option("justified")
    page.get_by_label("Why", exact=True).fill("She was at the desk then")
    page.get_by_role("button", name="Keep the review").click()
    page.get_by_text("Nothing is left to review").wait_for()
    look(page, tmp_path, f"reviews-{width}")
    page.goto("/restrictions/")
    look(page, tmp_path, f"restrictions-{width}")
    page.goto(f"/patients/{world.patients['lupe']}/restrictions/")
    look(page, tmp_path, f"restrict-{width}")


def told(page: Any, secret: Secret) -> list[str]:
    return [word for word in secret.words if word in page.content()]


def look(page: Any, folder: Path, name: str) -> None:
    """As it is drawn, without a fault that axe would find, and not too wide."""
    page.screenshot(path=folder / f"{name}.png")
    assert faults_of(page) == [], name
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name
