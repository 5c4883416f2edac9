"""What is done to users."""

from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db.models import QuerySet
from pydantic import BaseModel

from caredesk.access import managing
from caredesk.access.adaptations import in_force
from caredesk.access.credentials import Secret, Typed, Username, is_own_name
from caredesk.access.factors.models import OneTimePassword
from caredesk.access.factors.queries import is_demanded_for
from caredesk.access.factors.without import sign_out_without_factor
from caredesk.access.models import RoleGrant, User
from caredesk.access.rules import ROLES, manages, mixes, permissions_of, role_words
from caredesk.access.tokens.queries import open_programs_of
from caredesk.access.wider.checks import give, may_of, refuse_above, roles_of
from caredesk.kernel import clock
from caredesk.kernel.action import action, undo_with
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import amend, insert, insert_many
from caredesk.kernel.errors import Missing, Refused
from caredesk.kernel.text import Line


class UserAdded(BaseModel):
    user: UUID


class UserChanged(BaseModel):
    user: UUID


class UserEnded(UserChanged):
    """`programs` are those which the user let in and that go on: they are the practice's."""

    programs: int


@action("access.manage", needs_proof=True)
def add_user(
    username: Username,
    name: Line,
    password: Secret,
    roles: list[str],
    demo: bool = False,
    must_change: bool = False,
    *,
    by: Actor,
) -> UserAdded:
    """Add a user with a password and roles.

    With `must_change` the password is good for one sign-in, at which another is chosen.
    """
    _check_roles(roles)
    _refuse_own_name(password, username, name, "password")
    if User.objects.filter(username=username).exists():
        raise Refused(
            "This name is taken.", field="username", next_step="Choose another sign-in name."
        )
    user = User(username=username, name=name, password=make_password(password), demo=demo)
    insert(user)
    insert_many([RoleGrant(user=user, role=role, granted_by=by.id) for role in sorted(set(roles))])
    give(permissions_of(roles, in_force()), by, user=user)
    if must_change:
        insert(OneTimePassword(user=user, set_by=by.id))
    undo_with("end_user", user=user.id)
    return UserAdded(user=user.id)


@action("access.own_password", no_undo="Choose another password instead.", internal=True)
def change_own_password(current: Typed, new: Secret, *, by: Actor) -> UserChanged:
    """Choose another password for oneself; every session made with the former one ends."""
    user = get_user(by.id)
    if not check_password(current, user.password):
        raise Refused(
            "This is not your password.",
            field="current",
            next_step="Type the one you signed in with, or ask your practice manager for another.",
        )
    _choose(user, new)
    return UserChanged(user=user.id)


@action("access.own_factors", no_undo="Choose another password instead.", internal=True)
def replace_one_time_password(new: Secret, *, by: Actor) -> UserChanged:
    """Choose a password of one's own at the first sign-in with one that a manager has set."""
    user = get_user(by.id)
    if not _one_time(user).exists():
        raise Refused("Your password is your own already.", next_step="Change it in your account.")
    _choose(user, new)
    return UserChanged(user=user.id)


@action("access.manage", no_undo="Set another password instead.", needs_proof=True)
def set_password(
    user: UUID, password: Secret, must_change: bool = False, *, by: Actor
) -> UserChanged:
    """Give a user another password; every session made with the former one ends.

    With `must_change` it is good for one sign-in, at which another is chosen.
    """
    found = get_user(user)
    give(may_of(user), by, user=found)
    _refuse_own_name(password, found.username, found.name, "password")
    amend(found, password=make_password(password))
    _end_one_time(found)
    if must_change:
        insert(OneTimePassword(user=found, set_by=by.id))
    return UserChanged(user=found.id)


@action("access.manage", needs_proof=True)
def grant_role(user: UUID, role: Line, *, by: Actor) -> UserChanged:
    """Give a user one more role.

    Where it demands a second factor and they have none, they are signed out: they set one up at
    the next sign-in.
    """
    found = get_user(user)
    if _grants(role).filter(user=found).exists():
        raise Refused(f"{found.name} has this role.", field="role", next_step="Nothing is to do.")
    _check_roles([role], held=roles_of(user))
    _refuse_widening_oneself(found, role, by)
    give(may_of(user, role), by, user=found, role=role)
    insert(RoleGrant(user=found, role=role, granted_by=by.id))
    if is_demanded_for(role):
        sign_out_without_factor({found.id}, by)
    undo_with("end_role", user=found.id, role=role)
    return UserChanged(user=found.id)


@action("access.manage")
def end_role(user: UUID, role: Line, *, by: Actor) -> UserChanged:
    """End a user's role. That it was held, and until when, stays on record."""
    found = get_user(user)
    grant = _grants(role).filter(user=found).first()
    if grant is None:
        raise Refused(
            f"{found.name} does not have this role.", field="role", next_step="Nothing is to do."
        )
    refuse_above(may_of(user), by)
    managing.lock()
    managed = _manages(found)
    amend(grant, ended_at=clock.now())
    if managed:
        _refuse_last_manager(found)
    undo_with("grant_role", user=found.id, role=role)
    return UserChanged(user=found.id)


@action("access.manage")
def end_user(user: UUID, *, by: Actor) -> UserEnded:
    """End a user's access. What the user did stays on record, the programs they let in go on."""
    found = get_user(user)
    if found.id == by.id:
        raise Refused("You cannot end your own access.", next_step="Ask another manager.")
    refuse_above(may_of(user), by)
    managing.lock()
    managed = _manages(found)
    amend(found, is_active=False)
    if managed:
        _refuse_last_manager(found)
    undo_with("restore_user", user=found.id)
    return UserEnded(user=found.id, programs=open_programs_of(found.id).count())


@action("access.manage", needs_proof=True)
def restore_user(user: UUID, *, by: Actor) -> UserChanged:
    """Give a user whose access was ended the same access again."""
    found = get_user(user)
    give(may_of(user), by, user=found)
    amend(found, is_active=True)
    undo_with("end_user", user=found.id)
    return UserChanged(user=found.id)


def _choose(user: User, new: str) -> None:
    """A password that its owner has chosen, and nobody else knows."""
    _refuse_own_name(new, user.username, user.name, "new")
    if check_password(new, user.password):
        raise Refused(
            "This is the password you have now.", field="new", next_step="Choose another."
        )
    amend(user, password=make_password(new))
    _end_one_time(user)


def _one_time(user: User) -> QuerySet[OneTimePassword]:
    return OneTimePassword.objects.filter(user=user, ended_at=None)


def _end_one_time(user: User) -> None:
    for each in _one_time(user):
        amend(each, ended_at=clock.now())


def _refuse_own_name(password: str, username: str, name: str, field: str) -> None:
    if is_own_name(password, username, name):
        raise Refused(
            "This password is the name, or nearly: others try it first.",
            field=field,
            next_step="Take a short sentence that nobody connects with you.",
        )


def get_user(user: UUID) -> User:
    """The user's row, held until the action ends."""
    found = User.objects.select_for_update().filter(pk=user).first()
    if found is None:
        raise Missing("user")
    return found


def _grants(role: str) -> QuerySet[RoleGrant]:
    return RoleGrant.objects.filter(role=role, ended_at__isnull=True)


def _manages(user: User) -> bool:
    return manages(roles_of(user.id), in_force())


def _refuse_last_manager(left: User) -> None:
    if not managing.managers(demo=left.demo):
        raise Refused(
            f"{left.name} is the only one who can add users.",
            next_step="Make somebody else a manager first.",
        )


def _refuse_widening_oneself(user: User, role: str, by: Actor) -> None:
    """Who lets people in without seeing patients does not let themselves see patients."""
    if user.id == by.id and not permissions_of([role], in_force()) <= by.permissions:
        raise Refused(
            "This role may do more than you may, and nobody gives that to themselves.",
            field="role",
            next_step="Ask somebody else who manages access.",
        )


def _check_roles(roles: list[str], held: list[str] | None = None) -> None:
    unknown = sorted(set(roles) - set(ROLES))
    if unknown or not roles:
        raise Refused(
            f"Choose from these roles: {', '.join(ROLES)}.",
            field="roles",
            next_step="Give at least one.",
        )
    if mixes([*roles, *(held or [])]):
        words = " and ".join(role_words(each) for each in sorted({*roles, *(held or [])}))
        raise Refused(
            f"Nobody is {words} with one account: what patients may do is apart from the staff's.",
            field="roles",
            next_step="Add a second user for the other.",
        )
