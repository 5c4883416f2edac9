"""Who can sign in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db.models import Prefetch

from caredesk.access.adaptations import in_force
from caredesk.access.credentials import username_as_kept
from caredesk.access.models import RoleGrant, User
from caredesk.access.rules import ROLES, permissions_of
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Missing, Refused


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


def colleagues(viewer: Actor) -> list[tuple[UUID, str]]:
    """Everybody else who can sign in, by name; one statement."""
    rows = User.objects.filter(is_active=True).exclude(pk=viewer.id).order_by("name", "id")
    return list(rows.values_list("id", "name"))


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


def refuse_unknown_circle(
    users: Sequence[UUID], roles: Sequence[str]
) -> tuple[list[UUID], list[str]]:
    """Users and roles that are named together, each once; refused where one is not known."""
    known = set(User.objects.filter(pk__in=users).values_list("id", flat=True))
    if known != set(users):
        raise Missing("user", next_step="Reload the page and choose again.")
    if unknown := sorted(set(roles) - set(ROLES)):
        raise Refused(
            f"There is no role {', '.join(unknown)}.",
            field="roles",
            next_step=f"Choose from these: {', '.join(ROLES)}.",
        )
    return sorted(known), sorted(set(roles))


def names_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of these users; one statement, none for nobody."""
    wanted = list(ids)
    return dict(User.objects.filter(pk__in=wanted).values_list("id", "name")) if wanted else {}


def holders_of(permission: str) -> list[UUID]:
    """The users who may do this now."""
    adapted = in_force()
    roles = [role for role in ROLES if permission in permissions_of([role], adapted)]
    rows = RoleGrant.objects.filter(role__in=roles, ended_at__isnull=True, user__is_active=True)
    return sorted(set(rows.values_list("user_id", flat=True)))
