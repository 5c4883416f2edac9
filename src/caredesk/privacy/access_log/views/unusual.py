"""The list of unusual access, one finding, and which patient a colleague is."""

from datetime import date
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from caredesk.access.middleware import SignedInRequest
from caredesk.access.pages import needs
from caredesk.practice.queries import zone_of
from caredesk.privacy.access_log.actions import (
    end_own_record,
    record_own_record,
    reopen_unusual_access,
    settle_unusual_access,
)
from caredesk.privacy.access_log.forms.unusual import OwnRecordForm, SettleForm
from caredesk.privacy.access_log.queries import unusual as queries
from caredesk.privacy.access_log.rules.unusual import EXPLAINED
from caredesk.privacy.access_log.views.log import colleague
from caredesk.ui import drafts
from caredesk.ui.notice import Notice, after
from caredesk.ui.page import page


@require_safe
@needs("audit.view")
def unusual(request: SignedInRequest) -> HttpResponse:
    """What waits to be settled, or what was."""
    settled = request.GET.get("settled") == "1"
    behind = _read_key(request.GET)
    shown = queries.findings(request.actor, settled=settled, behind=behind)
    older = ""
    if shown.next:
        day, id = shown.next
        older = f"?settled={int(settled)}&day={day.isoformat()}&behind={id}"
    context = {
        "title": "Unusual access",
        "shown": shown,
        "older": older,
        "settled": settled,
        "is_first_page": behind is None,
        "explained": EXPLAINED,
        "zone": zone_of(request.actor),
    }
    return page(request, "privacy/unusual.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("audit.view")
def finding(request: SignedInRequest, finding: UUID) -> HttpResponse:
    """One finding, with the form that settles it."""
    found = queries.finding(request.actor, finding)
    posted = request.POST if request.method == "POST" else None
    draft = drafts.of_form(request, f"unusual-{found.id}", _about(found))
    form = SettleForm(posted, draft=draft)
    if posted is not None and (
        done := form.perform(settle_unusual_access, request.actor, finding=found.id)
    ):
        to = reverse("privacy:unusual")
        said = Notice(
            "Settled.", deed=str(done.deed), undo_to=to, day_changed=False, draft=draft.name
        )
        return after(request, to, said)
    context = {
        "title": found.rule_words,
        "found": found,
        "form": form,
        "zone": zone_of(request.actor),
        "may_settle": request.actor.may("privacy.review") and found.user != request.actor.id,
    }
    return page(request, "privacy/finding.html", context, partial="panel", status=form.status)


@require_POST
@needs("privacy.review")
def reopening(request: SignedInRequest, finding: UUID) -> HttpResponse:
    """Open a settled finding again."""
    reopen_unusual_access.perform({"finding": finding}, by=request.actor)
    to = reverse("privacy:finding", args=[finding])
    return after(request, to, Notice("It is open again.", day_changed=False))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("privacy.review")
def own_record(request: SignedInRequest, user: UUID) -> HttpResponse:
    """Which patient a colleague is; or end that."""
    of = colleague(request, user)
    link = queries.own_record_of(request.actor, of.id)
    posted = request.POST if request.method == "POST" else None
    here = reverse("privacy:own_record", args=[of.id])
    if posted is not None and "end" in posted and link:
        end_own_record.perform({"own_record": link[0]}, by=request.actor)
        return after(request, here, Notice("Ended.", day_changed=False))
    form = OwnRecordForm(posted)
    if posted is not None and (done := form.perform(record_own_record, request.actor, user=of.id)):
        said = Notice(
            "The record is known now.", deed=str(done.deed), undo_to=here, day_changed=False
        )
        return after(request, here, said)
    context = {
        "title": f"The own record of {of.name}",
        "of": of,
        "known": link,
        "form": form,
        "is_oneself": of.id == request.actor.id,
        "may_see_patient": request.actor.may("people.view"),
        "may_view": request.actor.may("audit.view"),
    }
    return page(request, "privacy/own_record.html", context, partial="panel", status=form.status)


def _about(found: queries.Finding) -> list[UUID]:
    return [found.patient.id] if found.patient else []


def _read_key(sent: QueryDict) -> tuple[date, UUID] | None:
    try:
        return date.fromisoformat(sent.get("day", "")), UUID(sent.get("behind", ""))
    except ValueError:
        return None
