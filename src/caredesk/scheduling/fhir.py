"""Visits, to and from FHIR encounters."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any, Literal
from zoneinfo import ZoneInfo

from caredesk.kernel import clock
from caredesk.scheduling.models import Appointment, AppointmentIdentifier
from caredesk.wire.fhir.datatypes import AsSent, Identifier, Period, Reference, words
from caredesk.wire.fhir.dates import Moment
from caredesk.wire.fhir.encounter import Encounter, EncounterParticipant

_NOT_OVER = ("arrived", "triaged", "in-progress", "onleave")
_STATUS = {
    "booked": "planned",
    "confirmed": "planned",
    "arrived": "arrived",
    "in_room": "in-progress",
    "with_practitioner": "in-progress",
    "done": "finished",
    "left": "finished",
    "no_show": "cancelled",
    "cancelled": "cancelled",
    "withdrawn": "entered-in-error",
}


@dataclass(frozen=True, slots=True)
class SentVisit:
    """A visit that took place, as another system sent it. `codes` are as sent, each named."""

    starts_at: datetime
    ends_at: datetime
    state: Literal["done", "cancelled"]
    reason: str
    codes: tuple[dict[str, Any], ...]


class NotKept(Exception):  # noqa: N818
    """An encounter that becomes no visit here: which element says so, and why."""

    def __init__(self, element: str, message: str, *, wrong: bool) -> None:
        super().__init__(message)
        self.element, self.message, self.wrong = element, message, wrong


def read_visit(sent: Encounter, zone: str, now: datetime) -> SentVisit:
    """The visit that an encounter was, in the wall time of `zone`; NotKept where it was none."""
    _check_status(sent.status)
    period = sent.period or Period()
    starts_at = _instant(period.start, "period.start", zone)
    if starts_at is None:
        raise NotKept("period", "a visit needs its start", wrong=True)
    if starts_at > now:
        raise NotKept("period.start", f"has the status {sent.status}, but begins later", wrong=True)
    ends_at = _instant(period.end, "period.end", zone) or starts_at
    return SentVisit(
        starts_at=starts_at,
        ends_at=max(starts_at, ends_at),
        state="cancelled" if sent.status == "cancelled" else "done",
        reason=_reason(sent),
        codes=tuple(_codes(sent)),
    )


def _check_status(status: str) -> None:
    if status == "entered-in-error":
        raise NotKept("status", "was entered in error", wrong=False)
    if status == "planned":
        raise NotKept("status", "is planned; what lies ahead is booked, not imported", wrong=False)
    if status in _NOT_OVER:
        raise NotKept("status", f"is not over ({status}); send it again then", wrong=False)


def _instant(moment: Moment | None, element: str, zone: str) -> datetime | None:
    """An instant in the wall time of `zone`; of a plain date its first moment there."""
    if moment is None:
        return None
    local = ZoneInfo(zone)
    if isinstance(moment, datetime):
        return moment.astimezone(local)
    if moment.precision != "day":
        raise NotKept(element, f"'{moment}' does not say the day", wrong=True)
    return datetime.combine(moment.first, time.min, local).astimezone(UTC).astimezone(local)


def _reason(sent: Encounter) -> str:
    said = (words(each) for each in (*sent.reasons, *sent.types))
    return next((each for each in said if each), "")[:200]


def _codes(sent: Encounter) -> Iterable[dict[str, Any]]:
    if sent.encounter_class is not None:
        yield {"element": "class", "coding": [dict(sent.encounter_class)]}
    for element, concepts in (
        ("type", sent.types),
        ("serviceType", _one(sent.service_type)),
        ("priority", _one(sent.priority)),
        ("reasonCode", sent.reasons),
    ):
        for concept in concepts:
            yield {"element": element, **concept}
    if sent.hospitalization is not None:
        yield {"element": "hospitalization", "value": dict(sent.hospitalization)}


def _one(concept: AsSent | None) -> tuple[AsSent, ...]:
    return () if concept is None else (concept,)


def print_visit(
    kept: Appointment,
    patient: Reference,
    practitioners: Iterable[Reference] = (),
    identifiers: Iterable[AppointmentIdentifier] = (),
    service_provider: Reference | None = None,
) -> Encounter:
    """A visit of ours as an encounter, in its own wall time, with the codes as they came."""
    local = clock.zone_named(kept.zone)
    return Encounter(
        id=str(kept.id),
        status=_STATUS[kept.state],
        subject=patient,
        period=Period(kept.starts_at.astimezone(local), kept.ends_at.astimezone(local)),
        identifiers=tuple(Identifier(each.system, each.value) for each in identifiers),
        encounter_class=next((each["coding"][0] for each in _named(kept, "class")), None),
        types=_named(kept, "type"),
        service_type=next(iter(_named(kept, "serviceType")), None),
        priority=next(iter(_named(kept, "priority")), None),
        reasons=_named(kept, "reasonCode"),
        hospitalization=next((each["value"] for each in _named(kept, "hospitalization")), None),
        participants=tuple(EncounterParticipant(each) for each in practitioners),
        service_provider=service_provider,
    )


def _named(kept: Appointment, element: str) -> tuple[dict[str, Any], ...]:
    return tuple(
        {name: value for name, value in code.items() if name != "element"}
        for code in kept.codes
        if code.get("element") == element
    )
