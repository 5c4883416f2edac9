"""What stands in the way of taking time: the hard stop, and the soft ones with their reasons."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection

from caredesk.kernel.actor import Actor
from caredesk.kernel.barred import barred
from caredesk.kernel.errors import Busy, NeedsReason, Refused
from caredesk.kernel.looks import seen
from caredesk.practice.queries import zone_of

from .diary import Entry
from .models import Appointment, Participant
from .plans import Plan
from .taking import Taken, Taking, free_lane
from .times import alternatives
from .words import clock_at, when_words

_A_MOMENT_AGO = "This time was taken a moment ago."


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why somebody goes on past a soft stop; empty where they were not asked."""

    availability: str = ""
    overlap: str = ""
    overbook: str = ""


@dataclass(slots=True)
class Passed:
    """The soft stops that were passed: code, reason and the facts that were shown."""

    overbook_reason: str = ""
    stops: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)


def pass_stops(plan: Plan, taken: Taken, reasons: Reasons, by: Actor) -> Passed:
    """Raise the first stop that holds; those passed with a reason are returned."""
    passed = Passed()
    if taken.conflicts:
        if not reasons.overbook:
            raise busy(plan, taken, by)
        _overbook(plan, taken, by)
        passed.overbook_reason = reasons.overbook
    for other in not_hidden(taken.diary.own_visits, by)[:1]:
        kept = {"appointment": str(other)}
        _soft_stop(passed, own_overlap(other, by), reasons.overlap, kept)
    if taken.closed:
        labels = [taking.resource.label for taking in taken.closed]
        unasked = _unasked(plan, taken)
        _soft_stop(passed, outside_availability(labels, unasked), reasons.availability)
    return passed


def _soft_stop(
    passed: Passed, stop: NeedsReason, reason: str, kept: Mapping[str, Any] | None = None
) -> None:
    """`kept` is stored with what was told."""
    if not reason:
        raise stop
    passed.stops.append((stop.code, reason, {**stop.facts, **(kept or {})}))


def not_hidden(visits: Iterable[UUID], by: Actor) -> list[UUID]:
    """Without those that are not there for `by`: nothing stops what one cannot know of."""
    unseen = barred(by)
    return [id for id in visits if not unseen.hides(id)]


def own_overlap(id: UUID, by: Actor) -> NeedsReason:
    """That the patient has another visit at the same time, and which."""
    rows = Appointment.objects.select_related("visit_type", "site")
    other, unseen = rows.get(pk=id), barred(by)
    participants = Participant.objects.filter(
        appointment=other, patient__isnull=False, ended_at__isnull=True
    )
    patients = set(participants.values_list("patient__identity", flat=True))
    seen(by, [each for each in patients if each not in unseen])
    if other.id in unseen or any(each in unseen for each in patients):
        return _restricted_overlap(other)
    visit_type = other.visit_type.name if other.visit_type else ""
    site = other.site.name if other.site else ""
    when = f"{when_words(other.starts_at, other.zone)} to {clock_at(other.ends_at, other.zone)}"
    facts = {
        "appointment": str(other.id),
        "visit_type": visit_type,
        "starts_at": other.starts_at.isoformat(),
        "ends_at": other.ends_at.isoformat(),
        "site": site,
        "words": f"{visit_type or 'Visit'}, {when}" + (f" at {site}" if site else ""),
    }
    return NeedsReason(
        f"The patient already has a visit then: {facts['words']}.",
        field="overlap_reason",
        code="own_overlap",
        facts=facts,
    )


def _restricted_overlap(other: Appointment) -> NeedsReason:
    """The same of a visit that is restricted: when it is, and nothing else."""
    when = f"{when_words(other.starts_at, other.zone)} to {clock_at(other.ends_at, other.zone)}"
    return NeedsReason(
        f"The patient already has a visit then: {when}.",
        field="overlap_reason",
        code="own_overlap",
        facts={"starts_at": other.starts_at.isoformat(), "words": f"Restricted visit, {when}"},
    )


def _unasked(plan: Plan, taken: Taken) -> str:
    """The site whose people were looked through in vain, where nobody was asked for."""
    people = [taking for taking in taken.closed if taking.need.kind == "practitioner"]
    asked = any(taking.resource.id in plan.asked_for for taking in people)
    return taken.visit.site.name if people and not asked else ""


def outside_availability(labels: Sequence[str], searched: str = "") -> NeedsReason:
    """That these are not open then, and (with the site searched) that nobody else is."""
    facts = {"resources": list(labels), "words": f"{', '.join(labels)}: not open then"}
    nobody = f"Nobody at {searched} is free within hours then. " if searched else ""
    return NeedsReason(
        f"{nobody}This is outside the hours of {', '.join(labels)}.",
        field="availability_reason",
        code="outside_availability",
        facts=facts,
    )


def _overbook(plan: Plan, taken: Taken, by: Actor) -> None:
    if not by.may("scheduling.overbook"):
        raise Refused(
            "You may not overbook.", forbidden=True, next_step="Ask your practice manager."
        )
    for taking in taken.takings:
        if taking.resource.id not in taken.conflicts:
            continue
        lane = free_lane(taken, taking)
        if lane is None:
            full = f"{taking.resource.label} is overbooked already."
            raise busy(plan, taken, by, full if taking.resource.lanes > 1 else "")
        taking.lane = lane


_WHO = """SELECT r.label, coalesce(h.by_label, a.booked_by_label), h.by, h.expires_at
FROM scheduling_booking b JOIN scheduling_resource r ON r.id = b.resource_id
LEFT JOIN scheduling_hold h ON h.id = b.hold_id
LEFT JOIN scheduling_appointment a ON a.id = b.appointment_id
WHERE b.id = %s"""


def who_has(entry: Entry, viewer: Actor) -> str:
    """What stands in the way, and who put it there; never whose visit it is."""
    with connection.cursor() as cursor:
        cursor.execute(_WHO, [entry.id])
        row = cursor.fetchone()
    if row is None:
        return _A_MOMENT_AGO
    label, who, held_by, until = row
    if held_by == viewer.id:
        return f"{label} is held then, by you until {clock_at(until, zone_of(viewer))}."
    return f"{label} is {'held' if held_by else 'booked'} then, by {who}."


def busy(plan: Plan, taken: Taken, by: Actor, message: str = "") -> Busy:
    """What others did, and the nearest three times: looked for once the locks are given back."""

    def look(answer: Busy) -> None:
        answer.message = message or _what_is_taken(plan, taken, by)
        answer.alternatives = alternatives(plan, taken.visit)

    return Busy(message or _A_MOMENT_AGO, field="starts_at", look=look)


def _what_is_taken(plan: Plan, taken: Taken, by: Actor) -> str:
    """Who was asked for is named, with who was first, and so is a thing of which there is one.

    Of the others one hears that none is free.
    """
    lost = [taking for taking in taken.takings if taking.resource.id in taken.conflicts]
    if not lost:
        return _A_MOMENT_AGO
    for taking in lost:
        if taking.resource.id in plan.asked_for or _is_the_only_thing(taking, taken):
            return who_has(taken.conflicts[taking.resource.id][0], by)
    need = lost[0].need
    if need.kind == "practitioner":
        return "Nobody who will do is free then."
    return f"No {need.words} is free then."


def _is_the_only_thing(taking: Taking, taken: Taken) -> bool:
    is_thing = taking.need.kind != "practitioner"
    return is_thing and len(taking.need.at(taken.visit.site.id)) == 1
