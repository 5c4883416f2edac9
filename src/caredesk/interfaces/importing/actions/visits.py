"""Keeping visits that took place, found again however they were named."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from caredesk.interfaces.importing.models import Imported
from caredesk.interfaces.importing.origins import Origin
from caredesk.kernel import clock
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import amend, insert_many
from caredesk.kernel.dates import Instant
from caredesk.kernel.sent import AsSent
from caredesk.kernel.text import OptionalLine
from caredesk.people.actions import record_seen
from caredesk.scheduling.actions import correct_past_visit, record_past_visits
from caredesk.scheduling.actions.history import PastVisit, VisitIdentifier
from caredesk.scheduling.models import Appointment, AppointmentIdentifier


class ImportedVisit(BaseModel):
    """A visit as it was sent; `known` is the visit of ours that it became before."""

    origin: Origin
    starts_at: Instant
    ends_at: Instant
    identifiers: list[VisitIdentifier] = Field(min_length=1, max_length=20)
    state: Literal["done", "cancelled"] = "done"
    site: UUID | None = None
    outside_organization: UUID | None = None
    practitioners: list[UUID] = Field(default_factory=list)
    codes: list[AsSent] = Field(default_factory=list, max_length=100)
    reason: OptionalLine = ""
    known: UUID | None = None


class VisitsKept(BaseModel):
    """What became of visits, by their place among those given.

    `of_others` were another patient's until now; `left_out` are those of which another visit has
    an identifier.
    """

    of_others: list[int] = Field(default_factory=list)
    left_out: list[int] = Field(default_factory=list)


def keep_visits(patient: UUID, visits: Sequence[ImportedVisit], by: Actor) -> VisitsKept:
    """Record what is new, correct what is known and was sent differently."""
    kept = VisitsKept()
    if not visits:
        return kept
    same = _same_moment(patient, [each for each in visits if each.known is None])
    became: dict[int, UUID] = {}
    new: list[tuple[int, PastVisit]] = []
    for number, visit in enumerate(visits):
        known = visit.known or _take(same, visit)
        if known is None:
            new.append((number, _past(patient, visit)))
            continue
        became[number] = known
        corrected = correct_past_visit(appointment=known, visit=_past(patient, visit), by=by)
        if corrected.taken_from:
            kept.of_others.append(number)
    kept.left_out = _named_as_another(new)
    new = [each for each in new if each[0] not in kept.left_out]
    if new:
        recorded = record_past_visits(visits=[each for _, each in new], by=by)
        became |= {number: id for (number, _), id in zip(new, recorded.appointments, strict=True)}
    written = [(visits[number], id) for number, id in sorted(became.items())]
    _remember(written)
    took_place = [each.starts_at for each, _ in written if each.state == "done"]
    if took_place:
        record_seen(patient=patient, at=max(took_place), by=by)
    return kept


def _past(patient: UUID, visit: ImportedVisit) -> PastVisit:
    return PastVisit(
        patient=patient,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        identifiers=visit.identifiers,
        state=visit.state,
        site=visit.site,
        outside_organization=visit.outside_organization,
        practitioners=visit.practitioners,
        codes=visit.codes,
        reason=visit.reason,
    )


def _moment(visit: ImportedVisit) -> tuple[datetime, datetime]:
    return visit.starts_at, visit.ends_at


def _take(same: dict[tuple[datetime, datetime], list[UUID]], visit: ImportedVisit) -> UUID | None:
    """One of those at the same moment: each stands for one visit."""
    left = same.get(_moment(visit))
    return left.pop(0) if left else None


def _same_moment(
    patient: UUID, visits: Sequence[ImportedVisit]
) -> dict[tuple[datetime, datetime], list[UUID]]:
    """Visits of the patient at exactly the same moments, imported under other names.

    Some systems make up new names for their visits with every export.
    """
    if not visits:
        return {}
    rows = Appointment.objects.filter(
        participants__patient__identity=patient,
        participants__ended_at__isnull=True,
        starts_at__in=[each.starts_at for each in visits],
        visit_type__isnull=True,
    )
    named_now = {(i.system, i.value) for each in visits for i in each.identifiers}
    found: dict[tuple[datetime, datetime], list[UUID]] = {}
    for row in rows.prefetch_related("identifiers"):
        names = {(each.system, each.value) for each in row.identifiers.all()}
        if names and not names & named_now:
            found.setdefault((row.starts_at, row.ends_at), []).append(row.id)
    return found


def _named_as_another(new: Sequence[tuple[int, PastVisit]]) -> list[int]:
    """Which of these have an identifier of a visit that we have, or of one before them."""
    if not new:
        return []
    names = {number: {(i.system, i.value) for i in visit.identifiers} for number, visit in new}
    wanted = set().union(*names.values())
    rows = AppointmentIdentifier.objects.filter(
        system__in={system for system, _ in wanted}, value__in={value for _, value in wanted}
    )
    taken = set(rows.values_list("system", "value"))
    left_out = []
    for number, hers in names.items():
        if hers & taken:
            left_out.append(number)
        taken |= hers
    return left_out


def _remember(visits: Sequence[tuple[ImportedVisit, UUID]]) -> None:
    addresses = [each.origin.address for each, _ in visits]
    rows = Imported.objects.filter(kind="Encounter", address__in=addresses)
    before = {row.address: row for row in rows}
    now, new = clock.now(), []
    for visit, became in visits:
        origin, row = visit.origin, before.get(visit.origin.address)
        values = {
            "full_url": origin.full_url,
            "became": became,
            "digest": origin.digest,
            "content": origin.content,
        }
        if row is None:
            new.append(Imported(kind="Encounter", address=origin.address, at=now, **values))
        else:
            amend(row, at=now, **values)
    insert_many(new)
