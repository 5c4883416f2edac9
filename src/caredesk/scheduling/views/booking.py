"""Booking a visit for a patient."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from caredesk.access.middleware import SignedInRequest
from caredesk.access.pages import needs
from caredesk.practice.queries import zone_of
from caredesk.scheduling.actions import book_appointment
from caredesk.scheduling.forms import BookForm
from caredesk.scheduling.views.errands import booking_for
from caredesk.scheduling.views.finding import find_time
from caredesk.scheduling.views.taking import initial_of, take_page, told
from caredesk.ui import drafts
from caredesk.ui.notice import Notice, after


@require_http_methods(["GET", "POST"])
@needs("scheduling.book", sees="people.view")
def new_appointment(request: SignedInRequest, patient: UUID) -> HttpResponse:
    """Find a time; taking one holds it and leads to `new_appointment_time`."""
    return find_time(request, booking_for(request.actor, patient))


@require_http_methods(["GET", "POST"])
@needs("scheduling.book", sees="people.view")
def new_appointment_time(request: SignedInRequest, patient: UUID) -> HttpResponse:
    """Book the time that was chosen."""
    posted = request.POST if request.method == "POST" else None
    desk = zone_of(request.actor)
    draft = drafts.of_form(request, f"book-{patient}")
    form = BookForm(posted, initial=initial_of(request.GET), draft=draft, desk=desk)
    if posted is not None and not form.asks_to_overbook:
        done = form.perform(book_appointment, request.actor, patient=patient)
        if done:
            said = Notice(
                f"Booked {told(done.answer, desk)}.",
                deed=str(done.deed) if done.can_undo else "",
                undo_to=reverse("people:patient", args=[patient]),
                draft=draft.name,
            )
            address = reverse("scheduling:appointment", args=[done.answer.appointment])
            return after(request, address, said)
    errand = booking_for(request.actor, patient)
    return take_page(request, errand, form, does="Book it")
