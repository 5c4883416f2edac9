"""Past visits that were sent differently the next time."""

from uuid import UUID

from pydantic import BaseModel

from caredesk.kernel import clock
from caredesk.kernel.action import about, action, refuse_if_barred
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import amend, insert_many
from caredesk.kernel.errors import Missing, Refused
from caredesk.people.models import Patient
from caredesk.practice.models import Site
from caredesk.scheduling.actions.history import (
    PastVisit,
    as_appointment,
    impossible_offsets,
)
from caredesk.scheduling.models import Appointment, AppointmentIdentifier, Participant

_SENT = (
    "site_id",
    "outside_organization_id",
    "starts_at",
    "ends_at",
    "wall_start",
    "zone",
    "state",
    "reason",
    "codes",
)


class Corrected(BaseModel):
    """The visit that is as it was sent now; `taken_from` are those who had it until now."""

    appointment: UUID
    taken_from: list[UUID] = []


@action("import.run", no_undo="What came from outside is kept as it came.")
def correct_past_visit(appointment: UUID, visit: PastVisit, *, by: Actor) -> Corrected:
    """Correct a visit that was recorded from outside; one that was booked here stays as it is."""
    problems = list(impossible_offsets(visit, "visit"))
    if problems:
        raise Refused("This visit cannot be kept.", problems=problems)
    found = Appointment.objects.select_for_update(no_key=True).filter(pk=appointment).first()
    if found is None:
        raise Missing("visit")
    refuse_if_barred(*_whose(found), what="visit")
    if found.visit_type_id is not None:
        raise Refused(
            "This visit was booked here.", next_step="Change it at the desk where it is wrong."
        )
    zones = dict(Site.objects.values_list("id", "time_zone"))
    wanted = as_appointment(visit, zones, by)
    amend(found, **{name: getattr(wanted, name) for name in _SENT})
    _correct_identifiers(found, visit)
    _correct_practitioners(found, visit)
    taken_from = _correct_patient(found, visit)
    about(visit.patient, *taken_from)
    return Corrected(appointment=found.id, taken_from=taken_from)


def _whose(found: Appointment) -> list[UUID | None]:
    rows = found.participants.filter(patient__isnull=False, ended_at__isnull=True)
    return list(rows.values_list("patient_id", flat=True))


def _correct_patient(found: Appointment, visit: PastVisit) -> list[UUID]:
    """The visit is the patient's who was sent now; returns whose it was.

    Another record of the same person is no other patient: it stays with the one it was kept for.
    """
    rows = found.participants.filter(patient__isnull=False, ended_at__isnull=True)
    there = {row: row.patient for row in rows.select_related("patient")}
    identity = Patient.objects.filter(pk=visit.patient).values_list("identity", flat=True).first()
    if identity is None:
        raise Missing("patient")
    others = {row: was for row, was in there.items() if was and was.identity_id != identity}
    for row in others:
        amend(row, ended_at=clock.now())
    if len(others) == len(there):
        insert_many([Participant(appointment=found, patient_id=visit.patient)])
    return [was.id for was in others.values()]


def _correct_identifiers(found: Appointment, visit: PastVisit) -> None:
    known = set(found.identifiers.values_list("system", "value"))
    sent = dict.fromkeys((each.system, each.value) for each in visit.identifiers)
    insert_many(
        [
            AppointmentIdentifier(appointment=found, system=system, value=value)
            for system, value in sent
            if (system, value) not in known
        ]
    )


def _correct_practitioners(found: Appointment, visit: PastVisit) -> None:
    now = clock.now()
    there = {
        row.practitioner_id: row
        for row in found.participants.filter(practitioner__isnull=False, ended_at__isnull=True)
    }
    for practitioner, row in there.items():
        if practitioner not in visit.practitioners:
            amend(row, ended_at=now)
    insert_many(
        [
            Participant(appointment=found, practitioner_id=one)
            for one in dict.fromkeys(visit.practitioners)
            if one not in there
        ]
    )
