"""The disclosures of a patient, and the account of them on paper."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from caredesk.access.middleware import SignedInRequest
from caredesk.access.pages import needs
from caredesk.kernel import clock
from caredesk.people.queries import get_patient
from caredesk.people.views.patients import head_facts
from caredesk.practice.queries import organization_name, zone_of
from caredesk.privacy.access_log import actions
from caredesk.privacy.access_log.forms.disclosures import (
    AccountDays,
    AccountForm,
    DisclosureForm,
    SuspensionForm,
)
from caredesk.privacy.access_log.queries import disclosures as queries
from caredesk.privacy.access_log.rules.disclosures import earliest
from caredesk.ui import drafts
from caredesk.ui.notice import Notice, after
from caredesk.ui.page import page

MAY = "privacy.disclosures"


@require_safe
@needs(MAY)
def disclosures(request: SignedInRequest, patient: UUID) -> HttpResponse:
    """What was disclosed of a patient."""
    found = get_patient(request.actor, patient)
    context = {
        "title": f"Disclosures of {found.name}",
        "patient": found,
        "facts": head_facts(found),
        "lines": queries.disclosures_of(request.actor, found.id),
        "may_see_patient": request.actor.may("people.view"),
        "given": queries.accounts_given(request.actor, found.id),
        "zone": zone_of(request.actor),
    }
    return page(request, "privacy/disclosures.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(MAY)
def new_disclosure(request: SignedInRequest, patient: UUID) -> HttpResponse:
    """Record one."""
    found = get_patient(request.actor, patient)
    posted = request.POST if request.method == "POST" else None
    draft = drafts.of_form(request, f"disclosure-{found.id}", [found.id])
    form = DisclosureForm(posted, zone=zone_of(request.actor), draft=draft)
    if posted is not None and (
        done := form.perform(actions.record_disclosure, request.actor, patient=found.id)
    ):
        return _after(request, found.id, "Recorded the disclosure.", str(done.deed), draft.name)
    context = {
        "title": f"Disclosure of {found.name}",
        "patient": found,
        "facts": head_facts(found),
        "form": form,
    }
    return page(
        request, "privacy/new_disclosure.html", context, partial="panel", status=form.status
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(MAY)
def suspension(request: SignedInRequest, disclosure: UUID) -> HttpResponse:
    """Keep one out of accounts for a time, as an agency stated; or end that."""
    found = queries.disclosure(request.actor, disclosure)
    posted = request.POST if request.method == "POST" else None
    if posted is not None and "end" in posted:
        for each in found.suspensions:
            actions.end_suspension.perform({"suspension": each.id}, by=request.actor)
        return _after(request, found.patient, "It stands in accounts again.")
    form = SuspensionForm(posted, zone=zone_of(request.actor))
    if posted is not None and (
        done := form.perform(actions.suspend_disclosure, request.actor, disclosure=found.id)
    ):
        return _after(request, found.patient, "Kept out of accounts for now.", str(done.deed))
    context = {
        "title": "Statement of an agency",
        "found": found,
        "form": form,
        "zone": zone_of(request.actor),
    }
    return page(request, "privacy/suspension.html", context, partial="panel", status=form.status)


@require_POST
@needs(MAY)
def withdrawal(request: SignedInRequest, disclosure: UUID) -> HttpResponse:
    """Take back what was recorded by mistake."""
    found = queries.disclosure(request.actor, disclosure)
    done = actions.withdraw_disclosure.perform({"disclosure": found.id}, by=request.actor)
    return _after(request, found.patient, "Taken back.", str(done.deed))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(MAY)
def accounting(request: SignedInRequest, patient: UUID) -> HttpResponse:
    """The patient's account of disclosures, to be printed; sent, it is on record as given."""
    found = get_patient(request.actor, patient)
    zone = zone_of(request.actor)
    today = clock.today(zone)
    days = AccountDays(request.GET, zone=zone)
    asked_since, asked_until = days.days()
    since = max(asked_since or earliest(today), earliest(today))
    until = min(asked_until or today, today)
    posted = request.POST if request.method == "POST" else None
    form = AccountForm(posted, initial={"since": since, "until": until})
    if posted is not None and (
        done := form.perform(actions.give_accounting, request.actor, patient=found.id)
    ):
        many = done.answer.lines
        said = f"Recorded that the account was given: {many} disclosure{'' if many == 1 else 's'}."
        return _after(request, found.id, said)
    context = {
        "title": f"Account of disclosures of {found.name}",
        "patient": found,
        "facts": head_facts(found),
        "lines": queries.account_of(request.actor, found.id, since, until, today),
        "days": days,
        "form": form,
        "since": since,
        "until": until,
        "today": today,
        "whose": organization_name(),
        "zone": zone,
    }
    return page(request, "privacy/accounting.html", context, status=form.status)


def _after(
    request: SignedInRequest, patient: UUID, text: str, deed: str = "", draft: str = ""
) -> HttpResponse:
    to = reverse("privacy:disclosures", args=[patient])
    said = Notice(text, deed=deed, undo_to=to, day_changed=False, draft=draft)
    return after(request, to, said)
