"""Reviews: what was opened behind the glass, and whether that was right."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from caredesk.access.middleware import SignedInRequest
from caredesk.access.pages import needs
from caredesk.practice.queries import zone_of
from caredesk.privacy.actions import review_glass
from caredesk.privacy.forms import ReviewForm
from caredesk.privacy.queries import reviews, to_review
from caredesk.ui.notice import Notice, after
from caredesk.ui.page import page


@require_safe
@needs("privacy.review")
def list_reviews(request: SignedInRequest) -> HttpResponse:
    """All that nobody has reviewed, then what was reviewed lately."""
    found = reviews(request.actor)
    context = {
        "title": "Reviews",
        "open": found.waiting,
        "done": found.done,
        "more": found.more,
        "may_review": request.actor.may("tasks.work"),
        "zone": zone_of(request.actor),
    }
    return page(request, "privacy/reviews.html", context, partial="middle")


@require_http_methods(["GET", "POST"])
@needs("tasks.work")
def review(request: SignedInRequest, grant: UUID) -> HttpResponse:
    """One of them: who looked at whom, why, how long, what was opened; and the verdict."""
    found = to_review(request.actor, grant)
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if form.is_bound and (done := form.perform(review_glass, request.actor, grant=grant)):
        is_officer = request.actor.may("privacy.review")
        to = reverse("privacy:reviews" if is_officer else "tasks:worklist")
        said = Notice("Reviewed.", str(done.deed), undo_to=to, day_changed=False)
        return after(request, to, said)
    is_own = found.glass.user == request.actor.id
    has_said = any(each.by == request.actor.id for each in found.reviews)
    context = {
        "title": "Review",
        "heading": f"{found.glass.user_label} {found.glass.did}",
        "found": found,
        "zone": zone_of(request.actor),
        "action": reverse("privacy:review", args=[grant]),
        "may_review": not (is_own or has_said),
        "is_own": is_own,
        "may_view_log": request.actor.may("audit.view"),
        "form": form,
    }
    return page(request, "privacy/review.html", context, partial="panel", status=form.status)
