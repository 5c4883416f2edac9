"""The steps between the password and the day: a factor, a new password, a factor set up."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from caredesk.access.actions import replace_one_time_password
from caredesk.access.addresses import own_address_of
from caredesk.access.factors import passkeys, setting_up
from caredesk.access.factors.actions import prove_with_app, prove_with_recovery_code
from caredesk.access.factors.answers import as_options
from caredesk.access.factors.proof import own_actor
from caredesk.access.factors.queries import factors_of
from caredesk.access.forms import SignInForm
from caredesk.access.sign_in import entering
from caredesk.access.sign_in.forms import CodeForm, NewPasswordForm, RecoveryCodeForm
from caredesk.access.sign_in.half import SECONDS, Half, half_of
from caredesk.access.sign_in.half import go_on as keep_going
from caredesk.access.sign_in.record import record_failed
from caredesk.access.sign_in.steps import prove_by_code, step
from caredesk.kernel.errors import Refused


@require_POST
@never_cache
def passkey_options(request: HttpRequest) -> HttpResponse:
    """What the browser is asked for a sign-in without name and password."""
    if request.session.is_empty():
        request.session.set_expiry(SECONDS)
    return as_options(lambda: passkeys.begin_assertion(request))


@require_POST
@never_cache
def passkey(request: HttpRequest) -> HttpResponse:
    """A passkey alone is both factors: what one has, and the finger or PIN that opens it."""
    try:
        proven = passkeys.finish_assertion(request, request.POST.get("credential", ""))
    except Refused as refused:
        record_failed(request, None, "passkey")
        return _sign_in_again(request, refused)
    return entering.enter(request, proven.user, own_address_of(request), has_proven=True)


def _sign_in_again(request: HttpRequest, refused: Refused) -> HttpResponse:
    context = {
        "form": SignInForm(),
        "next": own_address_of(request),
        "refused": refused.problems[0],
        "has_name": passkeys.host_name(request) is not None,
    }
    return render(request, "access/sign_in.html", context, status=422)


@require_http_methods(["GET", "POST"])
@step("factor")
def factor(request: HttpRequest, half: Half) -> HttpResponse:
    """The second step: a passkey where there is one, or the app's code."""
    found = factors_of(half.user.id)
    form = CodeForm(request.POST if request.method == "POST" else None)
    context = {
        "has_app": found.app_since is not None,
        "has_passkey": found.usable_at(passkeys.host_name(request)),
    }
    how = "authenticator app"
    return prove_by_code(
        request, half, form, prove_with_app, how, "access/sign_in/factor.html", context
    )


@require_http_methods(["GET", "POST"])
@step("factor")
def recovery(request: HttpRequest, half: Half) -> HttpResponse:
    """The way for who has neither telephone nor key at hand."""
    form = RecoveryCodeForm(request.POST if request.method == "POST" else None)
    template = "access/sign_in/recovery.html"
    return prove_by_code(
        request, half, form, prove_with_recovery_code, "recovery code", template, {}
    )


@require_POST
@step("factor")
def factor_passkey_options(request: HttpRequest, half: Half) -> HttpResponse:
    return as_options(lambda: passkeys.begin_assertion(request, half.user.id))


@require_POST
@step("factor")
def factor_passkey(request: HttpRequest, half: Half) -> HttpResponse:
    try:
        passkeys.finish_assertion(request, request.POST.get("credential", ""), half.user.id)
    except Refused as refused:
        record_failed(request, half.user, "passkey")
        found = factors_of(half.user.id)
        context = {
            "form": CodeForm(),
            "half": half,
            "has_app": found.app_since is not None,
            "has_passkey": True,
            "refused": refused.problems[0],
        }
        return render(request, "access/sign_in/factor.html", context, status=422)
    half.has_proven = True
    return entering.go_on(request, half)


@require_http_methods(["GET", "POST"])
@step("new_password")
def new_password(request: HttpRequest, half: Half) -> HttpResponse:
    """The password that a manager has set makes way for one of one's own."""
    form = NewPasswordForm(request.POST if request.method == "POST" else None)
    by = own_actor(half.user, request)
    if request.method == "POST" and form.perform(replace_one_time_password, by):
        half.user.refresh_from_db()
        return entering.go_on(request, half)
    context = {"form": form, "half": half}
    return render(request, "access/sign_in/new_password.html", context, status=form.status)


@require_safe
@step("set_up")
def set_up(request: HttpRequest, half: Half) -> HttpResponse:
    """The practice asks for a second factor, and there is none yet: choose one."""
    has_name = passkeys.host_name(request) is not None
    context = {"half": half, "has_name": has_name}
    return render(request, "access/sign_in/set_up.html", context)


@require_http_methods(["GET", "POST"])
@step("set_up")
def set_up_app(request: HttpRequest, half: Half) -> HttpResponse:
    form = CodeForm(request.POST if request.method == "POST" else None)
    by = own_actor(half.user, request)
    done = setting_up.finish_app(request, half.user, form, by) if form.is_bound else None
    if done:
        return _set_up_done(request, half, done.codes)
    context = {"form": form, "half": half, "app": setting_up.app_to_set_up(request, half.user)}
    return render(request, "access/sign_in/set_up_app.html", context, status=form.status)


@require_POST
@step("set_up")
def set_up_passkey_options(request: HttpRequest, half: Half) -> HttpResponse:
    return as_options(lambda: passkeys.begin_registration(request, half.user))


@require_POST
@step("set_up")
def set_up_passkey(request: HttpRequest, half: Half) -> HttpResponse:
    by = own_actor(half.user, request)
    try:
        done = setting_up.finish_passkey(request, half.user, by)
    except Refused as refused:
        context = {"half": half, "has_name": True, "refused": refused.problems[0]}
        return render(request, "access/sign_in/set_up.html", context, status=422)
    return _set_up_done(request, half, done.codes)


def _set_up_done(request: HttpRequest, half: Half, codes: list[str]) -> HttpResponse:
    """What was just set up was proven by it; the codes are shown this once."""
    half.has_proven = True
    keep_going(request, half)
    return render(request, "access/sign_in/codes.html", {"codes": codes, "half": half})


@require_POST
@never_cache
def went_on(request: HttpRequest) -> HttpResponse:
    """From the recovery codes to where one wanted to go."""
    half = half_of(request)
    if half is None:
        return HttpResponseRedirect(f"{reverse('access:sign_in')}?ended=1")
    return entering.to_next(request, half)
