"""Notes that pop up when a patient is opened."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, StringConstraints

from caredesk.kernel.action import action, undo_with
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import insert
from caredesk.kernel.dates import Day
from caredesk.kernel.errors import Refused
from caredesk.kernel.text import printable
from caredesk.people.actions.answers import Kept
from caredesk.people.actions.rows import end, locked_patient, locked_row, restore, tell_changed
from caredesk.people.actions.typed import Severity
from caredesk.people.models import Alert

Note = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=500),
    AfterValidator(printable),
]


@action("people.change")
def add_alert(
    patient: UUID,
    text: Note,
    severity: Severity = "note",
    shown_from: Day | None = None,
    shown_until: Day | None = None,
    *,
    by: Actor,
) -> Kept:
    """Add a note that pops up, between two days or until it is ended."""
    found = locked_patient(patient)
    if shown_from and shown_until and shown_until < shown_from:
        raise Refused(
            "The last day is before the first.",
            field="shown_until",
            next_step="Choose a later day, or leave it out.",
        )
    row = Alert(
        patient=found,
        text=text,
        severity=severity,
        shown_from=shown_from,
        shown_until=shown_until,
    )
    insert(row)
    undo_with("end_alert", alert=row.id)
    return tell_changed(row)


@action("people.change")
def end_alert(alert: UUID, *, by: Actor) -> Kept:
    """Say that a note needs to pop up no more."""
    undo_with("restore_alert", alert=alert)
    return end(locked_row(Alert, alert))


@action("people.change")
def restore_alert(alert: UUID, *, by: Actor) -> Kept:
    """Make an ended note pop up again."""
    undo_with("end_alert", alert=alert)
    return restore(locked_row(Alert, alert))
