"""Script in every text that is kept, and in every address: no page runs it, in a real browser.

The browser tells of each violation of the content policy, each dialog, each error; and no element
is there that the planted text would have made.
"""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.test import Client
from tests import world as cast
from tests.addresses import addresses, arguments_of
from tests.attacks.planting import query_names
from tests.attacks.test_identifiers import example_of
from tests.attacks.test_injection import string_fields
from tests.stories.desk import sign_in
from tests.test_hostile_json import Bodies
from tests.world import World

from caredesk.access.models import RoleGrant
from caredesk.access.rules import STAFF
from caredesk.kernel.action import offered_actions

pytestmark = pytest.mark.browser

# Where one of them were taken for markup, an element or a global would say so.
PLANTED = (
    '"><script>window.planted=1</script>',
    "<img src=x onerror=planted=1>",
    "'><svg/onload=planted=1>",
    "javascript:planted=1//",
    "</textarea></template></title><b data-planted>",
    "{{1000003*1000003}}{% raw %}<i data-planted>",
)
MADE = """() => [
  ...(window.planted ? ['a global'] : []),
  ...[...document.querySelectorAll('[data-planted], [onerror], [onload], [onclick], '
    + 'img[src="x"], a[href^="javascript:" i], form[action^="javascript:" i], '
    + 'script:not([src])')].map(each => each.outerHTML.slice(0, 200)),
  ...[...document.querySelectorAll('template')].flatMap(each =>
    [...each.content.querySelectorAll('[data-planted], script, [onerror]')]
      .map(inner => inner.outerHTML)),
]"""
LISTEN = """
  window.violations = [];
  document.addEventListener('securitypolicyviolation', event =>
    window.violations.push(event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample));
"""


@pytest.fixture
def world(committed_db: None) -> World:
    return cast.build()


@pytest.fixture
def mia(world: World) -> Client:
    user = world.users["mia"]
    for role in set(STAFF) - {"manager"}:
        RoleGrant.objects.create(user=user, role=role)
    client = Client()
    client.force_login(user)
    cast.has_just_proved(client)
    return client


@pytest.fixture
def booked(world: World) -> dict[str, UUID]:
    return cast.book_everybody(world)


@pytest.fixture
def planted(mia: Client, world: World, booked: dict[str, UUID]) -> int:
    """Every text of every action, one after the other, so that one refused spares the others."""
    bodies = Bodies(
        {
            "patient": [world.patients["lupe"]],
            "appointment": [booked["lupe"]],
            "site": [world.sites["main"]],
            "resource": [world.resources["chen"]],
            "visit_type": [world.visit_types["follow_up"]],
            "user": [world.users["ben"].id],
        },
        whole=True,
    )
    kept = 0
    for action in sorted(offered_actions()):
        if action in SPARED:
            continue
        body = example_of(bodies, action)
        for at, name in enumerate(string_fields(action)):
            text = PLANTED[at % len(PLANTED)]
            for each in (text, *PLANTED):
                sent = {**body, name: each, **REASONS.get(action, {})}
                answer = mia.post(f"/api/actions/{action}", sent, content_type="application/json")
                assert answer.status_code < 500, (action, sent)
                kept += answer.status_code == 200
                if answer.status_code == 200:
                    break
    return kept


# They take away what the pages are to show.
SPARED = {"end_user", "cancel_appointment", "move_appointment", "set_password", "withdraw_patient"}
REASONS = {
    "register_patient": {"duplicate_reason": '"><script>planted=1</script>'},
}


class Watched:
    """A page with everything that it says, and all that its policy had to stop."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.said: list[str] = []
        page.add_init_script(LISTEN)
        page.on("dialog", self._dialog)
        page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        page.on("console", self._console)

    def open(self, address: str) -> str:
        """The text of the page; what is wrong with it is in `said`."""
        self.page.goto(address)
        self.look(address)
        return str(self.page.content())

    def look(self, where: str) -> None:
        for each in self.page.evaluate(MADE):
            self.said.append(f"{where}: made {each}")
        for each in self.page.evaluate("window.violations"):
            self.said.append(f"{where}: violation {each}")

    def _dialog(self, dialog: Any) -> None:
        self.said.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _console(self, message: Any) -> None:
        # That something is not there is told of addresses that were made up.
        if message.type in ("error", "warning") and "status of 4" not in message.text:
            self.said.append(f"{message.type}: {message.text}")


def test_no_page_takes_what_is_kept_for_markup(
    world: World, booked: dict[str, UUID], planted: int, page: Any
) -> None:
    assert planted > 25
    watched = Watched(page)
    sign_in(page, "mia")
    shown = 0
    for name, address in addresses(arguments_of(world, booked)):
        if page.request.get(address).status in {404, 405}:
            continue
        content = watched.open(address)
        shown += "planted=1" in content
        assert "1000006000009" not in content, name
        assert watched.said == [], name
    assert shown >= 8
    page.goto("/")
    page.keyboard.press("Control+k")
    for typed in ('"><script>', "planted", "<img src=x onerror=planted=1>"):
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(typed[:-1])
        with page.expect_response("**/find/options/"):
            page.keyboard.type(typed[-1])
        page.wait_for_load_state("networkidle")
        watched.look("the command bar")
    assert watched.said == []


def test_no_page_takes_its_address_for_markup(
    world: World, booked: dict[str, UUID], mia: Client, page: Any
) -> None:
    watched = Watched(page)
    sign_in(page, "mia")
    for name, address in addresses(arguments_of(world, booked)):
        if page.request.get(address).status in {404, 405}:
            continue
        text = PLANTED[len(name) % len(PLANTED)]
        asked = urlencode(dict.fromkeys(sorted(query_names()), text))
        watched.open(f"{address}?{asked}")
        assert watched.said == [], name
    for text in PLANTED:
        watched.open(f"/sign-in/?{urlencode({'next': text})}")
        watched.open(f"/nowhere/{text.replace('/', '%2F').replace('?', '')}/")
    assert watched.said == []
