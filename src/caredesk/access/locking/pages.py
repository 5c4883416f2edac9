"""The pages about sessions: one's own, a user's for the manager, the PIN, the idle times."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from caredesk.access.factors.recent import needs_recent_proof
from caredesk.access.locking.actions import (
    end_own_other_sessions,
    end_own_session,
    end_sessions_of,
    remove_own_pin,
    set_idle_limit,
    set_own_pin,
)
from caredesk.access.locking.forms import IdleForm, PinForm
from caredesk.access.locking.queries import (
    RoleLimit,
    has_pin,
    idle_limits,
    own_sessions,
    sessions_of,
)
from caredesk.access.middleware import SignedInRequest
from caredesk.access.pages import needs
from caredesk.access.wider.queries import foreseen
from caredesk.ui.notice import Notice, after
from caredesk.ui.page import page


@require_safe
@needs("access.own_session")
def own(request: SignedInRequest) -> HttpResponse:
    """Where I am signed in."""
    lines = own_sessions(request.actor)
    context = {
        "title": "My sessions",
        "lines": lines,
        "here": request.actor.session,
        "others": len([each for each in lines if each.id != request.actor.session]),
    }
    return page(request, "access/locking/own.html", context, partial="panel")


@require_POST
@needs("access.own_session")
def end_own(request: SignedInRequest, session: UUID) -> HttpResponse:
    end_own_session.perform({"session": session}, by=request.actor)
    if session == request.actor.session:
        return after(request, reverse("access:sign_in"), Notice("Ended.", day_changed=False))
    return _said(request, "access:own_sessions", "Ended: it is signed out there.")


@require_POST
@needs("access.own_session")
def end_others(request: SignedInRequest) -> HttpResponse:
    done = end_own_other_sessions.perform({}, by=request.actor)
    return _said(request, "access:own_sessions", f"Ended {_many(done.answer.ended)}.")


@require_safe
@needs("access.manage")
def of_user(request: SignedInRequest, user: UUID) -> HttpResponse:
    """A user's sessions, for the manager."""
    name, lines = sessions_of(request.actor, user)
    above = foreseen(request.actor, user).above
    context = {"title": f"Sessions of {name}", "lines": lines, "user": user, "above": above}
    return page(request, "access/locking/of_user.html", context, partial="panel")


@require_POST
@needs("access.manage")
def end_of_user(request: SignedInRequest, user: UUID) -> HttpResponse:
    done = end_sessions_of.perform({"user": user}, by=request.actor)
    to = reverse("access:user_sessions", args=[user])
    return after(request, to, Notice(f"Ended {_many(done.answer.ended)}.", day_changed=False))


@require_http_methods(["GET", "POST"])
@needs("access.own_session")
@needs_recent_proof
def pin(request: SignedInRequest) -> HttpResponse:
    """Set the PIN that unlocks one's screens."""
    form = PinForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.perform(set_own_pin, request.actor):
        return _said(request, "access:own_pin", "Your PIN is set. It unlocks your screen.")
    context = {"title": "My PIN", "form": form, "has_pin": has_pin(request.actor.id)}
    return page(request, "access/locking/pin.html", context, partial="panel", status=form.status)


@require_POST
@needs("access.own_session")
def remove_pin(request: SignedInRequest) -> HttpResponse:
    remove_own_pin.perform({}, by=request.actor)
    return _said(request, "access:own_pin", "Your PIN is gone. Your password unlocks the screen.")


@require_http_methods(["GET", "POST"])
@needs("access.manage")
def idle(request: SignedInRequest) -> HttpResponse:
    """After how many minutes the screens of each role are covered."""
    posted = request.POST if request.method == "POST" else None
    limits = idle_limits(request.actor)
    forms = [(each, _form_of(each, posted)) for each in limits]
    for limit, form in forms:
        if form.is_bound and (done := form.perform(set_idle_limit, request.actor)):
            words = f"Screens of the role {limit.words} lock after {done.answer.minutes} minutes."
            said = Notice(words, deed=str(done.deed), day_changed=False)
            return after(request, reverse("access:idle"), said)
    context = {"title": "When screens lock", "forms": forms}
    status = max(form.status for _, form in forms)
    return page(request, "access/locking/idle.html", context, partial="panel", status=status)


def _form_of(limit: RoleLimit, posted: Any) -> IdleForm:
    mine = posted if posted is not None and posted.get("role") == limit.role else None
    initial = {"role": limit.role, "minutes": limit.minutes}
    return IdleForm(mine, initial=initial, auto_id=f"{limit.role}_%s")


def _many(number: int) -> str:
    return "1 session" if number == 1 else f"{number} sessions"


def _said(request: SignedInRequest, to: str, words: str) -> HttpResponse:
    return after(request, reverse(to), Notice(words, day_changed=False))
