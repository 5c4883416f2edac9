"""Registering a patient, also on the way from a gap on the day board to its booking."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from caredesk.access.middleware import SignedInRequest
from caredesk.access.pages import needs
from caredesk.kernel.action import Done
from caredesk.people.actions import register_patient
from caredesk.people.actions.answers import Registered
from caredesk.people.forms import RegisterForm
from caredesk.practice.queries import zone_of
from caredesk.ui import drafts
from caredesk.ui.notice import Notice, after
from caredesk.ui.page import page

# What a gap says of itself: ids and an instant.
GAP = ("at", "resource", "site")
DRAFT = "register"


@require_http_methods(["GET", "POST"])
@needs("people.register", sees="people.view")
def new(request: SignedInRequest) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    draft = drafts.of_form(request, DRAFT)
    form = RegisterForm(posted, zone=zone_of(request.actor), draft=draft)
    if posted is not None and (done := form.perform(register_patient, request.actor)):
        return _registered(request, done)
    gap = _gap(request)
    context = {
        "title": "Register a patient",
        "form": form,
        "action": f"{reverse('people:new')}{gap}",
        "gap": gap,
    }
    return page(request, "people/new.html", context, partial="panel", status=form.status)


def _registered(request: SignedInRequest, done: Done[Registered]) -> HttpResponse:
    said = Notice(
        f"Registered as {done.answer.record_number}.",
        deed=str(done.deed) if done.can_undo else "",
        undo_to=reverse("people:list"),
        day_changed=False,
        draft=DRAFT,
    )
    return after(request, _next(done.answer.patient, _gap(request)), said)


def _next(patient: UUID, gap: str) -> str:
    """To the booking that one began with, else to the new patient."""
    if gap:
        return f"{reverse('scheduling:new_appointment', args=[patient])}{gap}"
    return reverse("people:patient", args=[patient])


def _gap(request: SignedInRequest) -> str:
    """The gap as the end of an address: "?at=…&resource=…"; empty where there is none."""
    known = {name: request.GET[name][:100] for name in GAP if request.GET.get(name)}
    return f"?{urlencode(known)}" if known else ""
