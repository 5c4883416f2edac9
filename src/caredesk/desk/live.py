"""The live process: tells open browsers which day has changed, and nothing about whom.

One reader polls the event log for all browsers (NOTIFY would make every commit queue for one
lock). Each browser holds one stream of server-sent events; it asks for the changed part of its
page through the ordinary door, where permission and audit are.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections
from django.http.request import split_domain_port, validate_host

from caredesk.access.sessions import SessionStore
from caredesk.kernel import event_log
from caredesk.kernel.actor import Actor
from caredesk.kernel.events import Event
from caredesk.people.events import RestrictionEnded, RestrictionSet
from caredesk.scheduling.events import HoursChanged

type Scope = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
type Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

POLL_SECONDS = 0.3
HEARTBEAT_SECONDS = 15.0
SESSION_SECONDS = 2.0  # so long a stream may outlive its session
SLOWEST_BROWSER = 100  # messages a browser may be behind before it is told to look anew

MAY = "desk.use"
CLOSED = [
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-site"),
    (b"referrer-policy", b"no-referrer"),
]
"""Said with every answer: it is data, shown nowhere and kept nowhere."""

LOOK_ANEW = "{}"
"""Names no day: a browser takes it for its own, and asks anew for whatever it has open."""

END = ""
"""The last in a queue: the session is over."""


class Live:
    """The streams of all browsers of this process, and the one reader that feeds them."""

    def __init__(self) -> None:
        self._streams: dict[asyncio.Queue[str], str] = {}
        self._reader: asyncio.Task[None] | None = None

    def open(self, session_key: str) -> asyncio.Queue[str]:
        if self._reader is None or self._reader.done():
            self._reader = asyncio.create_task(self._read())
        stream: asyncio.Queue[str] = asyncio.Queue(SLOWEST_BROWSER)
        self._streams[stream] = session_key
        return stream

    def close(self, stream: asyncio.Queue[str]) -> None:
        self._streams.pop(stream, None)

    async def _read(self) -> None:
        position, was_away = None, False
        checked_at = time.monotonic()
        while self._streams:
            try:
                position = position or await sync_to_async(event_log.newest)()
                if was_away:
                    self._tell([LOOK_ANEW])
                    was_away = False
                events, position = await sync_to_async(event_log.read_after)(position)
                self._tell(changed_days(events))
                if time.monotonic() - checked_at > SESSION_SECONDS:
                    await self._end_the_signed_out()
                    checked_at = time.monotonic()
            except Exception:
                # The database is away: browsers keep their streams and refresh when it is back.
                # It may come back restored from a backup, where no position holds.
                position, was_away = None, True
                await sync_to_async(close_old_connections)()
                await asyncio.sleep(HEARTBEAT_SECONDS)
            await asyncio.sleep(POLL_SECONDS)

    def _tell(self, messages: Iterable[str]) -> None:
        for message in messages:
            for stream in self._streams:
                if stream.full():
                    _say_only(stream, LOOK_ANEW)
                else:
                    stream.put_nowait(message)

    async def _end_the_signed_out(self) -> None:
        asked = set(self._streams.values())
        still = await sync_to_async(SessionStore.signed_in)(asked, MAY)
        for stream, session_key in self._streams.items():
            if session_key in asked - still:
                _say_only(stream, END)


def _say_only(stream: asyncio.Queue[str], message: str) -> None:
    """In place of all that waits in the stream."""
    while not stream.empty():
        stream.get_nowait()
    stream.put_nowait(message)


_TOUCHED = (("site", "day"), ("from_site", "from_day"))


def changed_days(events: Iterable[Event]) -> list[str]:
    """One message for each site and day that the events say they touched; nothing about whom.

    Hours change on many days at once: of these the first and the last are told, where there are.
    """
    told = [message for event in events for message in _touched_by(event)]
    return sorted({json.dumps(message) for message in told})


def _touched_by(event: Event) -> Iterator[dict[str, str]]:
    if isinstance(event, RestrictionSet | RestrictionEnded):
        # Who may see what has changed, on any day; of whom is not said.
        yield {}
        return
    if isinstance(event, HoursChanged):
        known = {"site": event.site, "since": event.first_day, "until": event.last_day}
        yield {name: str(value) for name, value in known.items() if value is not None}
        return
    for site, day in _TOUCHED:
        if getattr(event, day, None) is not None:
            yield {"site": str(getattr(event, site)), "day": str(getattr(event, day))}


live = Live()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """ASGI: GET /live/ is the stream for who is at the desk; anything else is not here."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http":
        await _answer(scope, receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _answer(scope: Scope, receive: Receive, send: Send) -> None:
    headers = {name.decode().lower(): value.decode("latin-1") for name, value in scope["headers"]}
    host, _ = split_domain_port(headers.get("host", ""))
    # As Django does with every page: a name that is not ours finds nothing.
    is_ours = validate_host(host, settings.ALLOWED_HOSTS)
    if scope["path"] != "/live/" or scope["method"] != "GET" or not is_ours:
        await _refuse(send, 404)
        return
    session_key, actor = await _signed_in_session(headers)
    if actor is None:
        await _refuse(send, 401)
    elif not actor.may(MAY):
        await _refuse(send, 404)
    else:
        await _stream(session_key, _own_origin(headers), receive, send)


async def _signed_in_session(headers: dict[str, str]) -> tuple[str, Actor | None]:
    """The key of the session, and whose it is."""
    cookie = SimpleCookie(headers.get("cookie", "")).get(settings.SESSION_COOKIE_NAME)
    if cookie is None:
        return "", None
    return cookie.value, await sync_to_async(_actor)(cookie.value)


def _actor(session_key: str) -> Actor | None:
    close_old_connections()
    return SessionStore(session_key).actor()


def _own_origin(headers: dict[str, str]) -> str:
    """The page's origin where it is of our own host: only its port may differ from ours."""
    origin = headers.get("origin", "")
    ours = urlsplit(f"//{headers.get('host', '')}").hostname
    return origin if origin and urlsplit(origin).hostname == ours else ""


async def _refuse(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": CLOSED})
    await send({"type": "http.response.body", "body": b""})


async def _stream(session_key: str, origin: str, receive: Receive, send: Send) -> None:
    headers = [
        (b"content-type", b"text/event-stream"),
        (b"x-accel-buffering", b"no"),
        *CLOSED,
        (b"vary", b"Origin"),
    ]
    if origin:
        headers += [
            (b"access-control-allow-origin", origin.encode("latin-1")),
            (b"access-control-allow-credentials", b"true"),
        ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    stream = live.open(session_key)
    gone = asyncio.create_task(_wait_until_gone(receive))
    try:
        await _say(send, "retry: 2000\n\n")
        while not gone.done() and (message := await _next(stream)) != END:
            await _say(send, message)
        if not gone.done():
            await send({"type": "http.response.body", "body": b""})
    except OSError:
        pass
    finally:
        gone.cancel()
        live.close(stream)


async def _next(stream: asyncio.Queue[str]) -> str:
    try:
        message = await asyncio.wait_for(stream.get(), HEARTBEAT_SECONDS)
    except TimeoutError:
        return ": still here\n\n"
    return message and f"event: day\ndata: {message}\n\n"


async def _say(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _wait_until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
