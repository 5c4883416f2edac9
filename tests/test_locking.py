"""A session that is left alone is nobody's, until its holder unlocks it: at every door."""

import contextlib
import threading
from typing import Any

import httpx
import pytest
from django.db import connection
from django.test import Client
from tests import world as cast
from tests.world import PASSWORD, World

from caredesk.access.locking.actions import remove_own_pin, set_idle_limit, set_own_pin
from caredesk.access.locking.models import Pin
from caredesk.access.locking.queries import own_sessions
from caredesk.access.locking.rules import MOST_ASIDE
from caredesk.access.models import Session
from caredesk.audit.models import Entry
from caredesk.kernel.errors import Refused

PIN = "2580"
PAGE = "/patients/"
URL_ENCODED = "application/x-www-form-urlencoded"


@pytest.fixture
def world(db: None) -> World:
    return cast.build()


def sign_in(client: Client, name: str, **more: str) -> Any:
    return client.post("/sign-in/", {"username": name, "password": PASSWORD, **more})


def at_desk(name: str = "ana") -> Client:
    client = Client(headers={"User-Agent": FIREFOX})
    assert sign_in(client, name).status_code == 302
    return client


FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"


def session_of(world: World, name: str) -> Session:
    return Session.objects.get(user=world.users[name])


def left_alone(session: Session, seconds: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE access_session SET active_at = now() - %s * interval '1 second' "
            "WHERE public_id = %s",
            [seconds, session.public_id],
        )


def unlock(client: Client, secret: str = PASSWORD, **more: Any) -> Any:
    return client.post("/locked/", {"secret": secret, **more})


def kinds() -> list[str]:
    """In the order of the log, which no other reading of it promises."""
    found = Entry.objects.exclude(kind__in=["change", "look"]).order_by("epoch", "xid", "seq")
    return list(found.values_list("kind", flat=True))


def test_an_idle_session_is_locked_by_the_server(world: World) -> None:
    ana = at_desk()
    left_alone(session_of(world, "ana"), 10 * 60 + 61)
    answer = ana.get(f"{PAGE}?x=1")
    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        "/locked/?next=/patients/%3Fx%3D1",
    )
    assert session_of(world, "ana").locked_at is not None
    entry = Entry.objects.get(kind="lock")
    assert (entry.actor, entry.session) == (
        world.users["ana"].id,
        session_of(world, "ana").public_id,
    )
    assert entry.changes[0]["now"] == {"how": "idle"}


def test_a_locked_session_gets_no_page_no_action_and_no_part(world: World) -> None:
    ana = at_desk()
    ana.post("/session/lock/")
    assert ana.get(PAGE).status_code == 302
    part = ana.get(PAGE, headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["HX-Reswap"]) == (423, "none")
    by_fetch = ana.post("/echo/", {"text": "today"}, headers={"Sec-Fetch-Mode": "cors"})
    assert by_fetch.status_code == 423
    action = ana.post("/api/actions/add_site", {}, content_type="application/json")
    assert action.status_code == 423
    assert action.headers["Content-Type"] == "application/problem+json"
    assert ana.get("/api/openapi.json").status_code == 423
    for address in ("/account/sessions/", "/account/pin/", "/", "/session/", "/session/active/"):
        assert ana.get(address).status_code in (302, 423)
        assert ana.post(address, headers={"HX-Request": "true"}).status_code == 423


def test_what_a_page_asks_by_itself_keeps_nothing_open(world: World) -> None:
    ana = at_desk()
    session = session_of(world, "ana")
    left_alone(session, 500)
    assert ana.get(PAGE, headers={"Caredesk-By-Itself": "1"}).status_code == 200
    left_alone(session, 10 * 60 + 61)
    refused = ana.get(PAGE, headers={"HX-Request": "true", "Caredesk-By-Itself": "1"})
    assert refused.status_code == 423


def test_what_one_does_is_noted_once_a_minute_and_costs_nothing_else(
    world: World, django_assert_num_queries: Any
) -> None:
    ana = at_desk()
    session = session_of(world, "ana")
    for idle, statements in ((59, 1), (61, 2), (0, 1)):
        if idle:
            left_alone(session, idle)
        with django_assert_num_queries(statements):
            assert ana.get("/session/").status_code == 204
    assert ana.get("/").status_code in (200, 302)


def signed_in_ago(session: Session, hours: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE access_session SET signed_in_at = now() - %s * interval '1 hour' "
            "WHERE public_id = %s",
            [hours, session.public_id],
        )


def test_twelve_hours_after_the_sign_in_a_session_ends_whatever_is_done_in_it(
    world: World,
) -> None:
    ana = at_desk()
    session = session_of(world, "ana")
    signed_in_ago(session, 11.9)
    assert ana.get(PAGE).status_code == 200
    kept = ana.session
    kept["something"] = "changed"
    kept.save()
    signed_in_ago(session, 12.1)
    assert ana.get(PAGE).headers["Location"].startswith("/sign-in/")
    assert own_sessions(world.actor("ana")) == []


def test_asking_at_a_lock_gives_an_old_session_no_new_life(world: World) -> None:
    ana = at_desk()
    session = session_of(world, "ana")
    ana.post("/session/lock/")
    ana.post("/locked/passkey/", headers={"Host": "localhost"})
    signed_in_ago(session, 3 * 24)
    assert ana.post("/locked/passkey/", headers={"Host": "localhost"}).status_code == 404
    assert unlock(ana).headers["Location"] == "/sign-in/"


def test_the_shortest_time_of_ones_roles_counts_and_the_manager_sets_it(world: World) -> None:
    mia = world.actor("mia")
    set_idle_limit("secretary", 3, by=mia)
    ana = at_desk()
    left_alone(session_of(world, "ana"), 3 * 60 + 59)
    assert ana.get("/session/").status_code == 204
    left_alone(session_of(world, "ana"), 3 * 60 + 61)
    assert ana.get("/session/").status_code == 302
    for wrong in (0, 61):
        with pytest.raises(Refused):
            set_idle_limit("secretary", wrong, by=mia)
    with pytest.raises(Refused):
        set_idle_limit("secretary", 5, by=world.actor("ana"))


def test_without_a_pin_the_password_unlocks_and_leads_back(world: World) -> None:
    ana = at_desk()
    ana.post("/session/lock/")
    answer = unlock(ana, next="/patients/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/patients/")
    assert ana.get(PAGE).status_code == 200
    assert kinds() == ["sign-in", "lock", "unlock"]
    assert unlock(Client(), next="/patients/").headers["Location"] == "/sign-in/"


def test_one_is_not_sent_to_another_host_after_it(world: World) -> None:
    ana = at_desk()
    ana.post("/session/lock/", {"next": "https://evil.example/"})
    assert unlock(ana, next="https://evil.example/").headers["Location"] == "/"


def test_a_pin_unlocks_and_is_kept_as_argon2id(world: World) -> None:
    by = world.actor("ana")
    pin = "73190264"  # so long that no id and no time has it by chance
    set_own_pin(pin, by=by)
    assert Pin.objects.get().secret.startswith("argon2$argon2id$")
    assert pin not in str(list(Entry.objects.values_list("changes", flat=True)))
    ana = at_desk()
    ana.post("/session/lock/")
    assert unlock(ana, pin).status_code == 302
    remove_own_pin(by=by)
    ana.post("/session/lock/")
    assert unlock(ana, pin).status_code == 422
    assert unlock(ana).status_code == 302


@pytest.mark.parametrize("pin", ["123", "123456789", "12a4", "1111", "2345", "8765", "٢٥٨٠", ""])
def test_what_is_no_pin_is_refused_in_words(world: World, pin: str) -> None:
    with pytest.raises(Refused) as refused:
        set_own_pin(pin, by=world.actor("ana"))
    assert refused.value.problems[0].field == "pin"
    assert pin not in str(refused.value) or not pin


def test_a_pin_is_not_set_without_the_password(world: World) -> None:
    """Whoever passes by an open screen must not give it a PIN of their own."""
    ana = at_desk()
    session = ana.session
    session["proven_at"] = 0.0
    session.save()
    posted = {"pin": PIN, "again": PIN}
    asked = ana.post("/account/pin/", posted)
    assert asked.headers["Location"].startswith("/account/proof/")
    assert not Pin.objects.exists()
    ana.post("/account/proof/", {"password": PASSWORD, "to": "/account/pin/"})
    assert ana.post("/account/pin/", {**posted, "again": "2581"}).status_code == 422
    assert ana.post("/account/pin/", posted).status_code == 303
    assert Pin.objects.get().user_id == world.users["ana"].id


def test_five_wrong_answers_end_the_session(world: World) -> None:
    ana = at_desk()
    ana.post("/session/lock/")
    said = [unlock(ana, "0000").content.decode() for _ in range(5)]
    assert "4 more tries" in said[0]
    assert "One more try" in said[3]
    assert "this session has ended" in said[4]
    assert not Session.objects.filter(user=world.users["ana"]).exists()
    assert unlock(ana).headers["Location"] == "/sign-in/"
    assert ana.get(PAGE).headers["Location"].startswith("/sign-in/")
    assert kinds() == ["sign-in", "lock", *["failed-unlock"] * 5]


def test_an_empty_answer_is_no_try(world: World) -> None:
    ana = at_desk()
    ana.post("/session/lock/")
    for _ in range(6):
        assert unlock(ana, "").status_code == 422
    assert unlock(ana).status_code == 302


def wrong_pins(client: Client, number: int) -> None:
    client.post("/session/lock/")
    for _ in range(number):
        assert unlock(client, "0000").status_code == 422


def test_wrong_pins_are_counted_in_all_sessions_and_then_the_password_is_asked(
    world: World,
) -> None:
    set_own_pin(PIN, by=world.actor("ana"))
    here = at_desk()
    for _ in range(3):
        # Her own right PIN in between gives nobody new tries.
        wrong_pins(at_desk(), 3)
        here.post("/session/lock/")
        assert unlock(here, PIN).status_code == 302
    wrong_pins(here, 1)
    refused = unlock(here, PIN)
    assert refused.status_code == 422
    told = refused.content.decode()
    assert "Too many wrong PINs were typed today: type your password." in told
    assert "inputmode" not in told
    assert 'inputmode="numeric"' not in here.get("/locked/").content.decode()
    assert unlock(here).status_code == 302
    assert ">PIN<" not in here.get(PAGE).content.decode()


def test_a_day_later_or_with_another_pin_it_opens_again(world: World) -> None:
    by = world.actor("ana")
    set_own_pin(PIN, by=by)
    for _ in range(2):
        wrong_pins(at_desk(), 5)
    here = at_desk()
    here.post("/session/lock/")
    assert unlock(here, PIN).status_code == 422
    with connection.cursor() as cursor:
        cursor.execute("UPDATE access_pin SET failing_since = now() - interval '25 hours'")
    assert unlock(here, PIN).status_code == 302
    for _ in range(2):
        wrong_pins(at_desk(), 5)
    set_own_pin("8520", by=by)
    here.post("/session/lock/")
    assert unlock(here, "8520").status_code == 302


def test_passwords_are_no_faster_tried_at_a_lock_than_at_the_sign_in(world: World) -> None:
    set_own_pin(PIN, by=world.actor("ana"))
    first, second = at_desk(), at_desk()
    for each in (first, second):
        del each.cookies["caredesk_known"]
        each.post("/session/lock/")
    for _ in range(5):
        assert unlock(first, "not her password").status_code == 422
    assert sign_in(Client(), "ana").status_code == 429
    waits = unlock(second)
    assert waits.status_code == 429
    assert int(waits.headers["Retry-After"]) > 0
    assert "Too many wrong passwords were typed. Wait" in waits.content.decode()
    assert Entry.objects.filter(name="password during a wait").count() == 1
    # What was not checked is no try, and the PIN opens all the same.
    assert session_of_browser(second).failed_unlocks == 0
    assert unlock(second, PIN).status_code == 302


def session_of_browser(client: Client) -> Session:
    return Session.objects.get(session_key=client.cookies["caredesk_session"].value)


def test_who_saw_the_pin_adds_no_passkey_with_it(world: World) -> None:
    set_own_pin(PIN, by=world.actor("ana"))
    ana = at_desk()
    assert ana.get("/account/passkeys/new/").status_code == 200
    ana.post("/session/lock/")
    assert unlock(ana).status_code == 302
    assert ana.get("/account/passkeys/new/").status_code == 200
    ana.post("/session/lock/")
    assert unlock(ana, PIN).status_code == 302
    asked = "/account/proof/"
    assert ana.get("/account/passkeys/new/").headers["Location"].startswith(asked)
    assert ana.post("/account/passkeys/new/options/").headers["Location"].startswith(asked)
    # Nor on the way over a colleague's session.
    ana.post("/account/proof/", {"password": PASSWORD})
    anas = session_of(world, "ana").public_id
    ana.post("/session/aside/")
    sign_in(ana, "ben")
    assert unlock(ana, PIN, session=anas).status_code == 302
    assert ana.get("/account/app/").headers["Location"].startswith(asked)


def test_tries_at_once_are_each_counted(committed_db: None) -> None:
    world = cast.build()
    ana = at_desk()
    ana.post("/session/lock/")
    cookies = ana.cookies
    statuses: list[int] = []

    def guess() -> None:
        client = Client()
        client.cookies = cookies
        try:
            # As a page sends it: what comes as a form with files is read by few at a time.
            answer = client.post("/locked/", "secret=wrong+answer", content_type=URL_ENCODED)
            statuses.append(answer.status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=guess) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert statuses.count(422) == 5
    assert not Session.objects.filter(user=world.users["ana"]).exists()


@pytest.mark.processes
def test_the_live_stream_ends_with_the_lock(committed_db: None, server: Any) -> None:
    """And where nobody has done anything for so long, it ends by itself."""
    world = cast.build()
    ana, ben = at_desk("ana"), at_desk("ben")
    with contextlib.ExitStack() as opened:
        streams = [opened.enter_context(listening(server, each)) for each in (ana, ben)]
        lines = [each.iter_lines() for each in streams]
        assert [next(each) for each in lines] == ["retry: 2000"] * 2
        ana.post("/session/lock/")
        left_alone(session_of(world, "ben"), 10 * 60 + 61)
        assert [[each for each in stream if each] for stream in lines] == [[], []]
    for each in (ana, ben):
        with listening(server, each) as refused:
            assert refused.status_code == 401
    unlock(ana)
    with listening(server, ana) as again:
        assert again.status_code == 200


def listening(server: Any, client: Client) -> Any:
    cookies = {"caredesk_session": client.cookies["caredesk_session"].value}
    return httpx.stream("GET", f"{server.live_url}/live/", cookies=cookies, timeout=30)


def test_a_request_that_began_before_the_lock_does_not_open_it(world: World) -> None:
    ana = at_desk()
    before = ana.session
    before["something"] = "kept"
    ana.post("/session/lock/")
    before.save()
    assert session_of(world, "ana").locked_at is not None
    assert ana.get(PAGE).status_code == 302


def test_a_colleague_signs_in_and_the_former_switches_back(world: World) -> None:
    set_own_pin(PIN, by=world.actor("ana"))
    browser = at_desk("ana")
    anas = session_of(world, "ana")
    assert browser.post("/session/aside/").headers["Location"] == "/sign-in/"
    assert "caredesk_session" not in {k for k, v in browser.cookies.items() if v.value}
    assert "Ana Ruiz" in browser.get("/sign-in/").content.decode()
    sign_in(browser, "ben")
    assert actor_of(browser) == world.users["ben"].id
    for secret in (PASSWORD + "!", "0000"):
        assert unlock(browser, secret, session=anas.public_id).status_code == 422
    assert actor_of(browser) == world.users["ben"].id
    assert unlock(browser, PIN, session=anas.public_id).status_code == 302
    assert actor_of(browser) == world.users["ana"].id
    assert session_of(world, "ben").locked_at is not None
    assert session_of(world, "ana").session_key != anas.session_key
    assert unlock(browser, PASSWORD, session=session_of(world, "ben").public_id).status_code == 302
    assert actor_of(browser) == world.users["ben"].id
    assert kinds() == [
        *["sign-in", "lock", "sign-in", "failed-unlock", "failed-unlock"],
        *["lock", "switch", "lock", "switch"],
    ]


def actor_of(client: Client) -> object:
    key = client.cookies["caredesk_session"].value
    return Session.objects.get(session_key=key).user_id


def test_a_colleagues_sign_in_does_not_end_the_locked_session(world: World) -> None:
    browser = at_desk("ana")
    sign_in(browser, "ben")
    assert session_of(world, "ana").locked_at is not None
    sign_in(browser, "ana")
    assert Session.objects.filter(user=world.users["ana"]).count() == 1
    assert actor_of(browser) == world.users["ana"].id


def test_who_locked_it_can_be_signed_out_without_the_secret(world: World) -> None:
    browser = at_desk("ana")
    anas = session_of(world, "ana").public_id
    browser.post("/session/aside/")
    sign_in(browser, "ben")
    assert Client().post("/locked/leave/", {"session": anas}).status_code == 302
    assert Session.objects.filter(public_id=anas).exists()
    browser.post("/locked/leave/", {"session": anas})
    assert not Session.objects.filter(public_id=anas).exists()
    assert actor_of(browser) == world.users["ben"].id
    browser.post("/locked/leave/")
    assert browser.get(PAGE).headers["Location"].startswith("/sign-in/")
    assert kinds()[-2:] == ["sign-out", "sign-out"]


def test_another_browser_cannot_switch_to_what_waits_here(world: World) -> None:
    at_desk("ana").post("/session/aside/")
    waiting = session_of(world, "ana").public_id
    elsewhere = at_desk("ben")
    assert unlock(elsewhere, PASSWORD, session=waiting).headers["Location"] == "/sign-in/"
    assert "Ana Ruiz" not in elsewhere.get("/sign-in/").content.decode()
    assert session_of(world, "ana").locked_at is not None
    # The own one elsewhere neither: the password is a sign-in there, not a switch.
    third = at_desk("ana")
    assert unlock(third, PASSWORD, session=waiting).status_code == 302
    assert actor_of(third) == world.users["ana"].id
    assert Session.objects.get(public_id=waiting).locked_at is not None


def copied_seat(browser: Client) -> Client:
    """At another machine, with what somebody copied of this browser."""
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    elsewhere.cookies["caredesk_seat"] = browser.cookies["caredesk_seat"].value
    return elsewhere


def test_a_copied_seat_and_the_pin_take_over_no_open_session(world: World) -> None:
    set_own_pin(PIN, by=world.actor("ana"))
    ana = at_desk()
    session = session_of(world, "ana")
    elsewhere = copied_seat(ana)
    assert elsewhere.get(f"/locked/?session={session.public_id}").status_code == 302
    answer = unlock(elsewhere, PIN, session=session.public_id)
    assert answer.headers["Location"] == "/sign-in/"
    elsewhere.post("/locked/leave/", {"session": session.public_id})
    assert session_of(world, "ana").session_key == session.session_key
    assert ana.get(PAGE).status_code == 200


def test_a_seat_that_was_copied_is_worth_nothing_after_the_next_sign_in(world: World) -> None:
    browser = at_desk("ana")
    browser.post("/session/aside/")
    elsewhere = copied_seat(browser)
    assert "Ana Ruiz" in elsewhere.get("/sign-in/").content.decode()
    sign_in(browser, "ben")
    assert "Ana Ruiz" not in elsewhere.get("/sign-in/").content.decode()
    anas = session_of(world, "ana").public_id
    assert unlock(elsewhere, session=anas).headers["Location"] == "/sign-in/"
    # Those who share the desk go on changing places.
    assert unlock(browser, session=anas).status_code == 302
    assert actor_of(browser) == world.users["ana"].id
    bens = session_of(world, "ben").public_id
    assert unlock(browser, session=bens).status_code == 302
    assert actor_of(browser) == world.users["ben"].id


def test_only_a_few_wait_at_one_browser(world: World) -> None:
    browser = Client()
    for name in ("ana", "ben", "mia", "chen"):
        sign_in(browser, name)
        browser.post("/session/aside/")
    add_more(world, browser)
    waiting = Session.objects.filter(locked_at__isnull=False)
    assert waiting.count() == MOST_ASIDE
    assert not waiting.filter(user=world.users["ana"]).exists()


def add_more(world: World, browser: Client) -> None:
    from caredesk.access.actions import add_user

    add_user("eve", "Eve", PASSWORD, ["secretary"], by=cast.FOUNDER)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE access_session SET active_at = active_at - interval '1 hour' "
            "WHERE user_id = %s",
            [world.users["ana"].id],
        )
    sign_in(browser, "eve")
    browser.post("/session/aside/")


def test_a_page_made_for_somebody_else_is_covered(world: World) -> None:
    ana = at_desk()
    own = str(session_of(world, "ana").public_id)
    assert ana.get(PAGE, headers={"Caredesk-Session": own}).status_code == 200
    other = "00000000-0000-4000-8000-000000000000"
    assert ana.get(PAGE, headers={"Caredesk-Session": other}).status_code == 423
    assert session_of(world, "ana").locked_at is None


def test_one_sees_where_one_is_signed_in_and_ends_it(world: World) -> None:
    here, there = at_desk(), at_desk()
    page = here.get("/account/sessions/").content.decode()
    assert page.count("Firefox on Windows") >= 2
    assert "this one" in page
    assert "127.0.0.1" in page
    other = Session.objects.get(session_key=there.cookies["caredesk_session"].value)
    assert here.post(f"/account/sessions/{other.public_id}/end/").status_code == 303
    assert there.get(PAGE).headers["Location"].startswith("/sign-in/")
    assert here.get(PAGE).status_code == 200
    third = at_desk()
    assert here.post("/account/sessions/others/end/").status_code == 303
    assert third.get(PAGE).status_code == 302
    assert here.get(PAGE).status_code == 200


def test_nobody_ends_a_colleagues_session_but_the_manager(world: World) -> None:
    ana, ben, mia = at_desk("ana"), at_desk("ben"), at_desk("mia")
    bens, user = session_of(world, "ben").public_id, world.users["ben"].id
    assert ana.post(f"/account/sessions/{bens}/end/").status_code == 404
    assert ana.get(f"/users/{user}/sessions/").status_code == 404
    assert ana.post(f"/users/{user}/sessions/end/").status_code == 404
    assert ben.get(PAGE).status_code == 200
    assert "Firefox on Windows" in mia.get(f"/users/{user}/sessions/").content.decode()
    assert mia.post(f"/users/{user}/sessions/end/").status_code == 303
    assert ben.get(PAGE).status_code == 302
    entry = Entry.objects.get(name="end_sessions_of")
    assert entry.changes[0]["id"] == str(bens)


def test_the_manager_sets_the_times_on_a_page(world: World) -> None:
    mia = at_desk("mia")
    answer = mia.post("/setup/idle/", {"role": "secretary", "minutes": "7"})
    assert answer.status_code == 303
    assert 'value="7"' in mia.get("/setup/idle/").content.decode()
    wrong = mia.post("/setup/idle/", {"role": "secretary", "minutes": "0"})
    assert wrong.status_code == 422
    assert at_desk("ana").get("/setup/idle/").status_code == 404
    assert 'data-idle-seconds="420"' in at_desk("ana").get("/patients/").content.decode()
