"""No page offers what its viewer may not do: every link, button and command leads somewhere."""

from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.urls import Resolver404, resolve
from tests.access_walk import Somebody, Walk, browser, build

from caredesk.access.models import Adaptation
from caredesk.access.pages import pages
from caredesk.access.rules import PERMISSIONS, STAFF
from caredesk.access.sessions import SessionStore
from caredesk.kernel import clock
from caredesk.kernel.actor import Actor
from caredesk.kernel.ids import new_id
from caredesk.kernel.permissions import declared
from caredesk.ui import registry
from caredesk.ui.permitted import needed_by

pytestmark = pytest.mark.django_db

LEADING = ("href", "action", "formaction", "hx-get", "hx-post", "data-address", "data-echo")
ELSEWHERE = ("/static/", "/live/")


class Links(HTMLParser):
    """All addresses of our own on a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in LEADING and value and value.startswith("/"):
                self.found.add(urlsplit(value).path)


# Pages that answer no GET, whoever asks: found once, not asked again for each of many viewers.
_only_sent: set[str] = set()


@pytest.fixture
def walk() -> Walk:
    return build()


def offered(walk: Walk, who: Somebody) -> Iterator[tuple[str, str]]:
    """Every page that is open to somebody, with each address that stands on it."""
    client = browser(who)
    for page in pages():
        if page.name in ("health", "interfaces:openapi") or page.name in _only_sent:
            continue
        answer = client.get(walk.address(page.name, who))
        if answer.status_code == 405:
            _only_sent.add(page.name)
        if answer.status_code == 200 and not answer.streaming:
            links = Links()
            links.feed(answer.content.decode())
            yield from ((page.name, address) for address in sorted(links.found))


def closed(actor: Actor, address: str) -> bool:
    """Whether it leads to what `actor` may not open, or nowhere."""
    if address.startswith(ELSEWHERE):
        return False
    try:
        needed = needed_by(resolve(address).func)
    except Resolver404:
        return True
    return needed is not None and not needed.allows(actor)


def faults(walk: Walk, who: Somebody, actor: Actor) -> list[str]:
    on_pages = [
        f"{name} offers {address}" for name, address in offered(walk, who) if closed(actor, address)
    ]
    commands = [
        f"the bar offers {command.name}"
        for command in registry.commands_for(actor)
        if closed(actor, command.address)
    ]
    return on_pages + commands


def test_nobody_is_offered_what_they_may_not_do(walk: Walk) -> None:
    for name in (*STAFF, "patient", "stranger"):
        who = walk.everybody[name]
        assert who.actor is not None
        assert faults(walk, who, who.actor) == [], name


def test_nor_whoever_can_do_everything_but_one_thing(walk: Walk) -> None:
    who = walk.everybody["manager"]
    known = declared()
    for taken in sorted(each for each in PERMISSIONS["manager"] if known[each].whose == "staff"):
        with transaction.atomic():
            Adaptation.objects.create(
                role="manager",
                permission=taken,
                is_given=False,
                since=clock.now(),
                by=new_id(),
                by_label="Somebody",
            )
            actor = SessionStore(who.cookie).actor()
            assert actor is not None
            assert actor.permissions == PERMISSIONS["manager"] - {taken}
            assert faults(walk, who, actor) == [], f"without {taken}"
            transaction.set_rollback(True)


def test_the_walk_finds_what_is_offered_in_vain(walk: Walk) -> None:
    manager, biller = walk.everybody["manager"], walk.everybody["biller"]
    assert biller.actor is not None
    assert faults(walk, manager, biller.actor)
