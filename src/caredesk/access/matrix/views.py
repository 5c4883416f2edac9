"""The pages of who may do what."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from caredesk.access.adapting import give_permission, take_permission
from caredesk.access.factors.recent import needs_recent_proof
from caredesk.access.matrix import queries
from caredesk.access.middleware import SignedInRequest
from caredesk.access.pages import needs
from caredesk.access.rules import OUTSIDE, ROLES, role_words
from caredesk.access.wider.checks import beyond, why_above
from caredesk.kernel import clock
from caredesk.kernel.errors import Missing
from caredesk.kernel.ids import new_id
from caredesk.kernel.permissions import declared
from caredesk.practice.queries import organization_name, zone_of
from caredesk.ui.notice import Notice, after
from caredesk.ui.page import page


@require_safe
@needs("access.view")
def roles(request: SignedInRequest) -> HttpResponse:
    """The whole matrix: what each role may do in this practice."""
    context = {"title": "Who may do what", **_around(request)}
    return page(request, "access/matrix/roles.html", context, partial="middle")


@require_safe
@needs("access.view")
def role(request: SignedInRequest, role: str) -> HttpResponse:
    """One role: what it may do, who has it, and what was adapted."""
    if role not in ROLES:
        raise Missing("role")
    around = _around(request)
    lines_of_role = around["matrix"].lines_of(role)
    may = {known.name for _, lines in lines_of_role for known, cell in lines if cell.may}
    may_adapt = (
        request.actor.may("access.roles")
        and role not in OUTSIDE
        and not why_above(may, request.actor)
    )
    groups = [
        (
            heading,
            [
                (permission, cell, may_adapt and queries.is_adaptable(role, permission))
                for permission, cell in lines
            ],
        )
        for heading, lines in lines_of_role
    ]
    given = {known.name for _, lines in groups for known, _, adaptable in lines if adaptable} - may
    context = {
        "title": f"What a {role_words(role)} may do",
        **around,
        "role": role,
        "heading": role_words(role).capitalize(),
        "says": ROLES[role],
        "groups": groups,
        "holders": queries.holders(request.actor, role),
        "may_adapt": may_adapt,
        "wider": bool(beyond(given, request.actor)),
        "is_outside": role in OUTSIDE,
        "key": new_id(),
    }
    return page(request, "access/matrix/role.html", context, partial="panel")


@require_POST
@needs("access.roles", sees="access.view")
@needs_recent_proof
def role_permissions(request: SignedInRequest, role: str) -> HttpResponse:
    """Give a role a permission, or take one from it."""
    if role not in ROLES:
        raise Missing("role")
    asked = request.POST.get("give"), request.POST.get("take")
    change, permission = (give_permission, asked[0]) if asked[0] else (take_permission, asked[1])
    done = change.perform(
        {"role": role, "permission": permission or ""},
        by=request.actor,
        key=f"{request.POST.get('key', '')[:36]}{permission}"[:100] or None,
    )
    known = declared()[done.answer.permission]
    does = "may now" if done.answer.may else "may no longer"
    words = f"A {role_words(role)} {does}: {known.sentence[0].lower()}{known.sentence[1:]}"
    address = reverse("access:role", args=[role])
    # What stands behind the panel is shown anew, as the day is.
    said = Notice(words, deed=str(done.deed), undo_to=address)
    return after(request, address, said)


@require_safe
@needs("access.view")
def permission(request: SignedInRequest, permission: str) -> HttpResponse:
    """One permission: who may, and which actions and pages ask for it."""
    asking = queries.asking_for(request.actor, permission)
    around = _around(request)
    lines = [line for _, group in around["matrix"].groups for line in group]
    line = next((each for each in lines if each.permission.name == permission), None)
    context = {
        **around,
        "title": permission,
        "permission": declared()[permission],
        "asking": asking,
        "cells": [(role_words(each.role), each) for each in line.cells] if line else [],
    }
    return page(request, "access/matrix/permission.html", context, partial="panel")


def _around(request: SignedInRequest) -> dict[str, Any]:
    """The matrix stands behind whatever is opened of it."""
    zone = zone_of(request.actor)
    return {
        "matrix": queries.matrix(request.actor),
        "desk": zone,
        "printed": clock.today(zone),
        "organization": organization_name(),
    }
