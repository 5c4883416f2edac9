"""Whom one dealt with lately."""

from caredesk.audit.queries import dealt_with_lately
from caredesk.kernel import clock
from caredesk.kernel.actor import Actor
from caredesk.kernel.barred import barred
from caredesk.kernel.looks import seen
from caredesk.people.models import Patient
from caredesk.people.queries.search import FoundPatient, read_found
from caredesk.practice.queries import zone_of

# The pages about one patient or one visit; not the lists, where one only passes by.
_PAGES = r":(patient|appointment|details|cancellation|times|new_time|new_appointment|visits)$"


def recently_seen(viewer: Actor, limit: int = 10) -> list[FoundPatient]:
    """Whom the viewer opened or dealt with, the latest first, then whom the desk saw last.

    Three statements, four where there is anybody of one's own.
    """
    unseen = barred(viewer)
    own = dealt_with_lately(viewer, _PAGES, limit)
    standing = Patient.objects.filter(withdrawn_at__isnull=True)
    if unseen:
        standing = standing.exclude(id__in=unseen.ids)
    by_id = dict(standing.filter(id__in=own).values_list("id", "number"))
    seen_last = standing.filter(last_seen_at__lte=clock.now()).order_by("-last_seen_at")
    numbers = [by_id[each] for each in own if each in by_id]
    numbers += seen_last.values_list("number", flat=True)[:limit]
    found = read_found(list(dict.fromkeys(numbers)), clock.today(zone_of(viewer)), unseen)[:limit]
    seen(viewer, [each.id for each in found])
    return found
