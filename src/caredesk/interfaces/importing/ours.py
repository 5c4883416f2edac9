"""A patient of ours in the words of what is sent, to be compared with it."""

from dataclasses import dataclass
from typing import cast
from uuid import UUID

from caredesk.people.actions.typed import AddressUse, PhoneUse, Sex
from caredesk.people.fhir import (
    SentAddress,
    SentIdentifier,
    SentPatient,
    SentPhone,
    SentRelative,
)
from caredesk.people.models import (
    Address,
    Email,
    Patient,
    PatientIdentifier,
    Phone,
    Relative,
)


@dataclass(frozen=True, slots=True)
class Ours:
    """What we hold, and under which row each part of it is."""

    patient: SentPatient
    phones: dict[SentPhone, UUID]
    emails: dict[str, UUID]
    addresses: dict[SentAddress, UUID]
    relatives: dict[SentRelative, UUID]


def read_ours(patient: UUID) -> Ours:
    """The patient with all lists that still hold, of all records of the same person."""
    row = Patient.objects.get(pk=patient)
    phones = {
        SentPhone(each.e164 or each.as_typed, cast(PhoneUse, each.use)): each.id
        for each in Phone.objects.filter(patient__identity=patient, ended_at__isnull=True)
    }
    emails = {
        each.address: each.id
        for each in Email.objects.filter(patient__identity=patient, ended_at__isnull=True)
    }
    addresses = {
        _address(each): each.id
        for each in Address.objects.filter(patient__identity=patient, ended_at__isnull=True)
    }
    relatives = {
        SentRelative(
            each.name, each.relationship, each.phone or each.phone_as_typed, each.is_guardian
        ): each.id
        for each in Relative.objects.filter(patient__identity=patient, ended_at__isnull=True)
    }
    held = _held(row, tuple(phones), tuple(emails), tuple(addresses), tuple(relatives))
    return Ours(held, phones, emails, addresses, relatives)


def _held(
    row: Patient,
    phones: tuple[SentPhone, ...],
    emails: tuple[str, ...],
    addresses: tuple[SentAddress, ...],
    relatives: tuple[SentRelative, ...],
) -> SentPatient:
    return SentPatient(
        family=row.family,
        given=row.given,
        middle=row.middle,
        suffix=row.suffix,
        preferred_name=row.preferred_name,
        former_family=row.former_family,
        birth=row.birth,
        sex=cast(Sex, row.sex),
        gender_identity=row.gender_identity,
        pronouns=row.pronouns,
        language=row.language,
        interpreter_needed=row.interpreter_needed,
        deceased=row.deceased,
        deceased_on=row.death.on if row.death else None,
        phones=phones,
        emails=emails,
        addresses=addresses,
        identifiers=_identifiers(row.id),
        relatives=relatives,
    )


def _identifiers(patient: UUID) -> tuple[SentIdentifier, ...]:
    rows = PatientIdentifier.objects.filter(patient__identity=patient)
    return tuple(
        SentIdentifier(each.system, each.value, each.type, each.valid_from, each.valid_until)
        for each in rows
    )


def _address(row: Address) -> SentAddress:
    return SentAddress(
        line1=row.line1,
        line2=row.line2,
        city=row.city,
        state=row.state,
        postal_code=row.postal_code,
        country=row.country,
        use=cast(AddressUse, row.use),
    )
