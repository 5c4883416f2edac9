"""Registering a patient, and taking a registration back."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from caredesk.kernel import clock
from caredesk.kernel.action import about, action, undo_with
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import amend, insert, insert_many
from caredesk.kernel.dates import Day
from caredesk.kernel.errors import NeedsReason, Refused
from caredesk.kernel.events import publish
from caredesk.kernel.text import Line, OptionalLine
from caredesk.people.actions.answers import Kept, Registered
from caredesk.people.actions.rows import locked_record
from caredesk.people.actions.since import AsRegistered, as_written, changed_since
from caredesk.people.actions.typed import (
    Channel,
    Mail,
    PhoneUse,
    Sex,
    as_known,
    read_birth,
    read_death,
    read_mail,
    read_number,
    refuse_early_sent,
)
from caredesk.people.events import PatientRegistered, PatientWithdrawn
from caredesk.people.locks import lock_birth
from caredesk.people.models import Email, Patient, Phone, ToldApart
from caredesk.people.ports import patient_in_use
from caredesk.people.queries.duplicates import Likely, likely_duplicates
from caredesk.people.rules.birthdates import BirthDate, Death, Precision
from caredesk.people.rules.names import display, words_of
from caredesk.people.rules.phones import PhoneNumber
from caredesk.people.words import index_patient, unindex_patient
from caredesk.practice.queries import zone_of


@action("people.register")
def register_patient(
    family: Line,
    birth_date: Day,
    given: OptionalLine = "",
    birth_precision: Precision = "day",
    sex: Sex = "unknown",
    phone: OptionalLine = "",
    phone_use: PhoneUse = "mobile",
    middle: OptionalLine = "",
    suffix: OptionalLine = "",
    preferred_name: OptionalLine = "",
    former_family: OptionalLine = "",
    gender_identity: OptionalLine = "",
    pronouns: OptionalLine = "",
    language: OptionalLine = "",
    interpreter_needed: bool = False,
    preferred_channel: Channel = "phone",
    email: Mail = "",
    deceased: bool = False,
    deceased_on: Day | None = None,
    deceased_precision: Precision = "day",
    duplicate_reason: OptionalLine = "",
    as_sent: bool = False,
    *,
    by: Actor,
) -> Registered:
    """Register a patient.

    Who seems to be a patient already is shown first: a soft stop, answered in
    `duplicate_reason`. `as_sent` is for imports: nobody is asked, and a telephone number that
    cannot be called is kept as it came. Somebody out of an archive is registered as deceased at
    once: who was born in 1890 cannot be living.
    """
    refuse_early_sent(as_sent, by.may("import.run"))
    today, born = clock.today(zone_of(by)), as_known(birth_date, birth_precision)
    is_dead = deceased or deceased_on is not None
    death = _read_death(deceased_on, deceased_precision, born, today) if is_dead else None
    birth = read_birth(birth_date, birth_precision, today, death)
    number = read_number(phone, field="phone", as_sent=as_sent) if phone else None
    patient = Patient(
        family=family,
        given=given,
        middle=middle,
        suffix=suffix,
        preferred_name=preferred_name,
        former_family=former_family,
        birth_date=birth.day,
        birth_precision=birth.precision,
        sex=sex,
        gender_identity=gender_identity,
        pronouns=pronouns,
        language=language,
        interpreter_needed=interpreter_needed,
        preferred_channel=preferred_channel,
        registered_at=clock.now(),
        **_as_kept(death),
    )
    _refuse_nameless(patient)
    others = [] if as_sent else _stop_at_duplicates(patient, birth, number, duplicate_reason, by)
    phones = [] if number is None else [phone_row(patient.id, number, phone_use)]
    emails = [Email(patient=patient, address=read_mail(email, field="email"))] if email else []
    _write(patient, phones, emails)
    _tell_apart(patient, others, duplicate_reason, by)
    about(patient.id)
    publish(PatientRegistered(patient.id))
    registered = as_written(patient, [row.id for row in phones], [row.id for row in emails])
    undo_with("withdraw_patient", patient=patient.id, registered=registered.model_dump(mode="json"))
    return Registered(
        patient=patient.id, record_number=patient.record_number, name=display(patient.name)
    )


@action("people.register", no_undo="Register the patient again instead.", internal=True)
def withdraw_patient(patient: UUID, registered: AsRegistered, *, by: Actor) -> Kept:
    """Take a registration back, as though it had not been made.

    Nothing may depend on it yet, and nothing may have changed since it was `registered` so.
    """
    # Whoever uses a patient keeps the row until it is written: with the lock all uses are seen.
    found = locked_record(patient)
    used = patient_in_use.ask.uses(found.id) or _added_since(found)
    if used:
        raise Refused(
            f"This patient has {used}.", next_step="Cancel or withdraw that first, then try again."
        )
    if changed := changed_since(found, registered):
        raise Refused(
            f"Since then somebody changed: {', '.join(changed)}.",
            next_step="Change that back first, then try again.",
        )
    amend(found, withdrawn_at=clock.now())
    unindex_patient(found)
    about(found.id)
    publish(PatientWithdrawn(found.id))
    return Kept(patient=found.id, id=found.id)


def _added_since(found: Patient) -> str:
    """What somebody has written down about the patient by now; empty where nothing."""
    lists: dict[str, Any] = {
        "notes": found.alerts,
        "relatives": found.relatives,
        "addresses": found.addresses,
        "identifiers": found.identifiers,
    }
    added = [name for name, rows in lists.items() if rows.filter(ended_at__isnull=True).exists()]
    if found.records.exclude(pk=found.pk).exists():
        added.append("records merged into it")
    return " and ".join(added)


def _as_kept(death: Death | None) -> dict[str, Any]:
    on = death.on if death else None
    return {
        "deceased": death is not None,
        "deceased_on": on.day if on else None,
        "deceased_precision": on.precision if on else "day",
    }


def _read_death(day: date | None, precision: Precision, born: BirthDate, today: date) -> Death:
    return Death(None if day is None else read_death(day, precision, born, today))


def _refuse_nameless(patient: Patient) -> None:
    if not words_of(patient.name):
        raise Refused(
            "A name needs at least one letter.", field="family", next_step="Type the surname."
        )


def _stop_at_duplicates(
    patient: Patient, birth: BirthDate, number: PhoneNumber | None, reason: str, by: Actor
) -> Sequence[Likely]:
    lock_birth(birth)
    phones = [(number.e164, number.digits)] if number and number.e164 else []
    others = likely_duplicates(by, patient.name, birth, phones)
    if others and not reason:
        first = others[0]
        raise NeedsReason(
            f"{first.name}, born {first.birth_date}, is a patient already.",
            field="duplicate_reason",
            code="likely_duplicate",
            facts={"others": [_facts(each) for each in others]},
            next_step="Open that record, or say why this is somebody else.",
        )
    return others


def _facts(other: Likely) -> dict[str, object]:
    return {
        "id": str(other.id),
        "name": other.name,
        "birth_date": other.birth_date,
        "sex": other.sex,
        "record_number": other.record_number,
        "phone": other.phone,
        "address": other.address,
        "deceased": bool(other.deceased_words),
        "deceased_words": other.deceased_words,
        "reasons": other.reasons,
    }


def _write(patient: Patient, phones: Sequence[Phone], emails: Sequence[Email]) -> None:
    patient.number = _next_number()
    patient.identity_id = patient.id
    insert(patient)
    insert_many(phones)
    insert_many(emails)
    index_patient(patient)


def phone_row(patient: UUID, number: PhoneNumber, use: str) -> Phone:
    """The row of a telephone number as it was read."""
    return Phone(
        patient_id=patient,
        e164=number.e164,
        extension=number.extension,
        as_typed=number.as_typed,
        use=use,
        warning=number.warning,
        digits=number.digits,
        reversed_digits=number.reversed_digits,
    )


def _next_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('people_patient_numbers')")
        return int(cursor.fetchone()[0])


def _tell_apart(patient: Patient, others: Sequence[Likely], reason: str, by: Actor) -> None:
    at: datetime = clock.now()
    insert_many(
        [
            ToldApart(
                patient=patient,
                other_id=other.id,
                reason=reason,
                told_at=at,
                told_by=by.id,
                told_by_label=by.label,
            )
            for other in others
        ]
    )
