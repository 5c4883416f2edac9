"""Relatives and guardians, and what they may be told."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel

from caredesk.kernel.action import action, undo_with
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import amend, insert
from caredesk.kernel.dates import Day
from caredesk.kernel.errors import Refused
from caredesk.kernel.text import Line, OptionalLine
from caredesk.people.actions.answers import Kept
from caredesk.people.actions.rows import end, locked_patient, locked_row, restore, tell_changed
from caredesk.people.actions.typed import Told, read_number, refuse_early_sent
from caredesk.people.models import Relative


class RelativeDetails(BaseModel):
    """What is known of a relative."""

    name: str
    relationship: str
    phone: str
    is_guardian: bool
    may_be_told: list[str]
    proof: str
    form_signed_on: Day | None = None
    told_until: Day | None = None


@action("people.change")
def add_relative(
    patient: UUID,
    name: Line,
    relationship: Line,
    phone: OptionalLine = "",
    is_guardian: bool = False,
    may_be_told: list[Told] | None = None,
    proof: OptionalLine = "",
    form_signed_on: Day | None = None,
    told_until: Day | None = None,
    as_sent: bool = False,
    *,
    by: Actor,
) -> Kept:
    """Add a relative, guardian or friend, and what may be told to them: nothing unless said."""
    refuse_early_sent(as_sent, by.may("import.run"))
    found = locked_patient(patient)
    told = _told(may_be_told or [], proof, form_signed_on)
    number, typed = _phone(phone, as_sent)
    row = Relative(
        patient=found,
        name=name,
        relationship=relationship,
        phone=number,
        phone_as_typed=typed,
        is_guardian=is_guardian,
        may_be_told=told,
        proof=proof,
        form_signed_on=form_signed_on,
        told_until=told_until,
    )
    insert(row)
    undo_with("end_relative", relative=row.id)
    return tell_changed(row)


@action("people.change")
def change_relative(
    relative: UUID,
    name: Line,
    relationship: Line,
    phone: OptionalLine = "",
    is_guardian: bool = False,
    may_be_told: list[Told] | None = None,
    proof: OptionalLine = "",
    form_signed_on: Day | None = None,
    told_until: Day | None = None,
    expected: RelativeDetails | None = None,
    *,
    by: Actor,
) -> Kept:
    """Change a relative, or what may be told to them.

    With `expected` only if nothing else has changed meanwhile: so it is undone.
    """
    row = locked_row(Relative, relative)
    was = _details(row)
    if expected is not None and expected != was:
        raise Refused("Somebody has changed this since.", next_step="Change it by hand instead.")
    number, typed = _phone(phone, as_sent=phone == row.phone_as_typed)
    amend(
        row,
        name=name,
        relationship=relationship,
        phone=number,
        phone_as_typed=typed,
        is_guardian=is_guardian,
        may_be_told=_told(may_be_told or [], proof, form_signed_on),
        proof=proof,
        form_signed_on=form_signed_on,
        told_until=told_until,
    )
    now = _details(row)
    undo_with(
        "change_relative",
        relative=row.id,
        **was.model_dump(mode="json"),
        expected=now.model_dump(mode="json"),
    )
    return tell_changed(row)


@action("people.change")
def end_relative(relative: UUID, *, by: Actor) -> Kept:
    """Say that somebody no longer belongs to the patient: nothing may be told any more."""
    undo_with("restore_relative", relative=relative)
    row = locked_row(Relative, relative)
    kept = end(row)
    amend(row, ended_by=by.id, ended_by_label=by.label)
    return kept


@action("people.change")
def restore_relative(relative: UUID, *, by: Actor) -> Kept:
    """Make an ended relative hold again."""
    undo_with("end_relative", relative=relative)
    row = locked_row(Relative, relative)
    kept = restore(row)
    amend(row, ended_by=None, ended_by_label="")
    return kept


def _details(row: Relative) -> RelativeDetails:
    return RelativeDetails(
        name=row.name,
        relationship=row.relationship,
        phone=row.phone_as_typed,
        is_guardian=row.is_guardian,
        may_be_told=row.may_be_told,
        proof=row.proof,
        form_signed_on=row.form_signed_on,
        told_until=row.told_until,
    )


def _told(may_be_told: list[Told], proof: str, signed_on: date | None) -> list[str]:
    if may_be_told and not (proof or signed_on):
        raise Refused(
            "Say what allows this to be told.",
            field="proof",
            next_step="For example: release form on file, with the day it was signed.",
        )
    return sorted(set(may_be_told))


def _phone(typed: str, as_sent: bool) -> tuple[str, str]:
    if not typed:
        return "", ""
    number = read_number(typed, field="phone", as_sent=as_sent)
    return number.e164, number.as_typed
