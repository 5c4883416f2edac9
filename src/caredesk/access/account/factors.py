"""One's passkeys, authenticator app and recovery codes. Each change asks for a recent proof."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from caredesk.access.account.forms import PasskeyNameForm
from caredesk.access.account.views import own_user
from caredesk.access.factors import passkeys, setting_up
from caredesk.access.factors.actions import (
    end_app,
    end_passkey,
    make_recovery_codes,
    name_passkey,
)
from caredesk.access.factors.answers import as_options
from caredesk.access.factors.queries import factors_of
from caredesk.access.factors.recent import needs_recent_proof
from caredesk.access.middleware import SignedInRequest
from caredesk.access.pages import needs
from caredesk.access.sign_in.forms import CodeForm
from caredesk.kernel.errors import Missing, Refused
from caredesk.ui.notice import Notice, after
from caredesk.ui.page import page


@require_http_methods(["GET", "POST"])
@needs("access.own_factors")
@needs_recent_proof
def new_passkey(request: SignedInRequest) -> HttpResponse:
    """Make a passkey with this browser and add it."""
    context = {
        "title": "Add a passkey",
        "has_name": passkeys.host_name(request) is not None,
        "refused": None,
    }
    status = 200
    if request.method == "POST":
        try:
            done = setting_up.finish_passkey(request, own_user(request), request.actor)
        except Refused as refused:
            context["refused"], status = refused.problems[0], 422
        else:
            return _added(request, "Added the passkey.", done.codes)
    template = "access/account/new_passkey.html"
    return page(request, template, context, partial="panel", status=status)


@require_POST
@needs("access.own_factors")
@needs_recent_proof
def new_passkey_options(request: SignedInRequest) -> HttpResponse:
    return as_options(lambda: passkeys.begin_registration(request, own_user(request)))


@require_http_methods(["GET", "POST"])
@needs("access.own_factors")
@needs_recent_proof
def passkey(request: SignedInRequest, passkey: UUID) -> HttpResponse:
    """Call a passkey otherwise."""
    found = factors_of(request.actor.id).passkeys
    line = next((each for each in found if each.id == passkey), None)
    if line is None:
        raise Missing("passkey")
    posted = request.POST if request.method == "POST" else None
    form = PasskeyNameForm(posted, initial={"name": line.name})
    if posted is not None and form.perform(name_passkey, request.actor, passkey=passkey):
        return _to_account(request, "Named the passkey.")
    context = {"title": "Name of a passkey", "passkey": line, "form": form}
    template = "access/account/passkey.html"
    return page(request, template, context, partial="panel", status=form.status)


@require_POST
@needs("access.own_factors")
@needs_recent_proof
def removed_passkey(request: SignedInRequest, passkey: UUID) -> HttpResponse:
    """Remove a passkey. Its copy in the device stays there, and opens nothing."""
    end_passkey(passkey, by=request.actor)
    return _to_account(request, "Removed the passkey: it lets nobody in any more.")


@require_http_methods(["GET", "POST"])
@needs("access.own_factors")
@needs_recent_proof
def app(request: SignedInRequest) -> HttpResponse:
    """Set up an authenticator app."""
    user = own_user(request)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and (done := setting_up.finish_app(request, user, form, request.actor)):
        return _added(request, "The app is set up.", done.codes)
    context = {
        "title": "Set up an authenticator app",
        "form": form,
        "has_app": factors_of(user.id).app_since is not None,
        "app": setting_up.app_to_set_up(request, user),
    }
    template = "access/account/app.html"
    return page(request, template, context, partial="panel", status=form.status)


@require_POST
@needs("access.own_factors")
@needs_recent_proof
def removed_app(request: SignedInRequest) -> HttpResponse:
    """Remove the authenticator app."""
    end_app(by=request.actor)
    return _to_account(request, "Removed the authenticator app: its codes are good no more.")


@require_http_methods(["GET", "POST"])
@needs("access.own_factors")
@needs_recent_proof
def recovery_codes(request: SignedInRequest) -> HttpResponse:
    """New recovery codes; the former are good no more."""
    found = factors_of(request.actor.id)
    if request.method == "POST" and found.any:
        return _codes(request, make_recovery_codes(by=request.actor).codes)
    context = {"title": "New recovery codes", "factors": found}
    return page(request, "access/account/recovery_codes.html", context, partial="panel")


def _added(request: SignedInRequest, said: str, codes: list[str]) -> HttpResponse:
    return _codes(request, codes) if codes else _to_account(request, said)


def _codes(request: SignedInRequest, codes: list[str]) -> HttpResponse:
    """Shown in the answer to what made them, and nowhere again."""
    context = {"title": "Recovery codes", "codes": codes}
    return page(request, "access/account/codes.html", context, partial="panel")


def _to_account(request: SignedInRequest, said: str) -> HttpResponse:
    return after(request, reverse("access:account"), Notice(said, day_changed=False))
