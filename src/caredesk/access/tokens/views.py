"""The manager's pages about programs."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from caredesk.access.factors.recent import needs_recent_proof
from caredesk.access.middleware import SignedInRequest
from caredesk.access.pages import needs
from caredesk.access.tokens import queries
from caredesk.access.tokens.actions import add_token, revoke_token
from caredesk.access.tokens.forms import NewProgramForm
from caredesk.practice.queries import zone_of
from caredesk.ui.notice import Notice, after
from caredesk.ui.page import page


@require_safe
@needs("access.tokens")
def programs(request: SignedInRequest) -> HttpResponse:
    """Every program that comes in or did."""
    lines = queries.programs(request.actor)
    context = {"title": "Programs", "lines": lines, "zone": zone_of(request.actor)}
    return page(request, "access/tokens/programs.html", context)


@require_http_methods(["GET", "POST"])
@needs("access.tokens")
@needs_recent_proof
def new_program(request: SignedInRequest) -> HttpResponse:
    """Let a program in. Its token is shown in the answer to this, and nowhere again."""
    form = NewProgramForm(request.POST if request.method == "POST" else None, by=request.actor)
    if request.method == "POST" and (done := form.perform(add_token, request.actor)):
        found = queries.get_program(request.actor, done.answer.token)
        context = {
            "title": found.name,
            "program": found,
            "secret": done.answer.secret,
            "lines": queries.programs(request.actor),
            "zone": zone_of(request.actor),
        }
        # The whole page: the list has one more.
        return page(request, "access/tokens/shown_once.html", context)
    context = {"title": "Let a program in", "form": form}
    template = "access/tokens/new.html"
    return page(request, template, context, partial="panel", status=form.status)


@require_safe
@needs("access.tokens")
def program(request: SignedInRequest, token: UUID) -> HttpResponse:
    """One of them: what it may do, for how long, and since when."""
    found = queries.get_program(request.actor, token)
    context = {"title": found.name, "program": found, "zone": zone_of(request.actor)}
    return page(request, "access/tokens/program.html", context, partial="panel")


@require_POST
@needs("access.tokens")
def ended_program(request: SignedInRequest, token: UUID) -> HttpResponse:
    """It comes in no more, from this moment on."""
    revoke_token(token, by=request.actor)
    notice = Notice("Ended. It comes in no more.", day_changed=False)
    return after(request, reverse("access:programs"), notice)
