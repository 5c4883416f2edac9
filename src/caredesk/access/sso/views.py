"""To the provider and back; and for the manager, who of the provider is who."""

import logging
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from caredesk.access.factors.recent import needs_recent_proof
from caredesk.access.middleware import SignedInRequest
from caredesk.access.pages import needs
from caredesk.access.sign_in.half import SECONDS
from caredesk.access.sso.actions import (
    end_identity,
    end_sign_in_email,
    link_identity,
    note_sign_in_email,
)
from caredesk.access.sso.client import NotBelievedError, ask, claims_of
from caredesk.access.sso.coming_in import come_in, known_person
from caredesk.access.sso.configuration import Provider, provider
from caredesk.access.sso.forms import EmailForm, SubjectForm
from caredesk.access.sso.queries import identities_of
from caredesk.access.wider.queries import foreseen
from caredesk.kernel.errors import Missing
from caredesk.ui.notice import Notice, after, own_address
from caredesk.ui.page import page

log = logging.getLogger(__name__)

_NEXT = "sso_next"


@require_safe
@never_cache
def start(request: HttpRequest) -> HttpResponse:
    """Off to the provider."""
    there = _there()
    if request.session.is_empty():
        request.session.set_expiry(SECONDS)
    request.session[_NEXT] = own_address(request, request.GET.get("next", "/"))
    try:
        return ask(request, there, request.build_absolute_uri(reverse("access:sso_back")))
    except NotBelievedError as why:
        log.warning("single sign-on could not begin: %s", why)
        return _failed(request, there, 502)


@require_safe
@never_cache
def back(request: HttpRequest) -> HttpResponse:
    """Back from the provider: signed in, or told why not."""
    there = _there()
    if request.GET.get("error"):
        return _failed(request, there, 403)
    try:
        claims = claims_of(request, there)
    except NotBelievedError as why:
        log.warning("single sign-on was not believed: %s", why)
        return _failed(request, there, 403)
    to = request.session.pop(_NEXT, "/")
    person = known_person(there, claims)
    if person is None:
        context = {"provider": there, "subject": claims["sub"], "is_unknown": True}
        return render(request, "access/sso/not_in.html", context, status=403)
    return come_in(request, person, to, there, claims)


@require_http_methods(["GET", "POST"])
@needs("access.manage")
@needs_recent_proof
def of_user(request: SignedInRequest, user: UUID) -> HttpResponse:
    """How a user signs in by the provider."""
    there, found = _there(), identities_of(request.actor, user)
    sent = request.POST if request.method == "POST" else None
    is_email = sent is not None and "email" in sent
    subject = SubjectForm(None if is_email else sent)
    email = EmailForm(sent if is_email else None, initial={"email": found.email})
    if subject.is_bound and (done := subject.perform(link_identity, request.actor, user=user)):
        said = Notice(f"Linked: {found.name}.", deed=str(done.deed), day_changed=False)
        return after(request, request.path, said)
    if email.is_bound and email.perform(note_sign_in_email, request.actor, user=user):
        return after(request, request.path, Notice("Noted the address.", day_changed=False))
    context = {
        "title": f"Single sign-on of {found.name}",
        "found": found,
        "provider": there,
        "subject": subject,
        "foreseen": foreseen(request.actor, user),
        "email": email,
    }
    status = max(subject.status, email.status)
    return page(request, "access/sso/of_user.html", context, partial="panel", status=status)


@require_POST
@needs("access.manage")
def ended(request: SignedInRequest, identity: UUID) -> HttpResponse:
    done = end_identity.perform({"identity": identity}, by=request.actor)
    to = reverse("access:user_sso", args=[done.answer.user])
    said = Notice(_ended_words(done.answer.sessions), deed=str(done.deed), day_changed=False)
    return after(request, to, said)


def _ended_words(sessions: int) -> str:
    many = {0: "", 1: " One session that began by it has ended, too."}
    return "Ended the link." + many.get(
        sessions, f" {sessions} sessions that began by it have ended, too."
    )


@require_POST
@needs("access.manage")
def ended_email(request: SignedInRequest, user: UUID) -> HttpResponse:
    end_sign_in_email.perform({"user": user}, by=request.actor)
    to = reverse("access:user_sso", args=[user])
    return after(request, to, Notice("Forgot the address.", day_changed=False))


def _there() -> Provider:
    found = provider()
    if found is None:
        raise Missing("page")
    return found


def _failed(request: HttpRequest, there: Provider, status: int) -> HttpResponse:
    context = {"provider": there, "is_away": status == 502}
    return render(request, "access/sso/not_in.html", context, status=status)
