"""What is done to users."""

from uuid import UUID

from django.contrib.auth.hashers import make_password
from pydantic import BaseModel

from caredesk.access.credentials import Secret, Username
from caredesk.access.models import RoleGrant, User
from caredesk.access.rules import ROLES
from caredesk.kernel.action import action, undo_with
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import amend, insert, insert_many
from caredesk.kernel.errors import Missing, Refused
from caredesk.kernel.text import Line


class UserAdded(BaseModel):
    user: UUID


@action("access.manage")
def add_user(
    username: Username,
    name: Line,
    password: Secret,
    roles: list[str],
    demo: bool = False,
    *,
    by: Actor,
) -> UserAdded:
    """Add a user with a password and roles."""
    _check_roles(roles)
    if User.objects.filter(username=username).exists():
        raise Refused(
            "This name is taken.", field="username", next_step="Choose another sign-in name."
        )
    user = User(username=username, name=name, password=make_password(password), demo=demo)
    insert(user)
    insert_many([RoleGrant(user=user, role=role, granted_by=by.id) for role in sorted(set(roles))])
    undo_with("deactivate_user", user=user.id)
    return UserAdded(user=user.id)


@action("access.manage")
def deactivate_user(user: UUID, *, by: Actor) -> UserAdded:
    """End a user's access. What the user did stays on record."""
    found = _get_user(user)
    if found.id == by.id:
        raise Refused("You cannot end your own access.", next_step="Ask another manager.")
    amend(found, is_active=False)
    undo_with("reactivate_user", user=found.id)
    return UserAdded(user=found.id)


@action("access.manage")
def reactivate_user(user: UUID, *, by: Actor) -> UserAdded:
    """Give a user access again."""
    found = _get_user(user)
    amend(found, is_active=True)
    undo_with("deactivate_user", user=found.id)
    return UserAdded(user=found.id)


def _get_user(user: UUID) -> User:
    found = User.objects.select_for_update().filter(pk=user).first()
    if found is None:
        raise Missing("user")
    return found


def _check_roles(roles: list[str]) -> None:
    unknown = sorted(set(roles) - set(ROLES))
    if unknown or not roles:
        raise Refused(
            f"Choose from these roles: {', '.join(ROLES)}.",
            field="roles",
            next_step="Give at least one.",
        )
