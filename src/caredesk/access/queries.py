"""Who can sign in."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db.models import Prefetch

from caredesk.access.credentials import username_as_kept
from caredesk.access.models import RoleGrant, User
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Missing


@dataclass(frozen=True, slots=True)
class UserLine:
    """A user for lists, with the roles held now."""

    id: UUID
    username: str
    name: str
    roles: tuple[str, ...]
    is_active: bool


def users(viewer: Actor) -> list[UserLine]:
    """Everybody who has or had access, by name."""
    held = RoleGrant.objects.filter(ended_at__isnull=True).order_by("role")
    rows = User.objects.prefetch_related(Prefetch("grants", held)).order_by("username")
    return [
        UserLine(
            row.id,
            row.username,
            row.name,
            tuple(grant.role for grant in row.grants.all()),
            row.is_active,
        )
        for row in rows
    ]


def find_user(viewer: Actor, username: str) -> UUID:
    """The user who signs in with this name."""
    found = User.objects.filter(username=username_as_kept(username)).first()
    if found is None:
        raise Missing("user", next_step="`caredesk user list` names them all.")
    return found.id


def anybody_can_sign_in() -> bool:
    """Whether a user is there who would be let in, with something to do."""
    held = RoleGrant.objects.filter(ended_at__isnull=True, user__is_active=True)
    if not settings.CAREDESK_DEMO_SIGN_INS:
        held = held.filter(user__demo=False)
    return held.exists()
