"""Whom the desk dealt with lately."""

from caredesk.kernel import clock
from caredesk.kernel.actor import Actor
from caredesk.kernel.looks import seen
from caredesk.people.models import Patient
from caredesk.people.queries.search import FoundPatient, read_found
from caredesk.practice.queries import zone_of


def recently_seen(viewer: Actor, limit: int = 10) -> list[FoundPatient]:
    """The patients last seen, the latest first; two statements."""
    numbers = list(
        Patient.objects.filter(last_seen_at__lte=clock.now(), withdrawn_at__isnull=True)
        .order_by("-last_seen_at")
        .values_list("number", flat=True)[:limit]
    )
    found = read_found(numbers, clock.today(zone_of(viewer)))
    seen(viewer, [each.id for each in found])
    return found
