"""My account: the panel, the password, and the proof that is asked again."""

from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.hashers import check_password
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from caredesk.access.account.forms import ChangePasswordForm, ProveForm
from caredesk.access.actions import change_own_password
from caredesk.access.addresses import own_address_of
from caredesk.access.credentials import password_as_kept
from caredesk.access.factors import passkeys
from caredesk.access.factors.answers import as_options
from caredesk.access.factors.queries import factors_of, is_demanded_of
from caredesk.access.factors.recent import mark_proven
from caredesk.access.middleware import SignedInRequest
from caredesk.access.models import User
from caredesk.access.pages import needs
from caredesk.access.sign_in.record import record_failed
from caredesk.access.sign_in.telling import next_step, tell_wait
from caredesk.access.waits.gate import Try, knock
from caredesk.access.waits.words import as_told
from caredesk.kernel.errors import Refused
from caredesk.practice.queries import zone_of
from caredesk.ui.forms import PlainForm
from caredesk.ui.notice import Notice, after
from caredesk.ui.page import page
from caredesk.ui.registry import sections_of


@require_safe
@needs("access.own_factors")
def account(request: SignedInRequest) -> HttpResponse:
    """What I sign in with; other rooms' sections behind it."""
    user = own_user(request)
    context = {
        "title": "My account",
        "user": user,
        "roles": ", ".join(sorted(request.actor.roles)),
        "factors": factors_of(user.id),
        "is_demanded": is_demanded_of(user.id),
        "host": passkeys.host_name(request),
        "zone": zone_of(request.actor),
        "sections": sections_of("account", request.actor, user.id),
        "may_manage": request.actor.may("access.manage"),
    }
    return page(request, "access/account/account.html", context, partial="panel")


@require_http_methods(["GET", "POST"])
@needs("access.own_password")
def password(request: SignedInRequest) -> HttpResponse:
    """Change one's password; everywhere else one is signed out."""
    form = ChangePasswordForm(request.POST if request.method == "POST" else None)
    user = own_user(request)
    if request.method == "POST" and form.is_valid():
        if not (attempt := _check(request, user, form, "current")):
            return _password_page(request, form)
        if attempt.until:
            return as_told(_password_page(request, form), attempt.until)
        if form.perform(change_own_password, request.actor):
            user.refresh_from_db()
            # This session goes on, under a new key; those made with the former password end.
            request.session.cycle_key()
            request.session[HASH_SESSION_KEY] = user.get_session_auth_hash()
            mark_proven(request)
            said = "Changed your password. Everywhere else you are signed out."
            return after(request, reverse("access:account"), Notice(said, day_changed=False))
    return _password_page(request, form)


def _password_page(request: SignedInRequest, form: ChangePasswordForm) -> HttpResponse:
    context = {"title": "Change my password", "form": form, "user": own_user(request)}
    return page(
        request, "access/account/password.html", context, partial="panel", status=form.status
    )


@require_http_methods(["GET", "POST"])
@needs("access.own_factors")
def prove(request: SignedInRequest) -> HttpResponse:
    """The password or a passkey once more; then on to what was wanted."""
    form = ProveForm(request.POST if request.method == "POST" else None)
    user = own_user(request)
    if request.method == "POST" and form.is_valid():
        attempt = _check(request, user, form, "password")
        if attempt and attempt.until:
            return as_told(_prove_page(request, form, user), attempt.until)
        if attempt:
            return _proven(request)
    return _prove_page(request, form, user)


@require_POST
@needs("access.own_factors")
def prove_passkey_options(request: SignedInRequest) -> HttpResponse:
    return as_options(lambda: passkeys.begin_assertion(request, request.actor.id))


@require_POST
@needs("access.own_factors")
def prove_passkey(request: SignedInRequest) -> HttpResponse:
    user = own_user(request)
    try:
        passkeys.finish_assertion(request, request.POST.get("credential", ""), user.id)
    except Refused as refused:
        record_failed(request, user, "passkey")
        return _prove_page(request, ProveForm(), user, refused)
    return _proven(request)


def _proven(request: SignedInRequest) -> HttpResponse:
    mark_proven(request)
    response = HttpResponseRedirect(_to(request))
    response.status_code = 303
    return response


def _prove_page(
    request: SignedInRequest, form: ProveForm, user: User, refused: Refused | None = None
) -> HttpResponse:
    context = {
        "title": "Is it still you?",
        "form": form,
        "user": user,
        "to": _to(request),
        "refused": refused.problems[0] if refused else None,
        "has_passkey": factors_of(user.id).usable_at(passkeys.host_name(request)),
    }
    status = 422 if form.errors or refused else 200
    return page(request, "access/account/prove.html", context, partial="panel", status=status)


def own_user(request: SignedInRequest) -> User:
    return User.objects.get(pk=request.actor.id)


def _to(request: SignedInRequest) -> str:
    return own_address_of(request, "to", reverse("access:account"))


def _check(request: SignedInRequest, user: User, form: PlainForm, field: str) -> Try | None:
    """The try if the password is right or there is a wait; None where it is wrong.

    Each has its words in the form. What is refused is counted like at the sign-in.
    """
    attempt = knock(request, "password", user.username, user)
    if attempt.until:
        tell_wait(request, form, attempt, user, "password")
        return attempt
    if check_password(password_as_kept(form.cleaned_data[field]), user.password):
        attempt.was_right()
        return attempt
    record_failed(request, user, "password")
    form.add_error(field, f"This is not your password. {next_step(attempt)}")
    return None
