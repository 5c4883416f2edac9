"""Under which a patient is known elsewhere."""

from uuid import UUID

from caredesk.kernel.action import action, undo_with
from caredesk.kernel.actor import Actor
from caredesk.kernel.barred import barred
from caredesk.kernel.changes import insert
from caredesk.kernel.dates import Day
from caredesk.kernel.errors import Refused
from caredesk.kernel.text import Line, OptionalLine
from caredesk.people.actions.answers import Kept
from caredesk.people.actions.rows import end, locked_patient, locked_row, restore, tell_changed
from caredesk.people.models import PatientIdentifier


@action("people.change")
def add_identifier(
    patient: UUID,
    system: Line,
    value: Line,
    type: OptionalLine = "",
    valid_from: Day | None = None,
    valid_until: Day | None = None,
    *,
    by: Actor,
) -> Kept:
    """Add a number under which another system knows the patient."""
    found = locked_patient(patient)
    holder = _holder(system, value)
    if holder is not None:
        _refuse_of_hidden(holder, by, field="value")
        raise Refused(
            "A patient already has this identifier.",
            field="value",
            next_step="Search for it: it may be the same person.",
        )
    row = PatientIdentifier(
        patient=found,
        system=system,
        value=value,
        type=type,
        searched="".join(each for each in value.casefold() if each.isalnum()),
        valid_from=valid_from,
        valid_until=valid_until,
    )
    insert(row)
    undo_with("end_identifier", identifier=row.id)
    return tell_changed(row)


@action("people.change")
def end_identifier(identifier: UUID, *, by: Actor) -> Kept:
    """Say that an identifier no longer holds."""
    undo_with("restore_identifier", identifier=identifier)
    return end(locked_row(PatientIdentifier, identifier))


@action("people.change")
def restore_identifier(identifier: UUID, *, by: Actor) -> Kept:
    """Make an ended identifier hold again."""
    row = locked_row(PatientIdentifier, identifier)
    holder = _holder(row.system, row.value) if row.ended_at is not None else None
    if holder is not None:
        _refuse_of_hidden(holder, by)
        raise Refused("A patient has this identifier by now.", next_step="End that one first.")
    undo_with("end_identifier", identifier=identifier)
    return restore(row)


def _holder(system: str, value: str) -> UUID | None:
    """The record that has this identifier: the database keeps each but once."""
    holds = PatientIdentifier.objects.filter(system=system, value=value, ended_at__isnull=True)
    return holds.values_list("patient_id", flat=True).first()


def _refuse_of_hidden(holder: UUID, by: Actor, field: str = "") -> None:
    """Something has to be said, as it cannot be kept twice; not that somebody has it."""
    if barred(by).hides(holder):
        raise Refused(
            "This number cannot be kept here.", field=field, next_step="Ask the privacy officer."
        )
