"""What one sets and ends: the PIN, the idle times, sessions."""

from typing import Annotated
from uuid import UUID

from django.contrib.auth.hashers import make_password
from pydantic import AfterValidator, BaseModel, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from caredesk.access.locking import state
from caredesk.access.locking.models import IdleLimit, Pin
from caredesk.access.locking.queries import SessionLine, own_sessions, sessions_of
from caredesk.access.locking.rules import (
    LONGEST,
    OTHERWISE,
    SHORTEST,
    USUAL_MINUTES,
    what_is_wrong_with,
)
from caredesk.access.models import User
from caredesk.access.rules import ROLES
from caredesk.access.wider.checks import may_of, refuse_above
from caredesk.kernel import clock
from caredesk.kernel.action import action, undo_with
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import amend, insert, note
from caredesk.kernel.errors import Missing, Refused


class PinSet(BaseModel):
    user: UUID


class IdleLimitSet(BaseModel):
    role: str
    minutes: int


class SessionsEnded(BaseModel):
    """How many ended. They are refused at once, on the live channel within two seconds."""

    ended: int


def _choose(pin: str) -> str:
    if wrong := what_is_wrong_with(pin):
        raise PydanticCustomError("pin", "{wrong}", {"wrong": wrong})
    return pin


NewPin = Annotated[
    str,
    AfterValidator(_choose),
    WithJsonSchema({"type": "string", "format": "password", "pattern": "^[0-9]{4,8}$"}),
]


@action("access.own_session", no_undo="Set another PIN, or take it back.", internal=True)
def set_own_pin(pin: NewPin, *, by: Actor) -> PinSet:
    """Set the PIN that unlocks one's own screen. The page asks for the password before."""
    user = User.objects.select_for_update().filter(pk=by.id).first()
    if user is None:
        raise Missing("user")
    found = Pin.objects.filter(user=user).first()
    if found is None:
        insert(Pin(user=user, secret=make_password(pin)))
    else:
        # What was tried of the former says nothing of this one.
        changed = {"secret": make_password(pin), "set_at": clock.now()}
        amend(found, **changed, failures=0, failing_since=None)
    return PinSet(user=user.id)


@action("access.own_session", no_undo="Set a PIN again instead.")
def remove_own_pin(*, by: Actor) -> PinSet:
    """Take one's PIN back: the password unlocks the screen then."""
    found = Pin.objects.select_for_update().filter(user=by.id).exclude(secret="").first()
    if found is None:
        raise Refused("You have no PIN.", next_step="Nothing is to do.")
    amend(found, secret="")
    return PinSet(user=by.id)


@action("access.manage")
def set_idle_limit(
    role: str, minutes: Annotated[int, Field(ge=SHORTEST, le=LONGEST)], *, by: Actor
) -> IdleLimitSet:
    """Say after how many idle minutes the screens of a role are covered."""
    if role not in ROLES:
        raise Refused(f"Choose from these roles: {', '.join(ROLES)}.", field="role")
    found = IdleLimit.objects.select_for_update().filter(role=role).first()
    former = found.minutes if found else USUAL_MINUTES.get(role, OTHERWISE)
    if found is None:
        insert(IdleLimit(role=role, minutes=minutes))
    else:
        amend(found, minutes=minutes)
    undo_with("set_idle_limit", role=role, minutes=former)
    return IdleLimitSet(role=role, minutes=minutes)


@action("access.own_session", no_undo="Sign in there again instead.")
def end_own_session(session: UUID, *, by: Actor) -> SessionsEnded:
    """End one of one's own sessions, here or elsewhere."""
    found = [each for each in own_sessions(by) if each.id == session]
    if not found:
        raise Missing("session", next_step="It may have ended already.")
    return _end(found)


@action("access.own_session", no_undo="Sign in there again instead.")
def end_own_other_sessions(*, by: Actor) -> SessionsEnded:
    """End all of one's own sessions but the one that asks."""
    return _end([each for each in own_sessions(by) if each.id != by.session])


@action("access.manage", no_undo="The user may sign in again.")
def end_sessions_of(user: UUID, *, by: Actor) -> SessionsEnded:
    """End all sessions of a user, wherever they are."""
    _, found = sessions_of(by, user)
    refuse_above(may_of(user), by)
    return _end(found)


def _end(lines: list[SessionLine]) -> SessionsEnded:
    for each in lines:
        note("access_session", each.id, was={"user_id": str(each.user), "browser": each.browser})
    state.end([each.id for each in lines])
    return SessionsEnded(ended=len(lines))
