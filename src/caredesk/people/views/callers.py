"""Somebody calls for a patient: what may be told, and the code word that proves who it is."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from caredesk.access.middleware import SignedInRequest
from caredesk.access.pages import needs
from caredesk.kernel.errors import Missing
from caredesk.people.actions import check_code_word, end_code_word, set_code_word
from caredesk.people.forms import CallerForm, CodeWordForm
from caredesk.people.queries import PatientDetails, get_patient
from caredesk.people.queries.details import RelativeLine
from caredesk.ui.notice import Notice, after
from caredesk.ui.page import page


@require_http_methods(["GET", "POST"])
@needs("people.view")
def caller(request: SignedInRequest, patient: UUID, relative: UUID) -> HttpResponse:
    """What this relative may be told, and yes or no to the word that was said."""
    of, line = _relative(request, patient, relative)
    form = CallerForm(request.POST if request.method == "POST" else None)
    matched = None
    if form.is_bound and (done := form.perform(check_code_word, request.actor, relative=line.id)):
        # What was said does not stand in the field again: somebody may look over a shoulder.
        matched, form = done.answer.matches, CallerForm()
    context = {
        "title": f"{line.name} calls for {of.name}",
        "heading": f"{line.name}, {line.relationship}",
        "facts": f"for {of.name}",
        "patient": of,
        "line": line,
        "matched": matched,
        "may_change": request.actor.may("people.change"),
        "action": reverse("people:caller", args=[of.id, line.id]),
        "form": form,
    }
    return page(request, "people/caller.html", context, partial="panel", status=form.status)


@require_http_methods(["GET", "POST"])
@needs("people.change", sees="people.view")
def code_word(request: SignedInRequest, patient: UUID, relative: UUID) -> HttpResponse:
    """Agree on a code word, or say that it holds no more."""
    of, line = _relative(request, patient, relative)
    back = reverse("people:caller", args=[of.id, line.id])
    if request.method == "POST" and "end" in request.POST:
        end_code_word.perform({"relative": line.id}, by=request.actor)
        return after(request, back, Notice("The code word holds no more.", day_changed=False))
    form = CodeWordForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.perform(set_code_word, request.actor, relative=line.id):
        return after(request, back, Notice("Kept the code word.", day_changed=False))
    context = {
        "title": f"Code word of {line.name}",
        "heading": "Code word",
        "facts": f"{line.name}, {line.relationship} of {of.name}",
        "patient": of,
        "line": line,
        "action": reverse("people:code_word", args=[of.id, line.id]),
        "form": form,
    }
    return page(request, "people/code_word.html", context, partial="panel", status=form.status)


def _relative(
    request: SignedInRequest, patient: UUID, relative: UUID
) -> tuple[PatientDetails, RelativeLine]:
    of = get_patient(request.actor, patient)
    line = next((each for each in of.relatives if each.id == relative), None)
    if line is None:
        raise Missing("relative")
    return of, line
