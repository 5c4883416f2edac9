"""Every page in a real browser, wide and narrow: accessible, and within its security policy."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from tests import world as cast
from tests.addresses import SENDS_FILES, addresses, arguments_of
from tests.stories.desk import sign_in
from tests.world import World

import caredesk.ui

AXE = Path(caredesk.ui.__file__).parent / "tests" / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def world(committed_db: None) -> World:
    return cast.build()


@pytest.fixture
def planted(world: World) -> dict[str, UUID]:
    cast.leave_open(world, "wei", by="mia")
    cast.leave_open(world, "lupe", by="mia")
    return cast.book_everybody(world)


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible(
    world: World, planted: dict[str, UUID], page: Any, scheme: str
) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{page.url}: {message.text}"))
    page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
    page.emulate_media(color_scheme=scheme)
    sign_in(page, "mia")  # who manages sees every page
    opened = 0
    for name, address in addresses(arguments_of(world, planted)):
        if name in SENDS_FILES:
            continue
        if page.request.get(address).status in {403, 404, 405}:
            continue  # not for Ana, or takes a POST only, or what it is about is not there
        opened += 1
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 844})
            page.goto(address)
            assert faults_of(page) == [], f"{name} at {width}"
            overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert overflow <= 0, f"{name} is {overflow} px too wide at {width}"
    assert opened >= 12
    assert said == []


def faults_of(page: Any) -> list[str]:
    """What axe finds, with the element."""
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES
    )
    return [
        f"{each['id']}: {node['html'][:160]}"
        for each in found["violations"]
        for node in each["nodes"]
    ]
