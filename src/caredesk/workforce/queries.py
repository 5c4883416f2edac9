"""Who the practitioners are."""

from collections.abc import Iterable
from uuid import UUID

from caredesk.workforce.models import Practitioner


def users_of(practitioners: Iterable[UUID]) -> list[UUID]:
    """The users that these practitioners sign in as, where they do; one statement."""
    rows = Practitioner.objects.filter(pk__in=list(practitioners), user__isnull=False)
    return sorted(set(rows.values_list("user_id", flat=True)))
