"""The live process: tells open browsers which day has changed, and nothing about whom.

One reader polls the event log for all browsers (NOTIFY would make every commit queue for one
lock). Each browser holds one stream of server-sent events; it asks for the changed part of its
page through the ordinary door, where permission and audit are.
"""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections

from caredesk.access.sessions import SessionStore
from caredesk.kernel import event_log
from caredesk.kernel.events import Event
from caredesk.scheduling.events import HoursChanged

type Scope = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
type Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

POLL_SECONDS = 0.3
HEARTBEAT_SECONDS = 15.0
SLOWEST_BROWSER = 100  # messages a browser may be behind before it is told to start anew


class Live:
    """The streams of all browsers of this process, and the one reader that feeds them."""

    def __init__(self) -> None:
        self._streams: set[asyncio.Queue[str]] = set()
        self._reader: asyncio.Task[None] | None = None

    def open(self) -> asyncio.Queue[str]:
        if self._reader is None or self._reader.done():
            self._reader = asyncio.create_task(self._read())
        stream: asyncio.Queue[str] = asyncio.Queue(SLOWEST_BROWSER)
        self._streams.add(stream)
        return stream

    def close(self, stream: asyncio.Queue[str]) -> None:
        self._streams.discard(stream)

    async def _read(self) -> None:
        position = None
        while self._streams:
            try:
                position = position or await sync_to_async(event_log.newest)()
                events, position = await sync_to_async(event_log.read_after)(position)
                self._tell(changed_days(events))
            except Exception:
                # The database is away: browsers keep their streams and refresh when it is back.
                await sync_to_async(close_old_connections)()
                self._tell(["{}"])
                await asyncio.sleep(HEARTBEAT_SECONDS)
            await asyncio.sleep(POLL_SECONDS)

    def _tell(self, messages: Iterable[str]) -> None:
        for message in messages:
            for stream in self._streams:
                with contextlib.suppress(asyncio.QueueFull):
                    stream.put_nowait(message)


_TOUCHED = (("site", "day"), ("from_site", "from_day"))


def changed_days(events: Iterable[Event]) -> list[str]:
    """One message for each site and day that the events say they touched; nothing about whom.

    Hours change on many days at once: of these the first and the last are told, where there are.
    """
    told = [message for event in events for message in _touched_by(event)]
    return sorted({json.dumps(message) for message in told})


def _touched_by(event: Event) -> Iterator[dict[str, str]]:
    if isinstance(event, HoursChanged):
        known = {"site": event.site, "since": event.first_day, "until": event.last_day}
        yield {name: str(value) for name, value in known.items() if value is not None}
        return
    for site, day in _TOUCHED:
        if getattr(event, day, None) is not None:
            yield {"site": str(getattr(event, site)), "day": str(getattr(event, day))}


live = Live()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """ASGI: GET /live/ is the stream; anything else is not here."""
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
    if scope["path"] != "/live/" or scope["method"] != "GET":
        await _refuse(send, 404)
    elif not await _is_signed_in(headers):
        await _refuse(send, 401)
    else:
        await _stream(_own_origin(headers), receive, send)


async def _is_signed_in(headers: dict[str, str]) -> bool:
    cookie = SimpleCookie(headers.get("cookie", "")).get(settings.SESSION_COOKIE_NAME)
    return cookie is not None and await sync_to_async(_has_actor)(cookie.value)


def _has_actor(session_key: str) -> bool:
    close_old_connections()
    return SessionStore(session_key).actor() is not None


def _own_origin(headers: dict[str, str]) -> str:
    """The page's origin where it is of our own host: only its port may differ from ours."""
    origin = headers.get("origin", "")
    ours = urlsplit(f"//{headers.get('host', '')}").hostname
    return origin if origin and urlsplit(origin).hostname == ours else ""


async def _refuse(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def _stream(origin: str, receive: Receive, send: Send) -> None:
    headers = [
        (b"content-type", b"text/event-stream"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        (b"vary", b"Origin"),
    ]
    if origin:
        headers += [
            (b"access-control-allow-origin", origin.encode("latin-1")),
            (b"access-control-allow-credentials", b"true"),
        ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    stream = live.open()
    gone = asyncio.create_task(_wait_until_gone(receive))
    try:
        await _say(send, "retry: 2000\n\n")
        while not gone.done():
            await _say(send, await _next(stream))
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
    return f"event: day\ndata: {message}\n\n"


async def _say(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _wait_until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
