"""How a patient is reached: telephone numbers, mail, addresses. Ended, never deleted."""

from uuid import UUID

from caredesk.kernel.action import action, undo_with
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import insert
from caredesk.kernel.errors import Refused
from caredesk.kernel.text import Line, OptionalLine
from caredesk.people.actions.answers import Kept
from caredesk.people.actions.registering import phone_row
from caredesk.people.actions.rows import end, locked_patient, locked_row, restore, tell_changed
from caredesk.people.actions.typed import (
    AddressUse,
    Mail,
    PhoneUse,
    read_mail,
    read_number,
    refuse_early_sent,
)
from caredesk.people.models import Address, Email, Phone


@action("people.change")
def add_phone(
    patient: UUID, number: Line, use: PhoneUse = "mobile", as_sent: bool = False, *, by: Actor
) -> Kept:
    """Add a telephone number."""
    refuse_early_sent(as_sent, by.may("import.run"))
    found = locked_patient(patient)
    read = read_number(number, field="number", as_sent=as_sent)
    known = Phone.objects.filter(patient__identity=found.identity_id, ended_at__isnull=True)
    if read.e164 and known.filter(e164=read.e164, extension=read.extension).exists():
        raise Refused(
            "This number is there already.", field="number", next_step="Nothing needs doing."
        )
    row = insert(phone_row(found.id, read, use))
    undo_with("end_phone", phone=row.id)
    return tell_changed(row)


@action("people.change")
def end_phone(phone: UUID, *, by: Actor) -> Kept:
    """Say that a telephone number no longer holds."""
    undo_with("restore_phone", phone=phone)
    return end(locked_row(Phone, phone))


@action("people.change")
def restore_phone(phone: UUID, *, by: Actor) -> Kept:
    """Make an ended telephone number hold again."""
    undo_with("end_phone", phone=phone)
    return restore(locked_row(Phone, phone))


@action("people.change")
def add_email(patient: UUID, address: Mail, *, by: Actor) -> Kept:
    """Add a mail address."""
    found = locked_patient(patient)
    row = insert(Email(patient=found, address=read_mail(address, field="address")))
    undo_with("end_email", email=row.id)
    return tell_changed(row)


@action("people.change")
def end_email(email: UUID, *, by: Actor) -> Kept:
    """Say that a mail address no longer holds."""
    undo_with("restore_email", email=email)
    return end(locked_row(Email, email))


@action("people.change")
def restore_email(email: UUID, *, by: Actor) -> Kept:
    """Make an ended mail address hold again."""
    undo_with("end_email", email=email)
    return restore(locked_row(Email, email))


@action("people.change")
def add_address(
    patient: UUID,
    line1: Line,
    line2: OptionalLine = "",
    city: OptionalLine = "",
    state: OptionalLine = "",
    postal_code: OptionalLine = "",
    country: OptionalLine = "US",
    use: AddressUse = "home",
    *,
    by: Actor,
) -> Kept:
    """Add an address."""
    found = locked_patient(patient)
    row = Address(
        patient=found,
        line1=line1,
        line2=line2,
        city=city,
        state=state,
        postal_code=postal_code,
        country=country,
        use=use,
    )
    insert(row)
    undo_with("end_address", address=row.id)
    return tell_changed(row)


@action("people.change")
def end_address(address: UUID, *, by: Actor) -> Kept:
    """Say that an address no longer holds."""
    undo_with("restore_address", address=address)
    return end(locked_row(Address, address))


@action("people.change")
def restore_address(address: UUID, *, by: Actor) -> Kept:
    """Make an ended address hold again."""
    undo_with("end_address", address=address)
    return restore(locked_row(Address, address))
