"""Signing in and out."""

from dataclasses import replace

from django.contrib.auth import authenticate, login, logout
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from caredesk.access.forms import SignInForm
from caredesk.access.models import User
from caredesk.access.sessions import SessionStore
from caredesk.kernel.actor import Actor
from caredesk.kernel.ids import new_id
from caredesk.kernel.ports import AuditRow, audit_store


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    form = SignInForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        user = authenticate(request, **form.cleaned_data)
        if isinstance(user, User):
            _begin(request, user)
            return redirect(_next(request))
        form.add_error(None, "This name and password do not belong together. Try again.")
    context = {"form": form, "next": _next(request)}
    return render(request, "access/sign_in.html", context, status=422 if form.errors else 200)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    with transaction.atomic():
        _record("sign-out", actor)
        logout(request)
    return redirect("access:sign_in")


def _begin(request: HttpRequest, user: User) -> None:
    with transaction.atomic():
        login(request, user)
        request.session.save()
        session = SessionStore(request.session.session_key)
        actor = session.actor()
        if actor is not None:
            _record("sign-in", replace(actor, address=request.META.get("REMOTE_ADDR", "")))


def _record(kind: str, actor: Actor) -> None:
    with connection.cursor() as cursor:
        cursor.execute(*audit_store.ask.insertion([AuditRow(new_id(), kind, kind, actor)]))


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    allowed = url_has_allowed_host_and_scheme(wanted, {request.get_host()})
    return wanted if allowed else "/"
