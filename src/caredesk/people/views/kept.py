"""What a patient has several of: phones, mail, addresses, relatives, notes.

Each kind has a page with what there is and a form for one more; what no longer holds is ended.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from caredesk.access.middleware import SignedInRequest
from caredesk.access.pages import needs
from caredesk.kernel.action import Action
from caredesk.kernel.errors import Missing
from caredesk.kernel.ids import new_id
from caredesk.people import actions
from caredesk.people.forms import AddressForm, AlertForm, EmailForm, PhoneForm, RelativeForm
from caredesk.people.queries import PatientDetails, get_patient
from caredesk.people.queries.details import (
    AddressLine,
    AlertLine,
    EmailLine,
    PhoneLine,
    RelativeLine,
)
from caredesk.people.views.patients import after_change
from caredesk.practice.queries import zone_of
from caredesk.ui import drafts, times
from caredesk.ui.forms import ActionForm
from caredesk.ui.page import page


@dataclass(frozen=True, slots=True)
class Line:
    """One of them, as the page shows it. `key` makes ending it twice harmless."""

    id: UUID
    words: str
    facts: str = ""
    key: UUID = field(default_factory=new_id)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: how it is called, added, ended and shown. `main` names its telling input."""

    name: str
    title: str
    one: str
    main: str
    form: type[ActionForm]
    add: Action[..., Any]
    end: Action[..., Any]
    argument: str
    lines: Callable[[PatientDetails], Sequence[Line]]
    can_change: bool = False


def _phone(each: PhoneLine) -> Line:
    return Line(each.id, each.shown, ", ".join(filter(None, [each.use, each.warning])))


def _email(each: EmailLine) -> Line:
    return Line(each.id, each.address)


def _address(each: AddressLine) -> Line:
    return Line(each.id, ", ".join(each.lines), each.use)


def _relative(each: RelativeLine) -> Line:
    told = f"may be told {each.may_be_told_words}"
    guardian = "guardian" if each.is_guardian else ""
    return Line(
        each.id,
        f"{each.name}, {each.relationship}",
        ", ".join(filter(None, [guardian, each.phone, told])),
    )


def _alert(each: AlertLine) -> Line:
    since = f"from {times.date_words(each.since)}" if each.since else ""
    until = f"until {times.date_words(each.until)}" if each.until else ""
    return Line(each.id, each.text, ", ".join(filter(None, [each.severity, since, until])))


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "phones",
            "Phone numbers",
            "phone number",
            "number",
            PhoneForm,
            actions.add_phone,
            actions.end_phone,
            "phone",
            lambda of: [_phone(each) for each in of.phones],
        ),
        Kind(
            "emails",
            "E-mail addresses",
            "e-mail address",
            "address",
            EmailForm,
            actions.add_email,
            actions.end_email,
            "email",
            lambda of: [_email(each) for each in of.emails],
        ),
        Kind(
            "addresses",
            "Addresses",
            "address",
            "line1",
            AddressForm,
            actions.add_address,
            actions.end_address,
            "address",
            lambda of: [_address(each) for each in of.addresses],
        ),
        Kind(
            "relatives",
            "Relatives and guardians",
            "relative",
            "name",
            RelativeForm,
            actions.add_relative,
            actions.end_relative,
            "relative",
            lambda of: [_relative(each) for each in of.relatives],
            can_change=True,
        ),
        Kind(
            "alerts",
            "Notes that pop up",
            "note",
            "text",
            AlertForm,
            actions.add_alert,
            actions.end_alert,
            "alert",
            lambda of: [_alert(each) for each in (*of.alerts, *of.later_alerts)],
        ),
    )
}


@require_http_methods(["GET", "POST"])
@needs("people.change", sees="people.view")
def several(request: SignedInRequest, patient: UUID, kind: str) -> HttpResponse:
    """What there is of a kind, and a form for one more."""
    of = get_patient(request.actor, patient)
    what = KINDS[kind]
    posted = request.POST if request.method == "POST" else None
    draft = drafts.of_form(request, f"{kind}-{of.id}", [of.id])
    form = what.form(posted, zone=zone_of(request.actor), draft=draft)
    if posted is not None and (done := form.perform(what.add, request.actor, patient=of.id)):
        # Not what it says: the line travels in a cookie.
        text = f"Added the {what.one}."
        return after_change(request, of.id, text, done, draft.name)
    context = {
        "title": f"{what.title} of {of.name}",
        "heading": what.title,
        "patient": of,
        "kind": what,
        "lines": what.lines(of),
        "add_name": f"people:new_{what.argument}",
        "end_name": f"people:end_{what.argument}",
        "form": form,
    }
    return page(request, "people/several.html", context, partial="panel", status=form.status)


@require_POST
@needs("people.change", sees="people.view")
def end(request: SignedInRequest, row: UUID, kind: str) -> HttpResponse:
    """Say that one of them no longer holds. No question asked: it can be undone."""
    what = KINDS[kind]
    key = request.POST.get("key", "")[:36] or None
    done = what.end.perform({what.argument: row}, by=request.actor, key=key)
    return after_change(request, done.answer.patient, f"Ended the {what.one}.", done)


@require_http_methods(["GET", "POST"])
@needs("people.change", sees="people.view")
def relative(request: SignedInRequest, patient: UUID, relative: UUID) -> HttpResponse:
    """Change a relative, or what may be told to them."""
    of = get_patient(request.actor, patient)
    line = next((each for each in of.relatives if each.id == relative), None)
    if line is None:
        raise Missing("relative")
    posted = request.POST if request.method == "POST" else None
    values = {name: getattr(line, name) for name in RelativeForm.declared_fields if name != "key"}
    draft = drafts.of_form(request, f"relative-{line.id}", [of.id])
    form = RelativeForm(posted, initial=values, zone=zone_of(request.actor), draft=draft)
    change = actions.change_relative
    if posted is not None and (done := form.perform(change, request.actor, relative=line.id)):
        return after_change(request, of.id, "Changed the relative.", done, draft.name)
    context = {
        "title": f"{line.name}, {line.relationship} of {of.name}",
        "heading": line.name,
        "facts": f"{line.relationship} of {of.name}",
        "patient": of,
        "line": line,
        "action": reverse("people:relative", args=[of.id, line.id]),
        "form": form,
    }
    return page(request, "people/relative.html", context, partial="panel", status=form.status)
