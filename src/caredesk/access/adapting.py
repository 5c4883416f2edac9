"""What a practice makes of the roles: giving one a permission, or taking one from it.

Only what differs from the role as it comes is kept. Either undoes the other.
"""

from pydantic import BaseModel

from caredesk.access import managing
from caredesk.access.adaptations import in_force
from caredesk.access.models import Adaptation
from caredesk.access.rules import OUTSIDE, ROLES, of_role, role_words
from caredesk.access.wider.checks import give, refuse_above
from caredesk.kernel import clock
from caredesk.kernel.action import action, undo_with
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import amend, insert
from caredesk.kernel.errors import Refused
from caredesk.kernel.permissions import declared


class RoleAdapted(BaseModel):
    role: str
    permission: str
    may: bool


@action("access.roles", needs_proof=True)
def give_permission(role: str, permission: str, *, by: Actor) -> RoleAdapted:
    """Let everybody with a role do something more in this practice."""
    _check(role, permission)
    managing.lock()
    if permission in of_role(role, in_force()):
        raise Refused(
            f"Every {role_words(role)} may do this already.",
            field="permission",
            next_step="Nothing is to do.",
        )
    if role in by.roles and not by.may(permission):
        raise Refused(
            "You hold this role and may not do this, and nobody gives that to themselves.",
            field="role",
            next_step="Ask somebody else who adapts roles.",
        )
    refuse_above(of_role(role, in_force()), by)
    give({permission}, by, role=role)
    _adapt(role, permission, given=True, by=by)
    undo_with("take_permission", role=role, permission=permission)
    return RoleAdapted(role=role, permission=permission, may=True)


@action("access.roles")
def take_permission(role: str, permission: str, *, by: Actor) -> RoleAdapted:
    """Let nobody do something by this role any longer. Another role may still allow it."""
    _check(role, permission)
    managing.lock()
    if permission not in of_role(role, in_force()):
        raise Refused(
            f"No {role_words(role)} may do this.", field="permission", next_step="Nothing is to do."
        )
    refuse_above(of_role(role, in_force()), by)
    managed = _managed()
    _adapt(role, permission, given=False, by=by)
    if managed - _managed():
        raise Refused(
            "Nobody would be left who can let people in and say what roles may do.",
            field="permission",
            next_step="Give it to another role first, or to somebody another role.",
        )
    undo_with("give_permission", role=role, permission=permission)
    return RoleAdapted(role=role, permission=permission, may=False)


def _managed() -> set[bool]:
    """Which users have somebody who manages: those of the demo, those of the practice."""
    return {demo for demo in (False, True) if managing.managers(demo=demo)}


def _adapt(role: str, permission: str, *, given: bool, by: Actor) -> None:
    """End what holds against it; what then still differs from the role as it comes is kept."""
    now = clock.now()
    held = Adaptation.objects.select_for_update().filter(
        role=role, permission=permission, ended_at__isnull=True
    )
    for row in held:
        amend(row, ended_at=now, ended_by=by.id)
    if (permission in of_role(role)) != given:
        row = Adaptation(role=role, permission=permission, is_given=given)
        row.since, row.by, row.by_label = now, by.id, by.label
        insert(row)


def _check(role: str, permission: str) -> None:
    if role not in ROLES:
        raise Refused(
            f"Choose from these roles: {', '.join(ROLES)}.",
            field="role",
            next_step="See who may do what.",
        )
    if role in OUTSIDE:
        raise Refused(
            "What patients and those who act for them may do is not the practice's to adapt.",
            field="role",
            next_step="Give staff who are patients here a second account.",
        )
    known = declared().get(permission)
    if known is None:
        raise Refused(
            "There is no such permission.", field="permission", next_step="See who may do what."
        )
    if known.whose != "staff":
        raise Refused(
            "This is not given or taken by role.", field="permission", next_step="Nothing is to do."
        )
