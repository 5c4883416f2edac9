"""The one way to answer with HTML: the whole page, or the part that htmx asked for.

A part is a template partial named like the element it goes into: a request for `#panel` gets
`{% partialdef panel %}` of the template, if the view offers it.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from caredesk.kernel import clock, looks
from caredesk.kernel.actor import Actor
from caredesk.ui import drafts, notice, registry
from caredesk.ui.permitted import may_open


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    partial: str | Iterable[str] = (),
    status: int = 200,
) -> HttpResponse:
    """Render `template`; `context` names the page's `title` and holds no queryset."""
    refuse_querysets(context)
    offered = {partial} if isinstance(partial, str) else set(partial)
    asked = asked_part(request)
    said = _said(request)
    context = {**context, "strips": _strips(request, context)}
    if asked in offered:
        response = _part(request, f"{template}#{asked}", context, said)
    else:
        response = _whole(request, template, context, said)
        if is_htmx(request):
            # This page has no such part, so it takes the place of the page that asked.
            response["HX-Retarget"] = "body"
            response["HX-Reswap"] = "outerSync"
    response.status_code = status
    response["Cache-Control"] = "no-store"
    if request.method == "POST":
        response["HX-Push-Url"] = "false"
    if said is not None:
        response.delete_cookie(notice.COOKIE, samesite="Lax")
    return response


def _said(request: HttpRequest) -> notice.Notice | None:
    """The notice of this page; without Undo for who may not undo."""
    said, viewer = notice.take(request), actor_of(request)
    if said is not None and viewer is not None and not viewer.may("kernel.undo"):
        return replace(said, deed="")
    return said


def is_htmx(request: HttpRequest) -> bool:
    """Asked for a part. Going back in the browser's history asks for the whole."""
    headers = request.headers
    return "HX-Request" in headers and "HX-History-Restore-Request" not in headers


def asked_part(request: HttpRequest) -> str | None:
    """The id of the element that the answer goes into ("section#panel" gives "panel")."""
    if not is_htmx(request):
        return None
    return unquote(request.headers.get("HX-Target", "").partition("#")[2]) or None


def actor_of(request: HttpRequest) -> Actor | None:
    """Who is signed in; nobody on the sign-in page and on errors before it."""
    return getattr(request, "actor", None)


def refuse_querysets(context: Mapping[str, Any]) -> None:
    """A queryset would be read by the template, behind the back of permission and audit."""
    for name, value in context.items():
        inner = value.values() if isinstance(value, Mapping) else ()
        if any(isinstance(each, QuerySet) for each in (value, *inner)):
            raise TypeError(f"the context's {name} is a queryset: read it in the query")


def _strips(request: HttpRequest, context: Mapping[str, Any]) -> list[registry.Strip]:
    """What is said on every page about somebody: whom the address names, and whom the page does."""
    viewer, match = actor_of(request), request.resolver_match
    if viewer is None or match is None:
        return []
    named = [context.get("patient"), getattr(context.get("errand"), "patient", None)]
    named += getattr(context.get("visit"), "patients", [])
    about = [*match.kwargs.values(), *(getattr(each, "id", None) for each in named)]
    return registry.strips_for(viewer, list(dict.fromkeys(i for i in about if type(i) is UUID)))


def _part(
    request: HttpRequest, name: str, context: Mapping[str, Any], said: notice.Notice | None
) -> HttpResponse:
    body = render_to_string(name, {**context, "viewer": actor_of(request)}, request)
    head = render_to_string(
        "ui/part_head.html", {"title": context["title"], "notice": said}, request
    )
    response = HttpResponse(head + body)
    if said is not None and said.day_changed:
        response["HX-Trigger"] = json.dumps({"day-changed": {}})
    return response


def _whole(
    request: HttpRequest, template: str, context: Mapping[str, Any], said: notice.Notice | None
) -> HttpResponse:
    whole = {**_shell(request), **context, "notice": said}
    return HttpResponse(render_to_string(template, whole, request))


def _shell(request: HttpRequest) -> dict[str, Any]:
    viewer = actor_of(request)
    shell: dict[str, Any] = {
        "viewer": viewer,
        "now": clock.now(),
        "at_desk": viewer is not None and viewer.may("desk.use"),
        "look": looks.row_under_way(),
    }
    if viewer is not None and shell["at_desk"]:
        shell |= {
            "live_url": _live_url(request),
            "bar_says": registry.home.bar(viewer),
            "left_open": lambda: drafts.of_request(request).left_open(),
        }
    if viewer is not None:
        shell |= {
            "has_account": may_open(viewer, "access:account"),
            "rail": _rail(request, viewer),
            "commands": registry.commands_for(viewer),
            "practice": lambda: registry.home.practice(request),
            "home": lambda: registry.home.middle(request),
            "cover": lambda: registry.home.cover(request),
        }
    return shell


def _rail(request: HttpRequest, viewer: Actor) -> list[tuple[registry.RailEntry, bool, int]]:
    """Each place, whether it is here, and how many wait there."""
    counts = registry.rail_counts(viewer)
    return [
        (entry, request.path.startswith(entry.address), _count(entry, counts))
        for entry in registry.rail_for(viewer)
    ]


def _count(entry: registry.RailEntry, counts: Mapping[str, int]) -> int:
    return counts.get(entry.counts, 0) if entry.counts is not None else 0


def _live_url(request: HttpRequest) -> str:
    """Where the live process listens: the page's own host, on a port of its own or the page's."""
    if settings.LIVE_URL:
        return settings.LIVE_URL
    if not settings.LIVE_PORT:
        return f"{request.scheme}://{request.get_host()}"
    host = urlsplit(f"//{request.get_host()}").hostname or ""
    written = f"[{host}]" if ":" in host else host
    return f"{request.scheme}://{written}:{settings.LIVE_PORT}"
