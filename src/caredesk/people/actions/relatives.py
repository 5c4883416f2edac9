"""Relatives and guardians, and what they may be told."""

from uuid import UUID

from pydantic import BaseModel

from caredesk.kernel.action import action, undo_with
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import amend, insert
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


@action("people.change")
def add_relative(
    patient: UUID,
    name: Line,
    relationship: Line,
    phone: OptionalLine = "",
    is_guardian: bool = False,
    may_be_told: list[Told] | None = None,
    proof: OptionalLine = "",
    as_sent: bool = False,
    *,
    by: Actor,
) -> Kept:
    """Add a relative, guardian or friend, and what may be told to them: nothing unless said."""
    refuse_early_sent(as_sent, by.may("import.run"))
    found = locked_patient(patient)
    told = _told(may_be_told or [], proof)
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
        may_be_told=_told(may_be_told or [], proof),
        proof=proof,
    )
    now = _details(row)
    undo_with("change_relative", relative=row.id, **was.model_dump(), expected=now.model_dump())
    return tell_changed(row)


@action("people.change")
def end_relative(relative: UUID, *, by: Actor) -> Kept:
    """Say that somebody no longer belongs to the patient: nothing may be told any more."""
    undo_with("restore_relative", relative=relative)
    return end(locked_row(Relative, relative))


@action("people.change")
def restore_relative(relative: UUID, *, by: Actor) -> Kept:
    """Make an ended relative hold again."""
    undo_with("end_relative", relative=relative)
    return restore(locked_row(Relative, relative))


def _details(row: Relative) -> RelativeDetails:
    return RelativeDetails(
        name=row.name,
        relationship=row.relationship,
        phone=row.phone_as_typed,
        is_guardian=row.is_guardian,
        may_be_told=row.may_be_told,
        proof=row.proof,
    )


def _told(may_be_told: list[Told], proof: str) -> list[str]:
    if may_be_told and not proof:
        raise Refused(
            "Say what allows this to be told.",
            field="proof",
            next_step="For example: form signed 3 Mar 2026.",
        )
    return sorted(set(may_be_told))


def _phone(typed: str, as_sent: bool) -> tuple[str, str]:
    if not typed:
        return "", ""
    number = read_number(typed, field="phone", as_sent=as_sent)
    return number.e164, number.as_typed
