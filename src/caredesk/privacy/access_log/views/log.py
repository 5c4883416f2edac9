"""Who looked at a patient, what a colleague looked at, and one entry of the log."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from caredesk.access.middleware import SignedInRequest
from caredesk.access.pages import needs
from caredesk.access.queries import UserLine, users
from caredesk.audit.kinds import NOBODY_YET
from caredesk.kernel import clock
from caredesk.kernel.errors import Missing
from caredesk.people.queries import get_patient
from caredesk.people.views.patients import head_facts
from caredesk.practice.queries import zone_of
from caredesk.privacy.access_log.forms.log import LogFilter
from caredesk.privacy.access_log.queries import log
from caredesk.ui.page import page

_NOT_LET_IN = "Who could not sign in"
_NOBODY = UserLine(NOBODY_YET, "", _NOT_LET_IN, (), is_active=True)


@require_safe
@needs("audit.view")
def patient_log(request: SignedInRequest, patient: UUID) -> HttpResponse:
    """Who looked at this patient."""
    found = get_patient(request.actor, patient)
    zone = zone_of(request.actor)
    people = [(str(each.id), each.name) for each in users(request.actor)]
    form = LogFilter(request.GET, people, zone=zone)
    shown = log.looks_at_patient(request.actor, found.id, form.wanted(clock.zone_named(zone)))
    context = {
        "title": f"Who looked at {found.name}",
        "patient": found,
        "facts": head_facts(found),
        "form": form,
        "shown": shown,
        "older": form.address(shown.next) if shown.next else "",
        "is_first_page": "behind" not in request.GET,
        "here": reverse("privacy:patient_log", args=[found.id]),
        "zone": zone,
        "may_disclose": request.actor.may("privacy.disclosures"),
        "may_see_patient": request.actor.may("people.view"),
        "may_export": request.actor.may("audit.export"),
    }
    return page(request, "privacy/patient_log.html", context)


@require_safe
@needs("audit.view")
def colleagues(request: SignedInRequest) -> HttpResponse:
    """Whose record of looks one wants to see."""
    found = sorted(users(request.actor), key=lambda each: (not each.is_active, each.name))
    context = {"title": "What colleagues looked at", "people": found, "nobody": NOBODY_YET}
    return page(request, "privacy/colleagues.html", context)


@require_safe
@needs("audit.view")
def colleague_log(request: SignedInRequest, user: UUID) -> HttpResponse:
    """What one colleague did and saw; or everybody who could not sign in, as who is nobody yet."""
    of = _NOBODY if user == NOBODY_YET else colleague(request, user)
    zone = zone_of(request.actor)
    form = LogFilter(request.GET, zone=zone)
    shown = log.looks_of_colleague(request.actor, of.id, form.wanted(clock.zone_named(zone)))
    context = {
        "title": _NOT_LET_IN if of is _NOBODY else f"What {of.name} looked at",
        "is_nobody": of is _NOBODY,
        "of": of,
        "form": form,
        "shown": shown,
        "older": form.address(shown.next) if shown.next else "",
        "is_first_page": "behind" not in request.GET,
        "here": reverse("privacy:colleague_log", args=[of.id]),
        "zone": zone,
        "may_review": request.actor.may("privacy.review"),
    }
    return page(request, "privacy/colleague_log.html", context)


@require_safe
@needs("audit.view")
def entry(request: SignedInRequest, entry: UUID) -> HttpResponse:
    """One entry, with the values before and after."""
    found = log.entry(request.actor, entry)
    zone = zone_of(request.actor)
    context = {
        "title": "Entry of the record",
        "found": found,
        "line": found.line,
        "may_see_patient": request.actor.may("people.view"),
        "zone": zone,
    }
    return page(request, "privacy/entry.html", context, partial="panel")


def colleague(request: SignedInRequest, user: UUID) -> UserLine:
    """Anybody who has or had access."""
    for each in users(request.actor):
        if each.id == user:
            return each
    raise Missing("user", next_step="Go back to the list of colleagues.")
