"""What the nightly look for unusual access reads: a day of the log, names, addresses.

It shows nobody anything: what is found is shown on the page of findings, and recorded there.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from caredesk.access.models import User
from caredesk.kernel.clock import zone_named
from caredesk.people.models import Address, Patient
from caredesk.privacy.access_log.models import AccessDay, AccessReview, OwnRecord, UnusualAccess
from caredesk.privacy.access_log.queries.pages import done_beside_the_chart, of_the_chart
from caredesk.privacy.access_log.rules.period import ends, starts
from caredesk.privacy.access_log.rules.unusual import (
    LOOKED_BACK,
    QUIET_AFTER_JUSTIFIED,
    QUIET_WHILE_OPEN,
    Name,
    WorkDay,
    address_key,
    name_of,
)
from caredesk.workforce.models import Practitioner

# The pages about one patient show them first; who only stood in a list was not opened.
_VIEWINGS = """
SELECT e.actor, p.identity_id, count(*), (array_agg(e.id ORDER BY e.at, e.id))[1],
  array_agg(DISTINCT extract(hour FROM e.at AT TIME ZONE %(zone)s)::int),
  bool_or(e.kind = 'change')
FROM audit_entry e JOIN people_patient p ON p.id = e.subjects[1]
JOIN access_user u ON u.id = e.actor
WHERE e.at >= %(since)s AND e.at < %(until)s AND e.actor_kind = 'user'
  AND ((e.kind = 'change' AND e.name <> ALL(%(beside)s))
    OR (e.kind IN ('look', 'print', 'download') AND e.name = ANY(%(pages)s)))
GROUP BY e.actor, p.identity_id ORDER BY e.actor, p.identity_id
"""


@dataclass(frozen=True, slots=True)
class Viewing:
    """That somebody opened a patient on a day: how often, first by which entry, in which hours."""

    user: UUID
    patient: UUID
    times: int
    first_entry: UUID
    hours: frozenset[int]
    has_changed: bool


@dataclass(frozen=True, slots=True)
class OnePatient:
    """As far as a rule asks: the names and the places where they live."""

    name: Name
    addresses: frozenset[str]


def viewings(day: date, zone: str) -> list[Viewing]:
    """Who opened whom on a day of the practice's clock; one statement over that day alone."""
    wall = zone_named(zone)
    about: dict[str, Any] = {
        "zone": zone,
        "since": starts(day, wall),
        "until": ends(day, wall),
        "pages": sorted(of_the_chart()),
        "beside": sorted(done_beside_the_chart()),
    }
    with connection.cursor() as cursor:
        cursor.execute(_VIEWINGS, about)
        return [
            Viewing(user, patient, times, entry, frozenset(hours), changed)
            for user, patient, times, entry, hours, changed in cursor.fetchall()
        ]


def earlier_days(users: Iterable[UUID], day: date) -> dict[UUID, list[WorkDay]]:
    """What each of them did on the days before, as far back as one looks."""
    rows = AccessDay.objects.filter(
        user__in=set(users), day__lt=day, day__gte=day - LOOKED_BACK
    ).order_by("day")
    found: dict[UUID, list[WorkDay]] = {}
    for row in rows:
        work = WorkDay(row.charts, frozenset(row.hours), row.day.weekday())
        found.setdefault(row.user_id, []).append(work)
    return found


def last_looked_at() -> date | None:
    """The last day of which it is known who did how much."""
    return AccessDay.objects.order_by("-day").values_list("day", flat=True).first()


def names_of_users() -> dict[UUID, Name]:
    """Everybody who may sign in; practitioners by the name they are kept under."""
    rows = User.objects.filter(is_active=True).values_list("id", "name")
    known = {id: name_of(name) for id, name in rows}
    for each in Practitioner.objects.filter(user__in=known):
        if each.user_id is not None:
            known[each.user_id] = Name(each.given, each.family)
    return known


def own_records() -> dict[UUID, UUID]:
    """Which patient somebody is who works here: the surviving record, by the user."""
    rows = OwnRecord.objects.filter(ended_at__isnull=True)
    return dict(rows.values_list("user_id", "patient__identity_id"))


def patients(ids: Iterable[UUID]) -> dict[UUID, OnePatient]:
    """The surviving records by their ids."""
    wanted = set(ids)
    rows = Patient.objects.filter(id__in=wanted)
    names = {
        each.id: Name(each.preferred_name or each.given, each.family, each.former_family)
        for each in rows
    }
    places: dict[UUID, set[str]] = {}
    lived = Address.objects.filter(patient__identity__in=wanted, ended_at__isnull=True)
    for identity, *written in lived.values_list(
        "patient__identity_id", "line1", "city", "postal_code"
    ):
        places.setdefault(identity, set()).add(address_key(*written))
    return {
        id: OnePatient(name, frozenset(places.get(id, set()) - {""})) for id, name in names.items()
    }


def bearers(family: str) -> int:
    """How many patients bear this family name now."""
    return Patient.objects.filter(family__iexact=family, withdrawn_at__isnull=True).count()


def count_patients() -> int:
    """About how many there are, as the database counts them itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT greatest(reltuples, 0)::bigint FROM pg_class "
            "WHERE oid = 'people_patient'::regclass"
        )
        return int(cursor.fetchone()[0])


def is_quiet(user: UUID, patient: UUID | None, rule: str, day: date) -> bool:
    """Whether the same was found before, and is open still or was found justified lately."""
    same = UnusualAccess.objects.filter(user=user, patient=patient, rule=rule)
    standing = AccessReview.objects.filter(withdrawn_at__isnull=True, finding__in=same)
    if (
        patient is not None
        and standing.filter(justified=True, finding__day__gte=day - QUIET_AFTER_JUSTIFIED).exists()
    ):
        return True
    reviewed = standing.values("finding")
    return (
        same.filter(Q(day=day) | Q(day__gte=day - QUIET_WHILE_OPEN, patient__isnull=False))
        .exclude(~Q(day=day) & Q(id__in=reviewed))
        .exists()
    )
