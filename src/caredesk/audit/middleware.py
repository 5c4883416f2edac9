"""The door that writes one audit row a page, with everyone who was shown on it.

What was refused is a row of its own: who may not open a page or do something, and who asked for
what is not there, or not theirs.
"""

from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from caredesk.kernel import looks
from caredesk.kernel.ids import new_id
from caredesk.kernel.ports import AuditRow

GetResponse = Callable[[HttpRequest], HttpResponse]

HEADER = "Caredesk-Look"
"""Names the row of a part of a page, so that its printing can be told of what it shows."""

_REFUSED = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)


class LookMiddleware:
    """Opens the collector around a request and names the row by the page's URL name,
    unless what answered has named it.

    The row is written before the answer leaves: a page whose look cannot be recorded is not
    shown.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with looks.collecting("") as found:
            response = self.get_response(request)
            match = request.resolver_match
            found.name = found.name or (match.view_name if match else "unknown")
            if match:
                found.came_by(each for each in match.kwargs.values() if isinstance(each, UUID))
            if found.is_written:
                response[HEADER] = str(found.id)
        if response.status_code in _REFUSED and match:
            _record_refusal(request, found, response.status_code)
        return response


def _record_refusal(request: HttpRequest, found: looks.Looks, status: int) -> None:
    """Whom was asked for stands in `subjects`, whatever else was in `changes`: ids, no words."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return
    kwargs = request.resolver_match.kwargs if request.resolver_match else {}
    asked = {name: each for name, each in kwargs.items() if isinstance(each, UUID)} | found.asked
    patient = asked.pop("patient", None)
    about = {"status": int(status), "asked": {name: str(each) for name, each in asked.items()}}
    subjects = (patient,) if patient else ()
    looks.record(AuditRow(new_id(), "refusal", found.name, actor, subjects, (about,)))
