"""All patients: a search as one types, and whom the desk dealt with lately."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from caredesk.access.middleware import SignedInRequest
from caredesk.access.pages import needs
from caredesk.kernel.ids import new_id
from caredesk.people.queries import find_patients, recently_seen
from caredesk.ui.page import page

LONGEST_TEXT = 200
MOST = 20


@require_http_methods(["GET", "POST"])
@needs("people.view")
def patients(request: SignedInRequest) -> HttpResponse:
    """The text comes by POST only: it may be a name, and addresses are written down everywhere."""
    text = _shown_only(request.POST.get("text", ""))
    search = _search_id(request)
    if text:
        found = find_patients(request.actor, text, MOST, settling=search)
    else:
        found = recently_seen(request.actor, MOST)
    may_register = request.actor.may("people.register")
    context = {
        "title": "Patients",
        "text": text,
        "search": search,
        "found": found,
        "is_full": len(found) == MOST,
        "entered": "enter" in request.POST,
        "new_address": reverse("people:new") if may_register else "",
    }
    return page(request, "people/patients.html", context, partial="found")


def _search_id(request: SignedInRequest) -> UUID:
    """The id of the search that is being typed: the page brings it, each page a new one."""
    try:
        return UUID(request.POST.get("search", ""))
    except ValueError:
        return new_id()


def _shown_only(text: str) -> str:
    words = "".join(each if each.isprintable() else " " for each in text[:LONGEST_TEXT])
    return " ".join(words.split())
