"""Sending a file so that a browser does nothing with it but show or save it."""

import logging
import re
from collections.abc import Iterator
from itertools import chain
from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from caredesk.files.envelope import TamperedError
from caredesk.files.queries import OpenedFile
from caredesk.files.rules.names import disposition
from caredesk.kernel.looks import left_as

log = logging.getLogger(__name__)

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")

# Nothing in it runs, loads or sends anything, and it has no origin of ours.
SANDBOX = (
    "sandbox; default-src 'none'; img-src 'self'; object-src 'self'; "
    "style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)


def send_file(request: HttpRequest, file: OpenedFile, *, inline: bool = False) -> HttpResponse:
    """The file, or the one part of it that was asked for (RFC 9110, 14).

    Its first part is read here: what was tampered with is an error, and never half a file. What
    is not shown but saved is on record as downloaded.
    """
    inline = inline and file.shown_inline
    part = _asked_part(request, file.size)
    if part == (0, 0) and file.size:
        refused = HttpResponse(status=416)
        refused["Content-Range"] = f"bytes */{file.size}"
        return _closed(refused, file, inline=inline)
    if not inline and request.method == "GET":
        left_as("download")
    start, end = part or (0, file.size)
    body = file.read(start, end)
    first = next(body, b"")
    response = StreamingHttpResponse(
        chain([first], _rest(file, body)),
        status=206 if part else 200,
        content_type=file.media_type,
    )
    response["Content-Length"] = str(end - start)
    if part:
        response["Content-Range"] = f"bytes {start}-{end - 1}/{file.size}"
    # The types of views know no other answer than one that is in memory.
    return cast(HttpResponse, _closed(response, file, inline=inline))


def _rest(file: OpenedFile, body: Iterator[bytes]) -> Iterator[bytes]:
    try:
        yield from body
    except TamperedError:
        log.error("file %s is not as it was kept: sending was broken off", file.id)
        raise


def _closed[R: HttpResponseBase](response: R, file: OpenedFile, *, inline: bool) -> R:
    response["Content-Disposition"] = disposition(file.name, inline=inline)
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Accept-Ranges"] = "bytes"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _asked_part(request: HttpRequest, size: int) -> tuple[int, int] | None:
    """From where up to where; (0, 0) for a part that is not there; None for the whole.

    A condition (If-Range) never holds: a file has no mark by which it could be compared.
    """
    found = _RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    if request.method != "GET" or found is None or "If-Range" in request.headers:
        return None
    first, last = found.groups()
    if not first and not last:
        return None
    if not first:
        start, end = max(0, size - int(last)), size
        return (start, end) if int(last) and size else (0, 0)
    start = int(first)
    if last and int(last) < start:
        return None
    end = min(size, int(last) + 1) if last else size
    return (start, end) if start < size else (0, 0)
