"""Keeping a patient with all visits: one transaction."""

from collections.abc import Collection
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from caredesk.interfaces.importing.actions.visits import ImportedVisit, VisitsKept, keep_visits
from caredesk.interfaces.importing.merging import Changes, what_changes
from caredesk.interfaces.importing.origins import Origin, find_origin, remember
from caredesk.interfaces.importing.ours import Ours, read_ours
from caredesk.kernel.action import about, action
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Missing, Refused
from caredesk.people import actions as people
from caredesk.people.actions.answers import Registered
from caredesk.people.fhir import At, SentAddress, SentPatient, SentPhone, SentRelative, read_patient
from caredesk.people.models import Patient
from caredesk.people.rules.birthdates import BirthDate
from caredesk.practice.queries import zone_of
from caredesk.wire.fhir import patient as wire
from caredesk.wire.fhir.element import Element

_NO_UNDO = "What came from outside is kept as it came."

type Visits = Annotated[list[ImportedVisit], Field(max_length=5_000)]


class PatientImported(BaseModel):
    """The patient, the fields in which what the desk had typed was kept, and the visits."""

    patient: UUID
    record_number: str = ""
    kept_ours: list[str] = Field(default_factory=list)
    visits: VisitsKept = Field(default_factory=VisitsKept)


@action("import.run", no_undo=_NO_UNDO)
def import_patient(
    origin: Origin,
    sent: SentPatient,
    visits: Visits,
    patient: UUID | None = None,
    *,
    by: Actor,
) -> PatientImported:
    """Keep a patient as sent, with these visits: a new one, or what has changed in a known one."""
    if patient is None:
        registered = _register(sent, by)
        answer = PatientImported(patient=registered.patient, record_number=registered.record_number)
        _add_the_rest(answer.patient, sent, by)
    else:
        answer = PatientImported(patient=patient)
        answer.kept_ours = _change(patient, sent, _sent_last(origin, by), by)
    remember("Patient", origin, answer.patient)
    answer.visits = keep_visits(answer.patient, visits, by)
    about(answer.patient)
    return answer


@action("import.run", no_undo=_NO_UNDO)
def import_visits(patient: UUID, visits: Visits, *, by: Actor) -> PatientImported:
    """Keep visits of a patient who is known already, now perhaps under the record of a merge."""
    identity = Patient.objects.values_list("identity", flat=True).filter(pk=patient).first()
    if identity is None:
        raise Missing("patient")
    kept = keep_visits(identity, visits, by)
    about(identity)
    return PatientImported(patient=identity, visits=kept)


def _register(sent: SentPatient, by: Actor) -> Registered:
    birth = _birth(sent)
    first = sent.phones[0] if sent.phones else SentPhone("", "mobile")
    died = sent.deceased_on
    return people.register_patient(
        family=sent.family,
        given=sent.given,
        middle=sent.middle,
        suffix=sent.suffix,
        preferred_name=sent.preferred_name,
        former_family=sent.former_family,
        birth_date=birth.day,
        birth_precision=birth.precision,
        sex=sent.sex,
        gender_identity=sent.gender_identity,
        pronouns=sent.pronouns,
        language=sent.language,
        interpreter_needed=sent.interpreter_needed,
        phone=first.number,
        phone_use=first.use,
        email=sent.emails[0] if sent.emails else "",
        deceased=sent.deceased,
        deceased_on=died.day if died else None,
        deceased_precision=died.precision if died else "day",
        as_sent=True,
        by=by,
    )


def _add_the_rest(patient: UUID, sent: SentPatient, by: Actor) -> None:
    _add_identifiers(patient, sent, by)
    for phone in sent.phones[1:]:
        _add_phone(patient, phone, by)
    for email in sent.emails[1:]:
        people.add_email(patient=patient, address=email, by=by)
    for address in sent.addresses:
        _add_address(patient, address, by)
    for relative in sent.relatives:
        _add_relative(patient, relative, by)


def _change(patient: UUID, sent: SentPatient, last: SentPatient | None, by: Actor) -> list[str]:
    """Carry out what differs; the fields in which ours is kept."""
    ours = read_ours(patient)
    changes = what_changes(last, sent, ours.patient)
    _change_fields(patient, changes, sent, by)
    _change_lists(patient, changes, ours, by)
    known = {(each.system, each.value) for each in ours.patient.identifiers}
    _add_identifiers(patient, sent, by, known)
    return list(changes.kept)


def _change_fields(patient: UUID, changes: Changes, sent: SentPatient, by: Actor) -> None:
    fields = dict(changes.fields)
    died = [fields.pop(name) for name in ("deceased", "deceased_on") if name in fields]
    if "birth" in fields:
        birth = fields.pop("birth") or _birth(sent)
        fields |= {"birth_date": birth.day, "birth_precision": birth.precision}
    if fields:
        people.change_patient(patient=patient, **fields, by=by)
    if died and sent.deceased:
        _record_deceased(patient, sent.deceased_on, by)
    elif died:
        people.record_deceased(patient=patient, deceased=False, by=by)


def _change_lists(patient: UUID, changes: Changes, ours: Ours, by: Actor) -> None:
    for phone in changes.phones.end:
        people.end_phone(phone=ours.phones[phone], by=by)
    for phone in changes.phones.add:
        _add_phone(patient, phone, by)
    for email in changes.emails.end:
        people.end_email(email=ours.emails[email], by=by)
    for email in changes.emails.add:
        people.add_email(patient=patient, address=email, by=by)
    for address in changes.addresses.end:
        people.end_address(address=ours.addresses[address], by=by)
    for address in changes.addresses.add:
        _add_address(patient, address, by)
    for relative in changes.relatives.end:
        people.end_relative(relative=ours.relatives[relative], by=by)
    for relative in changes.relatives.add:
        _add_relative(patient, relative, by)


def _add_identifiers(
    patient: UUID, sent: SentPatient, by: Actor, known: Collection[tuple[str, str]] = ()
) -> None:
    for each in sent.identifiers:
        if (each.system, each.value) in known:
            continue
        people.add_identifier(
            patient=patient,
            system=each.system,
            value=each.value,
            type=each.type,
            valid_from=each.valid_from,
            valid_until=each.valid_until,
            by=by,
        )


def _add_phone(patient: UUID, phone: SentPhone, by: Actor) -> None:
    people.add_phone(patient=patient, number=phone.number, use=phone.use, as_sent=True, by=by)


def _add_address(patient: UUID, address: SentAddress, by: Actor) -> None:
    people.add_address(
        patient=patient,
        line1=address.line1,
        line2=address.line2,
        city=address.city,
        state=address.state,
        postal_code=address.postal_code,
        country=address.country,
        use=address.use,
        by=by,
    )


def _add_relative(patient: UUID, relative: SentRelative, by: Actor) -> None:
    people.add_relative(
        patient=patient,
        name=relative.name,
        relationship=relative.relationship,
        phone=relative.phone,
        is_guardian=relative.is_guardian,
        as_sent=True,
        by=by,
    )


def _record_deceased(patient: UUID, on: BirthDate | None, by: Actor) -> None:
    if on is None:
        people.record_deceased(patient=patient, by=by)
    else:
        people.record_deceased(patient=patient, deceased_on=on.day, precision=on.precision, by=by)


def _birth(sent: SentPatient) -> BirthDate:
    if sent.birth is None:
        raise Refused("A date of birth is needed.", field="birth_date")
    return sent.birth


def _sent_last(origin: Origin, by: Actor) -> SentPatient | None:
    """What the same source said of the patient last time, as it was understood then."""
    row = find_origin("Patient", origin)
    if row is None:
        return None
    return read_patient(wire.read_patient(Element(row.content, "Patient")), At(row.at, zone_of(by)))
