"""What goes to paper: the browser says which looks are printed, the log knows whom they showed."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.http import require_POST

from caredesk.access.middleware import SignedInRequest
from caredesk.access.pages import needs
from caredesk.audit.queries import shown_to
from caredesk.kernel import looks
from caredesk.kernel.ids import new_id
from caredesk.kernel.ports import AuditRow
from caredesk.privacy.access_log.queries.pages import about_somebody
from caredesk.privacy.access_log.rules.words import is_mark

MOST = 20


@require_POST
@needs("desk.use")
def prints(request: SignedInRequest) -> HttpResponse:
    """Record that what these rows of one's own showed is printed; nobody else's count."""
    name = _page(request.POST.get("address", ""))
    shown, told, rows = shown_to(request.actor, _ids(request.POST.getlist("row")))
    if rows and all(is_mark(each) for each in rows):
        # A restricted patient's address shows the mark alone: the look knows, the address does not.
        name = rows[0]
    if request.POST.get("only") == "first" and name in about_somebody():
        # An opened panel stands on the paper alone: whom it is about was shown first.
        shown = shown[:1]
        told = {id: each for id, each in told.items() if UUID(id) in shown}
    if shown:
        # The answer shows nobody: who stood there by a mark, or is hidden since, was printed, too.
        changes, why = looks.as_changes(told), looks.why_of(told)
        row = AuditRow(new_id(), "print", name, request.actor, tuple(shown), changes, reason=why)
        looks.record(row)
    return HttpResponse(status=204)


def _page(address: str) -> str:
    try:
        return resolve(address).view_name
    except Resolver404:
        return "unknown"


def _ids(texts: list[str]) -> list[UUID]:
    found = []
    for text in texts[:MOST]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
