"""The live process: a stream for who is signed in, which names days and nobody."""

import asyncio
import contextlib
import json
import time
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from django.test import Client
from tests import world as cast
from tests.world import World

from caredesk.access.actions import add_user, end_role
from caredesk.access.models import User
from caredesk.config.embedded import APPLICATION, Addresses
from caredesk.desk import live
from caredesk.desk.live import HEARTBEAT_SECONDS, SLOWEST_BROWSER, Live, changed_days
from caredesk.kernel.events import read_event
from caredesk.kernel.models import LoggedEvent
from caredesk.practice.actions import add_site
from caredesk.scheduling.actions import (
    add_exception,
    add_practitioner_resource,
    set_availability,
)
from caredesk.scheduling.events import AppointmentMoved
from caredesk.workforce.actions import add_practitioner


@pytest.fixture
def world(committed_db: None) -> World:
    return cast.build()


def test_a_move_touches_both_days() -> None:
    tuesday, wednesday = date(2026, 11, 24), date(2026, 11, 25)
    moved = AppointmentMoved(UUID(int=1), UUID(int=2), wednesday, UUID(int=3), tuesday)
    told = [json.loads(each) for each in changed_days([moved, moved])]
    assert told == [
        {"site": str(UUID(int=2)), "day": "2026-11-25"},
        {"site": str(UUID(int=3)), "day": "2026-11-24"},
    ]


def test_changed_hours_touch_a_site_on_their_days(db: None) -> None:
    """A colleague's board hears of leave that is entered, and of hours from a day on."""
    by = cast.FOUNDER
    site = add_site("Main Street", "America/New_York", by=by).id
    person = add_practitioner("Chen", "Mei", "Dr", by=by).practitioner
    chen = add_practitioner_resource(person, by=by).id
    set_availability(chen, site, date(2026, 12, 1), [], by=by)
    leave = (datetime(2026, 12, 24), datetime(2026, 12, 26))
    add_exception("leave", *leave, resource=chen, by=by)
    rows = LoggedEvent.objects.filter(name="HoursChanged").order_by("seq")
    assert [row.version for row in rows] == [2, 2]
    events = [read_event(row.name, row.version, row.body) for row in rows]
    assert [json.loads(each) for each in changed_days(events)] == [
        {"since": "2026-12-24", "until": "2026-12-26"},
        {"site": str(site), "since": "2026-12-01"},
    ]


def test_hours_that_changed_before_days_were_told_concern_every_board() -> None:
    old = read_event("HoursChanged", 1, {"resources": [str(UUID(int=9))]})
    assert changed_days([old]) == ["{}"]


def test_a_browser_that_is_too_far_behind_is_told_to_look_anew() -> None:
    async def told(messages: int) -> list[str]:
        live = Live()
        stream = live.open("somebody")
        for number in range(messages):
            live._tell([str(number)])
        return [stream.get_nowait() for _ in range(stream.qsize())]

    in_time = [str(each) for each in range(SLOWEST_BROWSER)]
    assert in_a_loop(told(SLOWEST_BROWSER)) == in_time
    assert in_a_loop(told(SLOWEST_BROWSER + 2)) == ["{}", str(SLOWEST_BROWSER + 1)]


def test_after_the_database_was_away_a_browser_looks_anew_and_hears_again(
    world: World, addresses: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have come back restored, where the reader's place in the log means nothing."""
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.0)
    monkeypatch.setattr(live, "SESSION_SECONDS", 600.0)
    connections.close_all()

    async def told() -> set[str]:
        stream = Live().open("a browser")
        while await _next_of(stream, seconds=0.5) is None:
            _end_sessions(addresses)
        # What was ended last may be the connection that booking would use.
        await sync_to_async(connections.close_all)()
        await sync_to_async(cast.book_tomorrow)(world, "lupe")
        heard = {live.LOOK_ANEW}
        while heard == {live.LOOK_ANEW}:
            heard.add(await _next_of(stream, seconds=20) or "")
        await sync_to_async(connections.close_all)()
        return heard - {live.LOOK_ANEW}

    [day] = in_a_loop(told())
    assert json.loads(day)["day"] == world.tomorrow.isoformat()


def in_a_loop[T](wanted: Coroutine[Any, Any, T]) -> T:
    """In a thread of its own: Playwright keeps a loop running in this one."""
    with ThreadPoolExecutor(1) as beside:
        return beside.submit(asyncio.run, wanted).result()


async def _next_of(stream: asyncio.Queue[str], seconds: float) -> str | None:
    with contextlib.suppress(TimeoutError):
        return await asyncio.wait_for(stream.get(), seconds)
    return None


def _end_sessions(addresses: Addresses) -> None:
    with psycopg.connect(addresses.superuser, autocommit=True) as superuser:
        superuser.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s",
            [APPLICATION],
        )


@pytest.mark.processes
def test_the_stream_ends_with_the_session(world: World, server: Any) -> None:
    client, other = Client(), Client()
    client.force_login(world.users["ben"])
    other.force_login(world.users["ana"])
    streams = []
    with contextlib.ExitStack() as opened:
        for each in (client, other):
            cookies = {name: morsel.value for name, morsel in each.cookies.items()}
            asked = httpx.stream("GET", f"{server.live_url}/live/", cookies=cookies, timeout=30)
            streams.append(opened.enter_context(asked).iter_lines())
        assert [next(each) for each in streams] == ["retry: 2000"] * 2
        began = time.monotonic()
        client.post("/sign-out/")
        assert [each for each in streams[0] if each] == []
        assert time.monotonic() - began < HEARTBEAT_SECONDS / 2
        cast.book_tomorrow(world, "lupe")
        assert next(each for each in streams[1] if each.startswith("data:"))


@pytest.mark.processes
def test_the_stream_names_the_day_and_nobody(world: World, server: Any) -> None:
    client = Client()
    client.force_login(world.users["ben"])
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    address = f"{server.live_url}/live/"
    with httpx.stream("GET", address, cookies=cookies, timeout=20) as answer:
        assert answer.status_code == 200
        lines = answer.iter_lines()
        assert next(lines).startswith("retry")
        appointment = cast.book_tomorrow(world, "lupe")
        # The practice's own hours, set a moment before, may be told first: they have no day.
        told = next(line for line in lines if line.startswith("data:") and '"day"' in line)
    assert json.loads(told[5:]) == {
        "site": str(world.sites["main"]),
        "day": world.tomorrow.isoformat(),
    }
    assert str(appointment) not in told


@pytest.mark.processes
def test_who_is_not_signed_in_hears_nothing(world: World, server: Any) -> None:
    assert httpx.get(f"{server.live_url}/live/").status_code == 401
    forged = {"caredesk_session": "x" * 32}
    assert httpx.get(f"{server.live_url}/live/", cookies=forged).status_code == 401


@pytest.mark.processes
def test_only_pages_of_the_same_host_may_read_it(world: World, server: Any) -> None:
    client = Client()
    client.force_login(world.users["ben"])
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    allowed = {}
    for origin in (server.url, "https://evil.example"):
        with httpx.stream(
            "GET", f"{server.live_url}/live/", cookies=cookies, headers={"Origin": origin}
        ) as answer:
            allowed[origin] = answer.headers.get("access-control-allow-origin")
    assert allowed == {server.url: server.url, "https://evil.example": None}


@pytest.mark.processes
def test_the_stream_is_for_who_is_at_the_desk(world: World, server: Any) -> None:
    """A patient's session has none; of who loses their last role the stream ends."""
    lu = add_user("lu", "Lu", cast.PASSWORD, ["patient"], by=cast.FOUNDER).user
    patient, ben = Client(), Client()
    patient.force_login(User.objects.get(pk=lu))
    ben.force_login(world.users["ben"])
    address = f"{server.live_url}/live/"
    assert httpx.get(address, timeout=30).status_code == 401
    assert httpx.get(address, cookies=cookies_of(patient), timeout=30).status_code == 404
    with httpx.stream("GET", address, cookies=cookies_of(ben), timeout=30) as stream:
        assert stream.status_code == 200
        lines = stream.iter_lines()
        assert next(lines) == "retry: 2000"
        end_role(world.users["ben"].id, "secretary", by=cast.FOUNDER)
        until = time.monotonic() + 30
        for _ in lines:  # of the days that were made before, or the stream's own heartbeat
            assert time.monotonic() < until


def cookies_of(client: Client) -> dict[str, str]:
    return {name: morsel.value for name, morsel in client.cookies.items()}
