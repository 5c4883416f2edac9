"""One patient: the panel, the details, a death."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from caredesk.access.middleware import SignedInRequest
from caredesk.access.pages import needs
from caredesk.kernel.action import Done
from caredesk.kernel.barred import barred
from caredesk.people.actions import change_patient, record_deceased
from caredesk.people.forms import DeathForm, DetailsForm
from caredesk.people.forms.fields import CHANNELS
from caredesk.people.queries import PatientDetails, get_patient, told_apart
from caredesk.people.rules.languages import language_words
from caredesk.people.views.glass import patient_glass
from caredesk.practice.queries import zone_of
from caredesk.ui import drafts
from caredesk.ui.notice import Notice, after
from caredesk.ui.page import page
from caredesk.ui.registry import sections_of

OUR_FACTS_AT = 50


@require_safe
@needs("people.view")
def patient(request: SignedInRequest, patient: UUID) -> HttpResponse:
    """The panel: alerts first, then what other rooms say before and after our own facts.

    Of who is restricted the way to break the glass.
    """
    if barred(request.actor).marks(patient):
        return patient_glass(request, patient)
    found = get_patient(request.actor, patient)
    sections = sections_of("patient", request.actor, found.id)
    context = {
        "title": found.name,
        "patient": found,
        "facts": head_facts(found),
        "told_apart": told_apart(request.actor, found.id),
        "zone": zone_of(request.actor),
        "language": language_words(found.language),
        "channel": dict(CHANNELS)[found.preferred_channel],
        "before": [each for each in sections if each.position < OUR_FACTS_AT],
        "behind": [each for each in sections if each.position >= OUR_FACTS_AT],
        "may_change": request.actor.may("people.change") and not found.is_withdrawn,
        "may_restrict": request.actor.may("people.restrict") and not found.is_withdrawn,
        "may_book": request.actor.may("scheduling.book")
        and not (found.is_withdrawn or found.deceased),
    }
    return page(request, "people/patient.html", context, partial="panel")


@require_http_methods(["GET", "POST"])
@needs("people.change", sees="people.view")
def details(request: SignedInRequest, patient: UUID) -> HttpResponse:
    """Change who a patient is. Only what was changed here is sent."""
    found = get_patient(request.actor, patient)
    posted = request.POST if request.method == "POST" else None
    draft = drafts.of_form(request, f"details-{found.id}", [found.id])
    form = DetailsForm(posted, of=found, zone=zone_of(request.actor), draft=draft)
    if posted is not None and (
        done := form.perform(change_patient, request.actor, patient=found.id)
    ):
        said = "Changed the details."
        return after_change(request, found.id, said, done, draft.name, on_board=True)
    context = {
        "title": f"Details of {found.name}",
        "patient": found,
        "facts": head_facts(found),
        "form": form,
    }
    return page(request, "people/details.html", context, partial="panel", status=form.status)


@require_http_methods(["GET", "POST"])
@needs("people.change", sees="people.view")
def death(request: SignedInRequest, patient: UUID) -> HttpResponse:
    """Record that a patient has died, or that this was an error."""
    found = get_patient(request.actor, patient)
    posted = request.POST if request.method == "POST" else None
    draft = drafts.of_form(request, f"death-{found.id}", [found.id])
    form = DeathForm(posted, zone=zone_of(request.actor), draft=draft)
    if posted is not None and (
        done := form.perform(record_deceased, request.actor, patient=found.id)
    ):
        said = "is recorded as living" if form.is_mistake else "is recorded as deceased"
        return after_change(request, found.id, f"The patient {said}.", done, draft.name)
    context = {
        "title": f"Death of {found.name}",
        "patient": found,
        "facts": head_facts(found),
        "form": form,
    }
    return page(request, "people/death.html", context, partial="panel", status=form.status)


def head_facts(found: PatientDetails) -> str:
    """Under the name: 7 Mar 1974 · 52 years · female · CD-000231."""
    age = "" if found.deceased else found.age
    facts = [found.birth_date, age, found.sex, found.record_number, found.deceased_words]
    return " · ".join(filter(None, facts))


def after_change(
    request: SignedInRequest,
    patient: UUID,
    text: str,
    done: Done[object],
    draft: str = "",
    *,
    on_board: bool = False,
) -> HttpResponse:
    """To the patient, with what was done and Undo."""
    address = reverse("people:patient", args=[patient])
    deed = str(done.deed) if done.can_undo else ""
    said = Notice(text, deed=deed, undo_to=address, day_changed=on_board, draft=draft)
    return after(request, address, said)
