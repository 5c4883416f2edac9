"""A practice stays manageable: somebody is always left who can let people in.

Asked after the change and before it is committed, one after the other: not even two at once may
end one another.
"""

from collections import defaultdict
from uuid import UUID

from django.db import connection

from caredesk.access.adaptations import in_force
from caredesk.access.models import RoleGrant
from caredesk.access.rules import manages

_MANAGERS = 7_201_544_127


def lock() -> None:
    """Whoever changes who manages waits for who does so already."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_MANAGERS])


def managers(*, demo: bool) -> set[UUID]:
    """Who can manage the practice now; demo users count for a demo practice only."""
    adapted = in_force()
    held = RoleGrant.objects.filter(
        ended_at__isnull=True, user__is_active=True, user__demo=demo
    ).values_list("user_id", "role")
    roles: dict[UUID, set[str]] = defaultdict(set)
    for user, role in held:
        roles[user].add(role)
    return {user for user, of in roles.items() if manages(of, adapted)}
