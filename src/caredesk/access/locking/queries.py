"""Which sessions there are. One's own, those of this browser, and for the manager a user's."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from caredesk.access.locking.models import IdleLimit, Pin
from caredesk.access.locking.rules import OTHERWISE, USUAL_MINUTES
from caredesk.access.models import User
from caredesk.access.rules import ROLES
from caredesk.access.sessions import STANDS, longest
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Missing

_SESSIONS = f"""SELECT s.public_id, u.id, u.name, s.browser, s.address, now() - s.signed_in_at,
 now() - s.active_at, s.locked_at IS NOT NULL
FROM access_session s JOIN access_user u ON u.id = s.user_id AND u.is_active
 AND (%s OR NOT u.demo)
WHERE {STANDS} AND """
_BY_LAST_USE = " ORDER BY s.active_at DESC, s.public_id"


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session for lists. Its times are durations: the database's clock counted them."""

    id: UUID
    user: UUID
    name: str
    browser: str
    address: str
    signed_in: timedelta
    idle: timedelta
    is_locked: bool


@dataclass(frozen=True, slots=True)
class RoleLimit:
    """After how many idle minutes a role's screens are covered."""

    role: str
    minutes: int
    usual: int

    @property
    def words(self) -> str:
        """The role as one says it: theatre nurse."""
        return self.role.replace("_", " ")


def own_sessions(viewer: Actor) -> list[SessionLine]:
    """Where one is signed in, the one last used first."""
    return _read("s.user_id = %s", viewer.id)


def sessions_of(viewer: Actor, user: UUID) -> tuple[str, list[SessionLine]]:
    """A user's name and sessions, for who manages access."""
    found = User.objects.filter(pk=user).first() if viewer.may("access.manage") else None
    if found is None:
        raise Missing("user")
    return found.name, _read("s.user_id = %s", user)


def aside_at(seat: str) -> list[SessionLine]:
    """The locked ones of one browser: whoever sits there sees their names, and nothing else."""
    return _read("s.locked_at IS NOT NULL AND s.seat = %s", seat) if seat else []


def has_pin(user: UUID) -> bool:
    return Pin.objects.filter(user=user).exclude(secret="").exists()


def idle_limits(viewer: Actor) -> list[RoleLimit]:
    """Every role with its idle time."""
    said = dict(IdleLimit.objects.values_list("role", "minutes"))
    usual = [(role, USUAL_MINUTES.get(role, OTHERWISE)) for role in ROLES]
    return [RoleLimit(role, said.get(role, minutes), minutes) for role, minutes in usual]


def _read(condition: str, value: Any) -> list[SessionLine]:
    with connection.cursor() as cursor:
        cursor.execute(
            _SESSIONS + condition + _BY_LAST_USE,
            [settings.CAREDESK_DEMO_SIGN_INS, longest(), value],
        )
        return [SessionLine(*row) for row in cursor.fetchall()]
