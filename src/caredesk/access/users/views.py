"""The manager's pages about who signs in. Every button is one of the room's actions."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from caredesk.access.actions import (
    add_user,
    end_role,
    end_user,
    grant_role,
    restore_user,
    set_password,
)
from caredesk.access.factors.demands import demand_factor, end_factor_demand, reset_factors
from caredesk.access.factors.queries import demanded_roles, users_with_factors
from caredesk.access.factors.recent import needs_recent_proof
from caredesk.access.middleware import SignedInRequest
from caredesk.access.pages import needs
from caredesk.access.queries import users as all_users
from caredesk.access.rules import role_words
from caredesk.access.users.forms import DemandsForm, NewUserForm, PasswordForm, RoleForm
from caredesk.access.users.queries import get_user_details
from caredesk.access.waits.actions import lift_wait
from caredesk.access.waits.words import wait_words
from caredesk.access.wider.queries import foreseen, roles_to_give
from caredesk.kernel.action import Action, Done
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Refused
from caredesk.practice.queries import zone_of
from caredesk.ui import drafts
from caredesk.ui.notice import Notice, after
from caredesk.ui.page import page


@require_safe
@needs("access.manage")
def users(request: SignedInRequest) -> HttpResponse:
    """Everybody who signs in or did."""
    demanded, with_factor = demanded_roles(), users_with_factors()
    found = all_users(request.actor)
    lines = [
        {
            "user": each,
            "roles": ", ".join(map(role_words, each.roles)) or "no role",
            "lacks_factor": not demanded.isdisjoint(each.roles) and each.id not in with_factor,
            "has_factor": each.id in with_factor,
        }
        for each in sorted(found, key=lambda each: (not each.is_active, each.name.casefold()))
    ]
    context = {"title": "People who sign in", "lines": lines}
    return page(request, "access/users/users.html", context)


@require_http_methods(["GET", "POST"])
@needs("access.manage")
@needs_recent_proof
def new_user(request: SignedInRequest) -> HttpResponse:
    """Let somebody sign in, with a password that is good once."""
    roles = roles_to_give(request.actor)
    form = NewUserForm(request.POST if request.method == "POST" else None, roles=roles.names)
    if request.method == "POST" and (
        done := form.perform(add_user, request.actor, must_change=True)
    ):
        return _to_user(request, done.answer.user, "Added. They can sign in now.", done)
    context = {"title": "Add somebody who signs in", "form": form, "wider": roles.wider}
    return page(request, "access/users/new.html", context, partial="panel", status=form.status)


@require_safe
@needs("access.manage")
def user(request: SignedInRequest, user: UUID) -> HttpResponse:
    """One of them: roles, password, factors, and a wait that a manager may lift."""
    found = get_user_details(request.actor, user)
    roles = roles_to_give(request.actor)
    other = [each for each in found.other_roles if each in roles.names]
    context = {
        "title": found.name,
        "user": found,
        "role_form": RoleForm(roles=other) if other else None,
        "foreseen": foreseen(request.actor, user),
        "wider": [each for each in roles.wider if each in map(role_words, other)],
        "wait": wait_words(found.waits_until) if found.waits_until else "",
        "is_self": found.id == request.actor.id,
        "programs": _programs_words(found.programs) if found.programs else "",
        "may_see_programs": request.actor.may("access.tokens"),
        "zone": zone_of(request.actor),
    }
    return page(request, "access/users/user.html", context, partial="panel")


@require_http_methods(["GET", "POST"])
@needs("access.manage")
@needs_recent_proof
def user_password(request: SignedInRequest, user: UUID) -> HttpResponse:
    """A password that is good once, for who has forgotten theirs."""
    found = get_user_details(request.actor, user)
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (
        done := form.perform(set_password, request.actor, user=user, must_change=True)
    ):
        said = "Set the password. It is good once, and everywhere they are signed out."
        return _to_user(request, user, said, done)
    context = {
        "title": f"Password of {found.name}",
        "user": found,
        "form": form,
        "foreseen": foreseen(request.actor, user),
    }
    template = "access/users/password.html"
    return page(request, template, context, partial="panel", status=form.status)


@require_POST
@needs("access.manage")
@needs_recent_proof
def granted_role(request: SignedInRequest, user: UUID) -> HttpResponse:
    role = request.POST.get("role", "")
    return _perform(request, user, grant_role, f"Gave the role: {role_words(role)}.", role=role)


@require_POST
@needs("access.manage")
def ended_role(request: SignedInRequest, user: UUID, role: str) -> HttpResponse:
    return _perform(request, user, end_role, f"Ended the role: {role_words(role)}.", role=role)


@require_POST
@needs("access.manage")
def ended_user(request: SignedInRequest, user: UUID) -> HttpResponse:
    done = end_user.perform({"user": user}, by=request.actor, key=_key(request))
    said = "Ended their access. They are signed out."
    if left := done.answer.programs:
        said += f" {_programs_words(left)}."
    return _to_user(request, user, said, done)


@require_POST
@needs("access.manage")
@needs_recent_proof
def restored_user(request: SignedInRequest, user: UUID) -> HttpResponse:
    return _perform(request, user, restore_user, "They can sign in again.")


@require_POST
@needs("access.manage")
@needs_recent_proof
def ended_factors(request: SignedInRequest, user: UUID) -> HttpResponse:
    said = "Reset their second step: the password alone lets them in, or they set up another."
    return _perform(request, user, reset_factors, said)


@require_POST
@needs("access.manage")
def lifted_wait(request: SignedInRequest, user: UUID) -> HttpResponse:
    return _perform(request, user, lift_wait, "Lifted the wait: they can try again now.")


@require_http_methods(["GET", "POST"])
@needs("access.manage")
def demands(request: SignedInRequest) -> HttpResponse:
    """Of which roles a second factor is demanded; each that differs is an action of its own."""
    before = demanded_roles()
    draft = drafts.of_form(request, "factor-demands")
    posted = request.POST if request.method == "POST" else None
    form = DemandsForm(posted, initial={"roles": sorted(before)}, draft=draft)
    if posted is not None and form.is_valid():
        wanted = set(form.cleaned_data["roles"])
        try:
            _demand(before, wanted, request.actor)
        except Refused as refused:
            problem = refused.problems[0]
            form.add_error("roles", f"{problem.message} {problem.next_step}")
        else:
            said = "It holds from now on." if wanted - before else "Changed."
            notice = Notice(said, draft=draft.name, day_changed=False)
            return after(request, reverse("access:users"), notice)
    context = {"title": "Second step by role", "form": form}
    status = 422 if form.errors else 200
    return page(request, "access/users/demands.html", context, partial="panel", status=status)


@transaction.atomic
def _demand(before: set[str], wanted: set[str], by: Actor) -> None:
    for role in sorted(wanted - before):
        demand_factor(role, by=by)
    for role in sorted(before - wanted):
        end_factor_demand(role, by=by)


def _perform(
    request: SignedInRequest, user: UUID, action: Action[..., Any], said: str, **more: Any
) -> HttpResponse:
    done = action.perform({"user": user, **more}, by=request.actor, key=_key(request))
    return _to_user(request, user, said, done)


def _programs_words(count: int) -> str:
    if count == 1:
        return "The token they gave to 1 program goes on"
    return f"The tokens they gave to {count} programs go on"


def _key(request: SignedInRequest) -> str | None:
    return request.POST.get("key", "")[:36] or None


def _to_user(request: SignedInRequest, user: UUID, said: str, done: Done[Any]) -> HttpResponse:
    """To the person, with what was done and Undo where there is one."""
    address = reverse("access:user", args=[user])
    deed = str(done.deed) if done.can_undo else ""
    return after(request, address, Notice(said, deed=deed, undo_to=address, day_changed=False))
