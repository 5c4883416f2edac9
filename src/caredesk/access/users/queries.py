"""One user, as the manager's page shows it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from caredesk.access.factors.models import OneTimePassword
from caredesk.access.factors.queries import Factors, demanded_roles, factors_of
from caredesk.access.models import RoleGrant, User
from caredesk.access.rules import ROLES, role_words
from caredesk.access.tokens.queries import open_programs_of
from caredesk.access.waits.gate import longest_wait
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Missing


@dataclass(frozen=True, slots=True)
class UserDetails:
    """A user with the roles held now; `waits_until` is for who is at a computer not known yet.

    `programs` are those which they let in and that come in still.
    """

    id: UUID
    username: str
    name: str
    is_active: bool
    roles: tuple[str, ...]
    factors: Factors
    is_demanded: bool
    has_one_time_password: bool
    last_signed_in: datetime | None
    waits_until: datetime | None
    programs: int

    @property
    def named_roles(self) -> list[tuple[str, str]]:
        """Those held, each with its words."""
        return [(role, role_words(role)) for role in self.roles]

    @property
    def other_roles(self) -> list[str]:
        return [role for role in ROLES if role not in self.roles]


def get_user_details(viewer: Actor, user: UUID) -> UserDetails:
    found = User.objects.filter(pk=user).first()
    if found is None:
        raise Missing("user")
    held = RoleGrant.objects.filter(user=found, ended_at=None).order_by("role")
    roles = tuple(held.values_list("role", flat=True))
    return UserDetails(
        found.id,
        found.username,
        found.name,
        found.is_active,
        roles,
        factors_of(found.id),
        not demanded_roles().isdisjoint(roles),
        OneTimePassword.objects.filter(user=found, ended_at=None).exists(),
        found.last_login,
        longest_wait(found),
        open_programs_of(found.id).count(),
    )
