"""Practitioner, and the PractitionerRole that says for whom one works."""

from dataclasses import dataclass
from typing import Any

from caredesk.wire.fhir.datatypes import (
    GENDERS,
    Address,
    AsSent,
    ContactPoint,
    HumanName,
    Identifier,
    Reference,
    print_address,
    print_contact_point,
    print_identifier,
    print_name,
    print_reference,
    read_address,
    read_concepts,
    read_contact_point,
    read_identifier,
    read_name,
    read_reference,
    without_empty,
)
from caredesk.wire.fhir.dates import PartialDate
from caredesk.wire.fhir.element import Element

_RESOURCE = ("resourceType", "meta", "language", "text", "contained", "identifier", "active")
_PRACTITIONER = (
    *_RESOURCE,
    "name",
    "telecom",
    "address",
    "gender",
    "birthDate",
    "photo",
    "qualification",
    "communication",
)
_ROLE = (
    *_RESOURCE,
    "period",
    "practitioner",
    "organization",
    "code",
    "specialty",
    "location",
    "healthcareService",
    "telecom",
    "availableTime",
    "notAvailable",
    "availabilityExceptions",
    "endpoint",
)

__all__ = [
    "Practitioner",
    "PractitionerRole",
    "print_practitioner",
    "print_practitioner_role",
    "read_practitioner",
    "read_practitioner_role",
]


@dataclass(frozen=True, slots=True)
class Practitioner:
    names: tuple[HumanName, ...]
    id: str = ""
    identifiers: tuple[Identifier, ...] = ()
    active: bool | None = None
    telecom: tuple[ContactPoint, ...] = ()
    addresses: tuple[Address, ...] = ()
    gender: str = ""
    birth_date: PartialDate | None = None


@dataclass(frozen=True, slots=True)
class PractitionerRole:
    """That a practitioner works for an organisation, in which specialties."""

    practitioner: Reference | None
    organization: Reference | None
    id: str = ""
    identifiers: tuple[Identifier, ...] = ()
    specialties: tuple[AsSent, ...] = ()


def read_practitioner(element: Element) -> Practitioner:
    element.knows_only(_PRACTITIONER)
    names = tuple(map(read_name, element.children("name")))
    if not any(name.family or name.text for name in names) and element.is_usable:
        element.wrong("name", "a practitioner needs a family name")
    return Practitioner(
        id=element.text("id"),
        names=names,
        identifiers=tuple(filter(None, map(read_identifier, element.children("identifier")))),
        active=element.flag("active"),
        telecom=tuple(filter(None, map(read_contact_point, element.children("telecom")))),
        addresses=tuple(map(read_address, element.children("address"))),
        gender=element.code("gender", GENDERS),
        birth_date=element.date("birthDate"),
    )


def print_practitioner(practitioner: Practitioner) -> dict[str, Any]:
    born = practitioner.birth_date
    return without_empty(
        resourceType="Practitioner",
        id=practitioner.id,
        identifier=[print_identifier(each) for each in practitioner.identifiers],
        active=practitioner.active,
        name=[print_name(each) for each in practitioner.names],
        telecom=[print_contact_point(each) for each in practitioner.telecom],
        address=[print_address(each) for each in practitioner.addresses],
        gender=practitioner.gender,
        birthDate=None if born is None else str(born),
    )


def read_practitioner_role(element: Element) -> PractitionerRole:
    element.knows_only(_ROLE)
    practitioner, organization = element.child("practitioner"), element.child("organization")
    return PractitionerRole(
        id=element.text("id"),
        identifiers=tuple(filter(None, map(read_identifier, element.children("identifier")))),
        practitioner=None if practitioner is None else read_reference(practitioner),
        organization=None if organization is None else read_reference(organization),
        specialties=read_concepts(element, "specialty"),
    )


def print_practitioner_role(role: PractitionerRole) -> dict[str, Any]:
    return without_empty(
        resourceType="PractitionerRole",
        id=role.id,
        identifier=[print_identifier(each) for each in role.identifiers],
        practitioner=role.practitioner and print_reference(role.practitioner),
        organization=role.organization and print_reference(role.organization),
        specialty=[dict(each) for each in role.specialties],
    )
