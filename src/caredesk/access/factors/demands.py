"""What a manager does about second factors: demand them of a role, reset somebody's."""

from uuid import UUID

from pydantic import BaseModel

from caredesk.access.actions import get_user
from caredesk.access.adaptations import in_force
from caredesk.access.factors.actions import end_all
from caredesk.access.factors.models import FactorDemand
from caredesk.access.factors.without import sign_out_without_factor
from caredesk.access.models import RoleGrant
from caredesk.access.rules import ROLES, permissions_of
from caredesk.access.wider.checks import give, may_of, refuse_above
from caredesk.kernel import clock
from caredesk.kernel.action import action, undo_with
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import amend, insert
from caredesk.kernel.errors import Refused
from caredesk.kernel.text import Line


class DemandChanged(BaseModel):
    role: str


class FactorsReset(BaseModel):
    user: UUID


@action("access.manage")
def demand_factor(role: Line, *, by: Actor) -> DemandChanged:
    """Whoever has this role must prove a second factor; who has none is signed out.

    They are led to set one up at the next sign-in.
    """
    if role not in ROLES:
        raise Refused(f"Choose from these roles: {', '.join(ROLES)}.", field="role")
    if FactorDemand.objects.filter(role=role, ended_at=None).exists():
        raise Refused("This role needs a second factor already.", field="role")
    insert(FactorDemand(role=role, demanded_by=by.id))
    held = RoleGrant.objects.filter(role=role, ended_at=None)
    sign_out_without_factor(set(held.values_list("user_id", flat=True)), by)
    undo_with("end_factor_demand", role=role)
    return DemandChanged(role=role)


@action("access.manage")
def end_factor_demand(role: Line, *, by: Actor) -> DemandChanged:
    """This role needs no second factor any longer; who has one goes on using it."""
    found = FactorDemand.objects.filter(role=role, ended_at=None).first()
    if found is None:
        raise Refused("This role needs no second factor.", field="role")
    refuse_above(permissions_of([role], in_force()), by)
    amend(found, ended_at=clock.now())
    undo_with("demand_factor", role=role)
    return DemandChanged(role=role)


@action(
    "access.manage",
    no_undo="They set up their factors again at the next sign-in.",
    needs_proof=True,
)
def reset_factors(user: UUID, *, by: Actor) -> FactorsReset:
    """Remove every second factor of somebody who lost them: passkeys, app, recovery codes.

    The password alone lets them in then, unless their role needs a factor: they set one up first.
    """
    found = get_user(user)
    give(may_of(user), by, user=found)
    end_all(found)
    return FactorsReset(user=found.id)
