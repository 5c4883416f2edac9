"""Moving a visit to another time."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from caredesk.access.middleware import SignedInRequest
from caredesk.access.pages import needs
from caredesk.practice.queries import zone_of
from caredesk.scheduling.actions import move_appointment
from caredesk.scheduling.forms import MoveForm
from caredesk.scheduling.views.errands import moving_of
from caredesk.scheduling.views.finding import find_time
from caredesk.scheduling.views.taking import initial_of, take_page, told
from caredesk.ui import drafts
from caredesk.ui.notice import Notice, after


@require_http_methods(["GET", "POST"])
@needs("scheduling.book", sees="scheduling.view")
def times(request: SignedInRequest, appointment: UUID) -> HttpResponse:
    """Find another time; taking one holds it and leads to `new_time`."""
    return find_time(request, moving_of(request.actor, appointment))


@require_http_methods(["GET", "POST"])
@needs("scheduling.book", sees="scheduling.view")
def new_time(request: SignedInRequest, appointment: UUID) -> HttpResponse:
    """Move the visit to the time that was chosen."""
    posted = request.POST if request.method == "POST" else None
    desk = zone_of(request.actor)
    draft = drafts.of_form(request, f"move-{appointment}")
    form = MoveForm(posted, initial=initial_of(request.GET), draft=draft, desk=desk)
    if posted is not None and not form.asks_to_overbook:
        done = form.perform(move_appointment, request.actor, appointment=appointment)
        if done:
            address = reverse("scheduling:appointment", args=[appointment])
            deed = str(done.deed) if done.can_undo else ""
            text = f"Moved to {told(done.answer, desk)}."
            said = Notice(text, deed, undo_to=address, draft=draft.name)
            return after(request, address, said)
    errand = moving_of(request.actor, appointment)
    return take_page(request, errand, form, does="Move it")
