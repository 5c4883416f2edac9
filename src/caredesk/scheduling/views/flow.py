"""The flow of the day at one visit: steps, steps taken back, and calling it off."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from caredesk.access.middleware import SignedInRequest
from caredesk.access.pages import needs
from caredesk.kernel import clock
from caredesk.kernel.errors import Busy
from caredesk.practice.queries import zone_of
from caredesk.scheduling import queries
from caredesk.scheduling.actions import (
    cancel_appointment,
    record_step,
    reinstate_appointment,
    retract_step,
)
from caredesk.scheduling.chosen import read_id
from caredesk.scheduling.forms import CancelForm
from caredesk.scheduling.forms.offers import moment, with_words
from caredesk.scheduling.queries import AppointmentDetails
from caredesk.scheduling.views.appointments import title_of, where_words
from caredesk.ui import drafts, times
from caredesk.ui.notice import Notice, after
from caredesk.ui.page import page
from caredesk.ui.templatetags.ui import state_word


@require_POST
@needs("scheduling.book", sees="scheduling.view")
def steps(request: SignedInRequest, appointment: UUID) -> HttpResponse:
    """Record what happened: arrived, in room, with practitioner, done, left, no-show."""
    given = {"appointment": appointment, "state": request.POST.get("state", "")}
    address = reverse("scheduling:appointment", args=[appointment])
    try:
        done = record_step.perform(given, by=request.actor, key=_key(request))
    except Busy as first:
        # What was pressed has happened: the panel is shown anew, and says through whom.
        return after(request, address, Notice(first.message))
    deed = str(done.deed) if done.can_undo else ""
    visit = queries.appointment(request.actor, appointment)
    text = f"{state_word(done.answer.state)}: {_whose_time(visit)}."
    return after(request, address, Notice(text, deed, undo_to=address))


@require_POST
@needs("scheduling.book", sees="scheduling.view")
def step_retraction(request: SignedInRequest, appointment: UUID, step: UUID) -> HttpResponse:
    """Take the last step back."""
    visit = queries.appointment(request.actor, appointment)
    done = retract_step.perform({"step": step}, by=request.actor, key=_key(request))
    said = Notice(f"{state_word(done.answer.state)} again: {_whose_time(visit)}.")
    return after(request, reverse("scheduling:appointment", args=[appointment]), said)


@require_POST
@needs("scheduling.book", sees="scheduling.view")
def cancellation_retraction(
    request: SignedInRequest, appointment: UUID, cancellation: UUID
) -> HttpResponse:
    """Take a cancellation back; refused with who has its time, where somebody has."""
    visit = queries.appointment(request.actor, appointment)
    given = {"cancellation": cancellation}
    reinstate_appointment.perform(given, by=request.actor, key=_key(request))
    said = Notice(f"Not cancelled any more: {_whose_time(visit)}.")
    return after(request, reverse("scheduling:appointment", args=[appointment]), said)


def _whose_time(visit: AppointmentDetails) -> str:
    """The visit without its patient: a notice travels in a cookie."""
    local = visit.starts_at.astimezone(clock.zone_named(visit.zone))
    when = times.moment_words(local, clock.today(visit.zone))
    whom = with_words(visit.practitioners) or where_words(visit)
    return f"{when} with {whom}" if whom else when


def _key(request: SignedInRequest) -> str | None:
    key = read_id(request.POST.get("key", ""))
    return str(key) if key else None


@require_http_methods(["GET", "POST"])
@needs("scheduling.book", sees="scheduling.view")
def cancellation(request: SignedInRequest, appointment: UUID) -> HttpResponse:
    """Call a visit off, with the reason and who asked."""
    posted = request.POST if request.method == "POST" else None
    address = reverse("scheduling:appointment", args=[appointment])
    visit = queries.appointment(request.actor, appointment)
    draft = drafts.of_form(request, f"cancel-{appointment}", [one.id for one in visit.patients])
    form = CancelForm(posted, draft=draft)
    when = moment(visit.starts_at, visit.zone, zone_of(request.actor))
    if posted is not None:
        done = form.perform(cancel_appointment, request.actor, appointment=appointment)
        if done:
            deed = str(done.deed) if done.can_undo else ""
            text = f"Cancelled: {_whose_time(visit)}."
            return after(request, address, Notice(text, deed, undo_to=address, draft=draft.name))
    context = {
        "title": f"Cancel {title_of(visit)}",
        "facts": f"{title_of(visit)} · {when}",
        "visit": visit,
        "form": form,
        "back": address,
    }
    template = "scheduling/cancellation.html"
    return page(request, template, context, partial="panel", status=form.status)
