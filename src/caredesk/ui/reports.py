"""What browsers report of our content policy: which rule, on which of our pages, and no more.

A report quotes addresses, samples and user agents. None of that is kept: it may name a patient.
"""

import json
import logging
import re
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

log = logging.getLogger(__name__)

LONGEST = 16 * 1024
MOST_A_MINUTE = 30
_DIRECTIVE = re.compile(r"[a-z][a-z-]{2,39}")
_said = {"minute": 0, "lines": 0}


@csrf_exempt
@require_POST
def content_policy(request: HttpRequest) -> HttpResponse:
    """Take reports of both forms (`report-uri`, and the Reporting API's)."""
    stated = request.META.get("CONTENT_LENGTH") or "0"
    if not stated.isdigit() or int(stated) > LONGEST:
        return HttpResponse(status=413)
    for directive, page in _read(request):
        if _may_say():
            log.warning("content policy: %s was broken on %s", directive, page)
    return HttpResponse(status=204)


def _read(request: HttpRequest) -> Iterator[tuple[str, str]]:
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError):
        return
    for each in (sent if isinstance(sent, list) else [sent])[:10]:
        body = (each.get("csp-report") or each.get("body")) if isinstance(each, dict) else None
        if isinstance(body, dict):
            yield _directive(body), _page(request, body)


def _directive(body: dict[str, Any]) -> str:
    said = str(body.get("effectiveDirective") or body.get("effective-directive") or "")
    said = said or str(body.get("violated-directive") or "").partition(" ")[0]
    return said if _DIRECTIVE.fullmatch(said) else "a rule"


def _page(request: HttpRequest, body: dict[str, Any]) -> str:
    """The name of our page, never its address."""
    try:
        address = urlsplit(str(body.get("documentURL") or body.get("document-uri") or ""))
        if address.netloc != request.get_host():
            return "another site"
        return resolve(address.path).view_name
    except (ValueError, Resolver404):
        return "no page of ours"


def _may_say() -> bool:
    """Nobody fills the log: reports may come from anyone."""
    minute = int(time.monotonic() // 60)
    if _said["minute"] != minute:
        _said.update(minute=minute, lines=0)
    _said["lines"] += 1
    return _said["lines"] <= MOST_A_MINUTE
