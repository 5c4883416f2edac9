"""Errors on pages: said once, for the whole page and for a part; never with a traceback.

What they say comes from `kernel.problems`. An unexpected error gets an incident number that is
also in the log, where the error's message is not: it may quote a patient.
"""

import logging
import traceback
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse

from caredesk.kernel.errors import ActionError, Missing, NeedsProof, Refused
from caredesk.kernel.ids import new_id
from caredesk.kernel.problems import Described, describe
from caredesk.ui.notice import sent_from
from caredesk.ui.page import actor_of, asked_part, is_htmx, page

log = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponse]


class ErrorMiddleware:
    """Renders what views raise."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not response.content:
            return _only_sent(request, response)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Http404):
            return answer_error(request, describe(Missing("page")))
        if isinstance(error, PermissionDenied):
            return answer_error(request, describe(_forbidden()))
        if isinstance(error, NeedsProof) and not request.path.startswith("/api/"):
            return _to_proof(request)
        if isinstance(error, ActionError):
            return answer_error(request, describe(error))
        return None if settings.DEBUG else answer_error(request, _unexpected(request, error))


def _to_proof(request: HttpRequest) -> HttpResponse:
    """Where one proves who one is, and from there back to where this was sent."""
    to = sent_from(request, reverse("access:account"))
    return HttpResponseRedirect(f"{reverse('access:prove')}?to={quote(to)}")


def _only_sent(request: HttpRequest, refused: HttpResponse) -> HttpResponse:
    """Who reloads the address that a form was sent to reads what to do, not an empty page."""
    described = Described(
        405,
        "method",
        "Nothing to show here",
        "This address only takes what a form sends.",
        "Go back, and send the form again.",
    )
    response = answer_error(request, described)
    response["Allow"] = refused["Allow"]
    return response


def answer_error(request: HttpRequest, described: Described) -> HttpResponse:
    """The error where it was asked for: in the panel, in the notice line, or as a page."""
    if request.path.startswith("/api/"):
        return _as_json(described)
    if is_htmx(request) and (request.method != "GET" or asked_part(request) != "panel"):
        return _as_notice(request, described)
    context = {"title": described.title, "error": described}
    if (described.status >= 500 and not is_htmx(request)) or actor_of(request) is None:
        return _alone(request, context, described.status)
    return page(request, "ui/error.html", context, partial="panel", status=described.status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer_error(request, describe(Missing("page")))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer_error(request, describe(_forbidden()))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    refused = Refused("This could not be read.", next_step="Go back and try again.")
    return answer_error(request, describe(refused))


def server_error(request: HttpRequest) -> HttpResponse:
    return answer_error(request, _unexpected(request, RuntimeError()))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    refused = Refused(
        "This form is too old to be sent.",
        next_step="Reload the page and send it again.",
        forbidden=True,
    )
    return answer_error(request, describe(refused))


def _forbidden() -> Refused:
    return Refused("You may not see this.", forbidden=True, next_step="Ask your practice manager.")


def _unexpected(request: HttpRequest, error: Exception) -> Described:
    incident = new_id()
    match = request.resolver_match
    where = match.view_name if match else "unknown"
    kind = type(error).__name__
    log.error("incident %s on page %s: %s at %s", incident, where, kind, _place(error))
    return Described(
        500,
        "unexpected",
        "Something went wrong",
        "Nothing was changed.",
        f"Try again; if it stays, report incident {incident}.",
    )


def _place(error: Exception) -> str:
    """The line that raised it, without the message."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "an unknown place"


def _as_notice(request: HttpRequest, described: Described) -> HttpResponse:
    """What was typed stays where it is; the line at the bottom says what is wrong."""
    body = render_to_string("ui/failed.html", {"error": described}, request)
    response = HttpResponse(body, status=described.status)
    response["HX-Retarget"] = "#notice"
    response["HX-Reswap"] = "innerHTML"
    response["HX-Push-Url"] = "false"
    return response


def _alone(request: HttpRequest, context: dict[str, object], status: int) -> HttpResponse:
    body = render_to_string("ui/error_alone.html", context, request)
    response = HttpResponse(body, status=status)
    if is_htmx(request):
        response["HX-Retarget"] = "body"
        response["HX-Reswap"] = "outerSync"
    return response


def _as_json(described: Described) -> HttpResponse:
    body = {
        "type": "about:blank",
        "title": described.title,
        "status": described.status,
        "detail": described.detail,
        "code": described.code,
        "next_step": described.next_step,
    }
    content_type = "application/problem+json"
    return JsonResponse(body, status=described.status, content_type=content_type)
