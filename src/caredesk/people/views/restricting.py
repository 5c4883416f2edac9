"""Restricting who sees a patient, and what restrictions there are."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from caredesk.access.middleware import SignedInRequest
from caredesk.access.pages import needs
from caredesk.access.queries import colleagues
from caredesk.kernel.actor import Actor
from caredesk.kernel.ids import new_id
from caredesk.people.actions import end_restriction, restrict_patient
from caredesk.people.forms.restrictions import EndForm, RestrictionForm
from caredesk.people.queries import get_patient
from caredesk.people.queries.restrictions import (
    RestrictionLine,
    restriction_to_end,
    restrictions_of,
    standing_restrictions,
)
from caredesk.people.views.patients import after_change
from caredesk.people.views.pieces import PAGES, address_of
from caredesk.practice.queries import zone_of
from caredesk.ui.notice import Notice, after
from caredesk.ui.page import page


@dataclass(frozen=True, slots=True)
class Shown:
    """A restriction, and where the viewer may go from it; empty where there is no way."""

    line: RestrictionLine
    patient: str
    piece: str


@require_http_methods(["GET", "POST"])
@needs("people.restrict", sees="people.view")
def of_patient(request: SignedInRequest, patient: UUID) -> HttpResponse:
    """The restrictions on a patient, and a form for one more."""
    of = get_patient(request.actor, patient)
    posted = request.POST if request.method == "POST" else None
    form = RestrictionForm(posted, colleagues=colleagues(request.actor))
    if posted is not None and (
        done := form.perform(restrict_patient, request.actor, patient=of.id)
    ):
        said = "Hidden." if form.cleaned_data["level"] == "hidden" else "Restricted."
        return after_change(request, of.id, said, done, on_board=True)
    context = {
        "title": f"Who may see {of.name}",
        "heading": "Who may see this patient",
        "facts": of.name,
        "patient": of,
        "what": "patient",
        "shown": _shown(request.actor, restrictions_of(request.actor, of.id)),
        "zone": zone_of(request.actor),
        "action": reverse("people:restrictions", args=[of.id]),
        "back": reverse("people:patient", args=[of.id]),
        "back_to": of.name,
        "key": new_id(),
        "form": form,
    }
    return page(request, "people/restrictions.html", context, partial="panel", status=form.status)


@require_safe
@needs("people.restrict")
def standing(request: SignedInRequest) -> HttpResponse:
    """All restrictions that stand: by number, as not everybody who keeps them is in each circle."""
    context = {
        "title": "Restricted patients",
        "shown": _shown(request.actor, standing_restrictions(request.actor)),
        "zone": zone_of(request.actor),
        "key": new_id(),
    }
    return page(request, "people/all_restrictions.html", context, partial="panel")


def _shown(viewer: Actor, lines: Iterable[RestrictionLine]) -> list[Shown]:
    shown = []
    for each in lines:
        patient = address_of(viewer, "people:patient", each.patient) if each.patient else ""
        # Whoever may not see the patient sees no piece of hers either.
        piece = address_of(viewer, PAGES[each.piece_kind], each.piece) if each.piece else ""
        shown.append(Shown(each, patient, piece if patient else ""))
    return shown


@require_POST
@needs("people.restrict")
def end(request: SignedInRequest, restriction: UUID) -> HttpResponse:
    """End a restriction, and go on where it was ended: it can be undone. Others are asked why."""
    form = EndForm(request.POST)
    if done := form.perform(end_restriction, request.actor, restriction=restriction):
        to = form.cleaned_data["to"] or reverse("people:all_restrictions")
        deed = str(done.deed) if done.can_undo else ""
        return after(request, to, Notice("Ended the restriction.", deed=deed, undo_to=to))
    found = restriction_to_end(request.actor, restriction)
    context = {
        "title": "End a restriction",
        "heading": "End a restriction",
        "facts": found.record_number,
        "action": reverse("people:end_restriction", args=[found.id]),
        "form": form,
    }
    return page(
        request, "people/end_restriction.html", context, partial="panel", status=form.status
    )
