"""What every page needs: words for what is typed, undo, and the forms that were left half typed."""

import contextlib
import json
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Missing, Refused
from caredesk.kernel.undo import undo
from caredesk.ui import drafts
from caredesk.ui.actions import drop_draft, end_draft, keep_draft
from caredesk.ui.fields import KINDS
from caredesk.ui.notice import LONGEST, Notice, after
from caredesk.ui.page import asked_part, page
from caredesk.ui.permitted import needs
from caredesk.ui.queries import shown

LONGEST_KEY = 36


@require_POST
@needs("desk.use")
def echo(request: HttpRequest) -> HttpResponse:
    """What was understood of a typed date or time, in words; empty while nothing is.

    Of one that is typed to its end (`left`), also what is wrong with it: a header says that it is.
    """
    kind = KINDS.get(request.POST.get("kind", ""))
    zone = _known_zone(request.POST.get("zone", ""))
    if kind is None or not zone:
        return _words("")
    field = kind()
    field.zone = zone
    text = request.POST.get("text", "")
    if "left" in request.POST and (fault := field.fault(text)):
        response = _words(fault)
        response["Caredesk-Wrong"] = "1"
        return response
    return _words(field.words(text))


@require_POST
@needs("kernel.undo", sees="desk.use")
def undo_deed(request: HttpRequest, deed: UUID) -> HttpResponse:
    """Undo what the notice spoke of, and say so on the page that is open."""
    key = request.POST.get("key", "")[:LONGEST_KEY] or None
    undo.perform({"deed": deed}, by=_by(request), key=key)
    said = request.POST.get("said", "")[:LONGEST]
    return after(request, request.POST.get("to", "/"), Notice(_undone(said)))


def _undone(said: str) -> str:
    """Undone: arrived, 10:20 with Dr Chen."""
    what, _, of = said.partition(": ")
    words = ", ".join(filter(None, [what, of]))
    return f"Undone: {words[0].lower()}{words[1:]}" if words else "Undone."


@require_safe
@never_cache
@needs("desk.use")
def left_open(request: HttpRequest) -> HttpResponse:
    """All forms that were left half typed; or the bar's line, without those that are `here`."""
    own = drafts.of_request(request)
    if asked_part(request) == "left-open":
        own.here |= set(request.GET.getlist("here"))
        bar = {"left_open": own.left_open(), "viewer": own.viewer}
        return HttpResponse(render_to_string("ui/left_open.html", bar, request))
    context = {"title": "Left open", "lines": shown(own.viewer, own.elsewhere)}
    return page(request, "ui/drafts.html", context, partial="panel")


@require_POST
@needs("desk.use")
def typed(request: HttpRequest) -> HttpResponse:
    """Keep what is half typed in a form; a form that was emptied again leaves nothing open."""
    by = _by(request)
    said = drafts.read_signed(request.POST.get("form", ""), by)
    found = {name: each for name, each in _typed(request).items() if name in said.fields}
    edition = request.POST.get("edition", "")
    if not found and not edition:
        raise Refused("Nothing was typed.")
    if not found:
        # Kept anew in another window since, it stays.
        with contextlib.suppress(Missing):
            end_draft.perform({"name": said.name, "edition": edition}, by=by)
        return JsonResponse({"edition": ""})
    kept = keep_draft(said.name, said.title, said.address, found, _ids(said.subjects), by=by)
    return JsonResponse({"edition": kept.edition})


@require_POST
@needs("desk.use")
def end(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Throw away what was half typed; no question asked, it can be undone."""
    done = drop_draft.perform({"draft": draft}, by=_by(request))
    to = request.POST.get("to") or reverse("ui:drafts")
    said = Notice("Thrown away.", deed=str(done.deed), undo_to=to, day_changed=False)
    return after(request, to, said)


def _typed(request: HttpRequest) -> dict[str, Any]:
    try:
        found = json.loads(request.POST.get("typed", ""))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Refused("This could not be read.", next_step="Reload the page.")
    return found


def _ids(texts: Any) -> list[UUID]:
    return [UUID(each) for each in texts]


def _by(request: HttpRequest) -> Actor:
    by: Actor = request.actor  # type: ignore[attr-defined]
    return by


def _words(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def _known_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ""
