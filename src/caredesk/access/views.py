"""Signing in and out."""

from django.contrib.auth import authenticate, logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from caredesk.access.addresses import own_address_of
from caredesk.access.credentials import username_as_kept
from caredesk.access.factors.passkeys import host_name
from caredesk.access.forms import SignInForm
from caredesk.access.models import User
from caredesk.access.sign_in.entering import enter
from caredesk.access.sign_in.record import record, record_failed
from caredesk.access.sign_in.telling import next_step, tell_wait
from caredesk.access.waits.gate import knock
from caredesk.access.waits.words import as_told
from caredesk.kernel.actor import Actor


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name and password; what else is asked comes on pages of its own."""
    form = SignInForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form)
    name = form.cleaned_data["username"]
    named = User.objects.filter(username=username_as_kept(name)).first()
    attempt = knock(request, "password", name, named)
    if attempt.until:
        tell_wait(request, form, attempt, named, "password")
        return as_told(_page(request, form), attempt.until)
    user = authenticate(request, **form.cleaned_data)
    if isinstance(user, User):
        attempt.was_right()
        return enter(request, user, own_address_of(request))
    record_failed(request, named, "password")
    words = "This name and password do not belong together."
    form.add_error(None, f"{words} {next_step(attempt)}")
    return _page(request, form)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    with transaction.atomic():
        record("sign-out", actor)
        logout(request)
    return redirect("access:sign_in")


def _page(request: HttpRequest, form: SignInForm) -> HttpResponse:
    context = {
        "form": form,
        "next": own_address_of(request),
        "has_name": host_name(request) is not None,
        "ended": "ended" in request.GET,
    }
    return render(request, "access/sign_in.html", context, status=422 if form.errors else 200)
