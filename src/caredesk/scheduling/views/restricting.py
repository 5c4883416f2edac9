"""Restricting who sees one visit."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from caredesk.access.middleware import SignedInRequest
from caredesk.access.pages import needs
from caredesk.access.queries import colleagues
from caredesk.kernel.ids import new_id
from caredesk.people.queries.restrictions import restrictions_of_piece
from caredesk.practice.queries import zone_of
from caredesk.scheduling import queries
from caredesk.scheduling.actions import restrict_visit
from caredesk.scheduling.forms import RestrictVisitForm
from caredesk.scheduling.forms.offers import moment
from caredesk.scheduling.views.appointments import title_of
from caredesk.ui.notice import Notice, after
from caredesk.ui.page import page

SAID = {
    "restricted": "Restricted: others see that the time is taken, and among the patient's visits "
    "a time, no more.",
    "hidden": "Hidden: others see that the time is taken, no more.",
}
NOBODY_COMES = "Nobody comes to this visit, so there is nobody whose visit could be restricted."


@require_http_methods(["GET", "POST"])
@needs("people.restrict", sees="scheduling.view")
def restrictions(request: SignedInRequest, appointment: UUID) -> HttpResponse:
    """The restrictions on a visit, and a form for one more."""
    visit = queries.appointment(request.actor, appointment)
    posted = request.POST if request.method == "POST" else None
    address = reverse("scheduling:appointment", args=[visit.id])
    refusal = "" if visit.patients else NOBODY_COMES
    form = RestrictVisitForm(
        posted,
        colleagues=colleagues(request.actor),
        initial={"users": queries.who_has(request.actor, visit.id)},
    )
    if posted is not None and not refusal:
        done = form.perform(restrict_visit, request.actor, appointment=visit.id)
        if done:
            deed = str(done.deed) if done.can_undo else ""
            said = SAID[form.cleaned_data["level"]]
            return after(request, address, Notice(said, deed, undo_to=address))
    desk = zone_of(request.actor)
    context = {
        "title": f"Who may see the visit of {title_of(visit)}",
        "heading": "Who may see this visit",
        "facts": f"{title_of(visit)} · {moment(visit.starts_at, visit.zone, desk)}",
        "visit": visit,
        "what": "visit",
        "shown": [{"line": each} for each in restrictions_of_piece(request.actor, visit.id)],
        "zone": desk,
        "action": reverse("scheduling:restrictions", args=[visit.id]),
        "back": address,
        "back_to": "the visit",
        "key": new_id(),
        "form": form,
        "refusal": refusal,
    }
    status = 422 if refusal and posted is not None else form.status
    return page(request, "people/restrictions.html", context, partial="panel", status=status)
