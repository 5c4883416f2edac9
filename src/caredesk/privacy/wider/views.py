"""One review: who gave what to whom, and whether that was right."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from caredesk.access.middleware import SignedInRequest
from caredesk.access.pages import needs
from caredesk.practice.queries import zone_of
from caredesk.privacy.wider.actions import review_wider_access
from caredesk.privacy.wider.forms import LookForm
from caredesk.privacy.wider.queries import to_look_at
from caredesk.ui.notice import Notice, after
from caredesk.ui.page import page


@require_http_methods(["GET", "POST"])
@needs("tasks.work")
def wider_access(request: SignedInRequest, given: UUID) -> HttpResponse:
    """Access that somebody gave beyond their own, and the verdict."""
    found = to_look_at(request.actor, given)
    form = LookForm(request.POST if request.method == "POST" else None)
    if form.is_bound and (done := form.perform(review_wider_access, request.actor, given=given)):
        to = reverse("tasks:worklist")
        return after(request, to, Notice("Reviewed.", str(done.deed), to, day_changed=False))
    context = {
        "title": "Review",
        "heading": found.given.title,
        "found": found,
        "zone": zone_of(request.actor),
        "action": reverse("privacy:wider_access", args=[given]),
        "may_open_user": request.actor.may("access.manage"),
        "may_review": found.settled is None and request.actor.id in found.reviewers,
        "form": form,
    }
    return page(request, "privacy/wider_access.html", context, partial="panel", status=form.status)
