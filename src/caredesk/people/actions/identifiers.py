"""Under which a patient is known elsewhere."""

from uuid import UUID

from caredesk.kernel.action import action, undo_with
from caredesk.kernel.actor import Actor
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
    holds = PatientIdentifier.objects.filter(system=system, value=value, ended_at__isnull=True)
    if holds.exists():
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
    holds = PatientIdentifier.objects.filter(
        system=row.system, value=row.value, ended_at__isnull=True
    )
    if holds.exclude(pk=row.pk).exists():
        raise Refused("A patient has this identifier by now.", next_step="End that one first.")
    undo_with("end_identifier", identifier=identifier)
    return restore(row)
