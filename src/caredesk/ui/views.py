"""The two small answers that every page needs: words for what is typed, and undo."""

from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from caredesk.kernel.actor import Actor
from caredesk.kernel.undo import undo
from caredesk.ui.fields import KINDS
from caredesk.ui.notice import LONGEST, Notice, after

LONGEST_KEY = 36


@require_POST
def echo(request: HttpRequest) -> HttpResponse:
    """What was understood of a typed date or time, in words; empty while nothing is."""
    kind = KINDS.get(request.POST.get("kind", ""))
    zone = _known_zone(request.POST.get("zone", ""))
    if kind is None or not zone:
        return _words("")
    field = kind()
    field.zone = zone
    return _words(field.words(request.POST.get("text", "")))


@require_POST
def undo_deed(request: HttpRequest, deed: UUID) -> HttpResponse:
    """Undo what the notice spoke of, and say so on the page that is open."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    undo.perform({"deed": deed}, by=by, key=request.POST.get("key", "")[:LONGEST_KEY] or None)
    said = request.POST.get("said", "")[:LONGEST]
    text = f"Undone: {said}" if said else "Undone."
    return after(request, request.POST.get("to", "/"), Notice(text))


def _words(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def _known_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ""
