"""What this practice made of the roles: read by the session's own statement, and as a whole."""

from collections.abc import Iterable, Sequence

from caredesk.access.models import Adaptation
from caredesk.access.rules import Adapted

# Of the roles that `u` holds. In the session's statement, so that no page asks once more.
ADAPTED = """ARRAY(SELECT ARRAY[a.role, a.permission, a.is_given::text] FROM access_adaptation a
  JOIN access_rolegrant h ON h.role = a.role AND h.user_id = u.id AND h.ended_at IS NULL
  WHERE a.ended_at IS NULL)"""


def read_adapted(rows: Iterable[Sequence[str]]) -> list[Adapted]:
    """The rows of `ADAPTED`."""
    return [Adapted(role, permission, given == "true") for role, permission, given in rows]


def in_force() -> list[Adapted]:
    """All that holds now."""
    rows = Adaptation.objects.filter(ended_at__isnull=True)
    return [Adapted(*row) for row in rows.values_list("role", "permission", "is_given")]
