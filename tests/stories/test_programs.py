"""A manager lets a laboratory's program in, copies its token once, and ends it."""

import re
from typing import Any

import httpx
import pytest
from tests import world as cast
from tests.stories.desk import sign_in
from tests.stories.test_every_page import faults_of
from tests.world import World

from caredesk.config.testing import Server

TOKEN = re.compile(r"cdk_[0-9a-f]{32}_[A-Za-z0-9_-]{43}")


@pytest.fixture
def world(committed_db: None) -> World:
    return cast.build()


@pytest.mark.browser
@pytest.mark.parametrize("width", [1440, 390])
def test_a_program_is_let_in_and_ended(world: World, server: Server, page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    sign_in(page, "mia")
    page.goto("/programs/")
    assert faults_of(page) == []
    page.get_by_role("link", name="Let a program in").first.click()
    page.get_by_label("Name", exact=True).fill("Laboratory")
    page.get_by_label("Find patients and see who they are").check()
    page.get_by_label("Only these patients").fill(world.record_numbers["lupe"])
    assert faults_of(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.get_by_role("button", name="Let it in").click()
    shown = page.get_by_label("The token, shown this once")
    shown.wait_for()
    token = TOKEN.fullmatch(shown.input_value())
    assert token
    if width > 1_000:
        page.get_by_role("cell", name="1 patient").wait_for()
    assert faults_of(page) == []
    headers = {"Authorization": f"Bearer {token[0]}"}
    address = f"{server.url}/api/openapi.json"
    assert httpx.get(address, headers=headers).status_code == 200
    page.get_by_role("link", name="What it may do").click()
    page.get_by_text("1 patient", exact=True).last.wait_for()
    assert faults_of(page) == []
    assert not TOKEN.search(page.content())
    page.get_by_role("button", name="End it now").click()
    page.get_by_text("It comes in no more.").wait_for()
    assert httpx.get(address, headers=headers).status_code == 401
