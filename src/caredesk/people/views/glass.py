"""Before a restricted patient, or a restricted piece, stands glass that can be broken."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from caredesk.access.middleware import SignedInRequest
from caredesk.access.pages import needs
from caredesk.kernel.actor import Actor
from caredesk.kernel.barred import barred
from caredesk.kernel.errors import Missing
from caredesk.kernel.ids import new_id
from caredesk.kernel.looks import name_after
from caredesk.people.actions import break_glass, end_glass
from caredesk.people.forms.restrictions import GlassForm
from caredesk.people.queries import get_patient
from caredesk.people.queries.restrictions import marked_patients, patient_of_piece
from caredesk.people.views.pieces import PAGES, address_of
from caredesk.ui.notice import Notice, after
from caredesk.ui.page import page


@require_http_methods(["GET", "POST"])
@needs("people.view")
def glass(request: SignedInRequest, patient: UUID) -> HttpResponse:
    """Break the glass before a patient. Who sees her already, or never may, has nothing here."""
    if not barred(request.actor).marks(patient):
        if request.method == "GET" and patient not in barred(request.actor):
            return redirect("people:patient", patient=get_patient(request.actor, patient).id)
        raise Missing("patient")
    return patient_glass(request, patient)


def patient_glass(request: SignedInRequest, patient: UUID) -> HttpResponse:
    """What the address of a restricted patient shows instead: the way to break the glass.

    On record it is that, and never the patient's own page.
    """
    name_after("people:glass")
    found = marked_patients(request.actor, [patient]).get(patient)
    if found is None:
        raise Missing("patient")
    form = GlassForm(request.POST if request.method == "POST" else None)
    if form.is_bound and (done := form.perform(break_glass, request.actor, patient=found.id)):
        to = reverse("people:patient", args=[done.answer.patient])
        said = Notice("You see this patient for a limited time. It is reviewed.", day_changed=True)
        return after(request, to, said)
    context = {
        "title": "Restricted",
        "heading": found.name,
        "facts": f"{found.birth_date} · {found.record_number} · restricted",
        "action": reverse("people:glass", args=[found.id]),
        "may_break": request.actor.may("people.break_glass"),
        "form": form,
    }
    return page(request, "people/glass.html", context, partial="panel", status=form.status)


@require_http_methods(["GET", "POST"])
@needs("people.view", sees="scheduling.view")
def piece_glass(request: SignedInRequest, piece: UUID) -> HttpResponse:
    """Break the glass before a piece of what is kept of a patient one sees."""
    whose = patient_of_piece(request.actor, piece)
    if request.method == "GET" and piece not in barred(request.actor):
        return redirect(PAGES["appointment"], appointment=piece)
    found = get_patient(request.actor, whose)
    form = GlassForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.perform(break_glass, request.actor, piece=piece):
        said = Notice("You see this for a limited time. It is reviewed.", day_changed=True)
        return after(request, reverse(PAGES["appointment"], args=[piece]), said)
    context = {
        "title": "Restricted",
        "heading": "Restricted",
        "facts": f"{found.name} · {found.birth_date} · {found.record_number}",
        "patient": found,
        "action": reverse("people:piece_glass", args=[piece]),
        "may_break": request.actor.may("people.break_glass"),
        "form": form,
    }
    return page(request, "people/glass.html", context, partial="panel", status=form.status)


@require_POST
@needs("people.break_glass")
def end(request: SignedInRequest, grant: UUID) -> HttpResponse:
    """End one's own look before its time is over."""
    key = request.POST.get("key", "")[:36] or str(new_id())
    end_glass.perform({"grant": grant}, by=request.actor, key=key)
    return after(
        request, _opened_by(request.actor, grant), Notice("Ended: it is restricted again.")
    )


def _opened_by(viewer: Actor, grant: UUID) -> str:
    """Where one looked, as the door has read it with the session; else the list of patients."""
    unseen, address = barred(viewer), ""
    opened = {id: each.subject for id, each in unseen.lifted.items() if each.grant == grant}
    patient = next(iter(opened.values()), None)
    if patient is not None and patient in opened:
        address = address_of(viewer, "people:patient", patient)
    elif patient is not None and patient not in unseen:
        address = address_of(viewer, PAGES["appointment"], next(iter(opened)))
    return address or reverse("people:list")
