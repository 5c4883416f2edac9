"""Where a page sends the browser by what an address said: to this site, whatever was said."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.http import HttpResponseRedirect
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st
from tests import world as cast
from tests.world import FOUNDER, PASSWORD, World

from caredesk.access.actions import set_password
from caredesk.people.actions import add_alert
from caredesk.scheduling import actions as calendar
from caredesk.scheduling.queries import free_times
from caredesk.ui.actions import keep_draft
from caredesk.ui.notice import own_address

HERE = "http://testserver"
HOSTILE = [
    f"{HERE}//evil.example/x",
    f"{HERE}/\\evil.example/x",
    f"{HERE}/\t/evil.example/x",
    f"{HERE}/\\/\\evil.example/x",
    "/\n/evil.example/x",
    "//evil.example/x",
]
OURS = {"/", "/evil.example/x"}

ANOTHER = "another horse battery"

# What browsers read otherwise than it looks, in every order.
PIECES = st.sampled_from(
    [
        *("http:", "https:", "javascript:", "data:", "/", "//", "\\", "@", ":", "?", "#", ";"),
        *("\t", "\n", "\r", "\x00", "\x1f", "\x85", " ", "\u00a0", "\u2028", "\uff0f", "\u3002"),
        *("testserver", "evil.example", "[::1]", "[", ".", "..", "%2f", "%5c", "%09", "x", "="),
    ]
)
BEGINNINGS = st.sampled_from(["", "/", HERE, f"{HERE}/", "http:", "//testserver", "\t", " "])
ADDRESSES = st.builds(
    lambda beginning, pieces: beginning + "".join(pieces),
    BEGINNINGS,
    st.lists(PIECES | st.text(max_size=3), max_size=6),
)


@pytest.fixture
def world(db: None, settings: LazySettings) -> World:
    settings.CAREDESK_LIMITS = {}
    return cast.build()


def signed_in(name: str = "ana") -> Client:
    client = Client()
    assert sign_in(client, name=name).headers["Location"] == "/"
    return client


def sign_in(client: Client, name: str = "ana", **more: str) -> Any:
    return client.post("/sign-in/", {"username": name, "password": PASSWORD, **more})


@pytest.mark.browser
def test_a_browser_stays_on_this_site_whatever_the_address(browser: Any) -> None:
    """Judged by the browser's own reading of the answer's Location."""
    context = browser.new_context()
    page = context.new_page()
    request = RequestFactory().get("/sign-in/")

    @trying(max_examples=500, deadline=None)
    @given(ADDRESSES)
    def leads_here(address: str) -> None:
        own = own_address(request, address)
        location = HttpResponseRedirect(own).headers["Location"]
        read = "([to, at]) => { const url = new URL(to, at); return [url.origin, url.username]; }"
        assert page.evaluate(read, [location, f"{HERE}/sign-in/"]) == [HERE, ""], (own, location)
        assert own_address(request, own) == own

    try:
        leads_here()
    finally:
        context.close()


def after_the_password(world: World, address: str) -> Any:
    return sign_in(Client(), next=address)


def after_a_further_step(world: World, address: str) -> Any:
    set_password(world.users["ana"].id, ANOTHER, must_change=True, by=FOUNDER)
    half = Client()
    begun = half.post("/sign-in/", {"username": "ana", "password": ANOTHER, "next": address})
    assert begun.headers["Location"] == "/sign-in/password/"
    return half.post("/sign-in/password/", {"new": PASSWORD, "again": PASSWORD})


def at_the_lock_of_an_open_session(world: World, address: str) -> Any:
    return signed_in().get("/locked/", {"next": address})


def after_unlocking(world: World, address: str) -> Any:
    ana = signed_in()
    ana.post("/session/lock/")
    return ana.post("/locked/", {"secret": PASSWORD, "next": address})


def after_locking_and_unlocking(world: World, address: str) -> Any:
    ana = signed_in()
    locked = ana.post("/session/lock/", {"next": address})
    place = locked.headers["Location"]
    assert place.startswith("/locked/?next=/")
    wanted = ana.get(place).context["next"]
    return ana.post("/locked/", {"secret": PASSWORD, "next": wanted})


def after_a_proof(world: World, address: str) -> Any:
    return signed_in().post("/account/proof/", {"password": PASSWORD, "to": address})


def after_undo(world: World, address: str) -> Any:
    given = {"patient": world.patients["lupe"], "text": "Deaf", "severity": "important"}
    done = add_alert.perform(given, by=world.actor("ana"))
    return signed_in().post(f"/deeds/{done.deed}/undo/", {"key": str(uuid4()), "to": address})


def after_a_form_thrown_away(world: World, address: str) -> Any:
    by = world.actor("ana")
    draft = keep_draft("new-patient", "New patient", "/patients/new/", {"given": ["Lu"]}, [], by=by)
    return signed_in().post(f"/drafts/{draft.draft}/end/", {"to": address})


def after_a_time_given_back(world: World, address: str) -> Any:
    by = world.actor("ana")
    start = free_times(by, world.visit_types["call"], limit=1)[0]
    held = calendar.hold_time(world.visit_types["call"], start.starts_at, start.site, by=by)
    return signed_in().post(f"/holds/{held.hold}/release/", {"to": address})


@pytest.mark.parametrize(
    "asked",
    [
        after_the_password,
        after_a_further_step,
        at_the_lock_of_an_open_session,
        after_unlocking,
        after_locking_and_unlocking,
        after_a_proof,
        after_undo,
        after_a_form_thrown_away,
        after_a_time_given_back,
    ],
)
def test_nobody_is_led_to_another_host(world: World, asked: Callable[[World, str], Any]) -> None:
    for address in HOSTILE:
        answer = asked(world, address)
        assert answer.status_code in (302, 303)
        assert answer.headers["Location"] in OURS, address
