"""Patient: who comes, as another system knows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from caredesk.wire.fhir.datatypes import (
    GENDERS,
    Address,
    AsSent,
    ContactPoint,
    Extension,
    HumanName,
    Identifier,
    Period,
    Reference,
    first_code,
    print_address,
    print_contact_point,
    print_extensions,
    print_identifier,
    print_name,
    print_period,
    print_reference,
    read_address,
    read_concept,
    read_concepts,
    read_contact_point,
    read_extensions,
    read_identifier,
    read_name,
    read_period,
    read_reference,
    without_empty,
)
from caredesk.wire.fhir.dates import Moment, PartialDate, print_moment
from caredesk.wire.fhir.element import Element

_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/"
_BASE = "http://hl7.org/fhir/StructureDefinition/"
RACE = _CORE + "us-core-race"
ETHNICITY = _CORE + "us-core-ethnicity"
BIRTH_SEX = _CORE + "us-core-birthsex"
GENDER_IDENTITY = (_CORE + "us-core-genderIdentity", _BASE + "individual-genderIdentity")
PRONOUNS = (_BASE + "individual-pronouns", _CORE + "us-core-individual-pronouns")
INTERPRETER = (_BASE + "patient-interpreterRequired", _CORE + "us-core-interpreter-needed")

LINKS = ("replaced-by", "replaces", "refer", "seealso")
_ELEMENTS = (
    "resourceType",
    "meta",
    "language",
    "text",
    "contained",
    "identifier",
    "active",
    "name",
    "telecom",
    "gender",
    "birthDate",
    "deceasedBoolean",
    "deceasedDateTime",
    "address",
    "maritalStatus",
    "multipleBirthBoolean",
    "multipleBirthInteger",
    "photo",
    "contact",
    "communication",
    "generalPractitioner",
    "managingOrganization",
    "link",
)


@dataclass(frozen=True, slots=True)
class Communication:
    """A language as sent (BCP 47 where it is coded), and whether it is the preferred one."""

    language: AsSent
    preferred: bool | None = None

    @property
    def code(self) -> str:
        return first_code(self.language)


@dataclass(frozen=True, slots=True)
class Contact:
    """A relative or friend; the relationship is kept as sent."""

    relationships: tuple[AsSent, ...] = ()
    name: HumanName | None = None
    telecom: tuple[ContactPoint, ...] = ()
    address: Address | None = None
    gender: str = ""
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """That this record is, or replaces, another one of the same person."""

    type: str
    other: Reference | None


@dataclass(frozen=True, slots=True)
class Patient:
    """`deceased` is true, false, a date (of any precision), an instant, or not said."""

    names: tuple[HumanName, ...]
    id: str = ""
    identifiers: tuple[Identifier, ...] = ()
    active: bool | None = None
    telecom: tuple[ContactPoint, ...] = ()
    gender: str = ""
    birth_date: PartialDate | None = None
    deceased: bool | Moment | None = None
    addresses: tuple[Address, ...] = ()
    marital_status: AsSent | None = None
    multiple_birth: bool | int | None = None
    contacts: tuple[Contact, ...] = ()
    communications: tuple[Communication, ...] = ()
    links: tuple[Link, ...] = ()
    extensions: tuple[Extension, ...] = ()

    def extension(self, *urls: str) -> Extension | None:
        return next((each for each in self.extensions if each.url in urls), None)


def read_patient(element: Element) -> Patient:
    element.knows_only(_ELEMENTS)
    return Patient(
        id=element.text("id"),
        names=_read_names(element),
        identifiers=tuple(filter(None, map(read_identifier, element.children("identifier")))),
        active=element.flag("active"),
        telecom=tuple(filter(None, map(read_contact_point, element.children("telecom")))),
        gender=element.code("gender", GENDERS),
        birth_date=element.date("birthDate"),
        deceased=_read_deceased(element),
        addresses=tuple(map(read_address, element.children("address"))),
        marital_status=read_concept(element, "maritalStatus"),
        multiple_birth=_read_multiple_birth(element),
        contacts=tuple(map(_read_contact, element.children("contact"))),
        communications=tuple(filter(None, map(_read_language, element.children("communication")))),
        links=tuple(map(_read_link, element.children("link"))),
        extensions=read_extensions(element),
    )


def print_patient(patient: Patient) -> dict[str, Any]:
    return without_empty(
        resourceType="Patient",
        id=patient.id,
        extension=print_extensions(patient.extensions),
        identifier=[print_identifier(each) for each in patient.identifiers],
        active=patient.active,
        name=[print_name(each) for each in patient.names],
        telecom=[print_contact_point(each) for each in patient.telecom],
        gender=patient.gender,
        birthDate=None if patient.birth_date is None else str(patient.birth_date),
        **_print_deceased(patient.deceased),
        address=[print_address(each) for each in patient.addresses],
        maritalStatus=patient.marital_status,
        **_print_multiple_birth(patient.multiple_birth),
        contact=[_print_contact(each) for each in patient.contacts],
        communication=[_print_language(each) for each in patient.communications],
        link=[_print_link(each) for each in patient.links],
    )


def _read_names(element: Element) -> tuple[HumanName, ...]:
    names = tuple(map(read_name, element.children("name")))
    if not any(name.family or name.given or name.text for name in names) and element.is_usable:
        element.wrong("name", "a patient needs a name")
    return names


def _read_deceased(element: Element) -> bool | Moment | None:
    said, when = element.flag("deceasedBoolean"), element.moment("deceasedDateTime")
    if said is not None and when is not None:
        element.wrong("deceasedBoolean", "cannot stand beside deceasedDateTime")
    return when if when is not None else said


def _print_deceased(deceased: bool | Moment | None) -> dict[str, Any]:
    if isinstance(deceased, PartialDate | datetime):
        return {"deceasedDateTime": print_moment(deceased)}
    return {"deceasedBoolean": deceased}


def _read_multiple_birth(element: Element) -> bool | int | None:
    said, number = (
        element.flag("multipleBirthBoolean"),
        element.whole_number("multipleBirthInteger"),
    )
    if said is not None and number is not None:
        element.wrong("multipleBirthBoolean", "cannot stand beside multipleBirthInteger")
    return number if number is not None else said


def _print_multiple_birth(multiple: bool | int | None) -> dict[str, Any]:
    # True is an int in Python: ask for the narrower type first.
    kind = "Boolean" if isinstance(multiple, bool) else "Integer"
    return {f"multipleBirth{kind}": multiple}


def _read_contact(element: Element) -> Contact:
    element.knows_only(
        ("relationship", "name", "telecom", "address", "gender", "organization", "period")
    )
    name, address, period = (element.child(each) for each in ("name", "address", "period"))
    return Contact(
        relationships=read_concepts(element, "relationship"),
        name=None if name is None else read_name(name),
        telecom=tuple(filter(None, map(read_contact_point, element.children("telecom")))),
        address=None if address is None else read_address(address),
        gender=element.code("gender", GENDERS),
        period=None if period is None else read_period(period),
    )


def _print_contact(contact: Contact) -> dict[str, Any]:
    return without_empty(
        relationship=[dict(each) for each in contact.relationships],
        name=contact.name and print_name(contact.name),
        telecom=[print_contact_point(each) for each in contact.telecom],
        address=contact.address and print_address(contact.address),
        gender=contact.gender,
        period=print_period(contact.period),
    )


def _read_language(element: Element) -> Communication | None:
    element.knows_only(("language", "preferred"))
    language = read_concept(element, "language")
    if language is None:
        element.odd("language", "is missing; left out")
        return None
    return Communication(language, element.flag("preferred"))


def _print_language(communication: Communication) -> dict[str, Any]:
    return without_empty(language=dict(communication.language), preferred=communication.preferred)


def _read_link(element: Element) -> Link:
    element.knows_only(("other", "type"))
    other = element.child("other")
    return Link(
        type=element.code("type", LINKS, needed=True),
        other=None if other is None else read_reference(other),
    )


def _print_link(link: Link) -> dict[str, Any]:
    return without_empty(other=link.other and print_reference(link.other), type=link.type)


def preferred_language(communications: Iterable[Communication]) -> Communication | None:
    """The one marked as preferred, or the only one that is spoken at all."""
    spoken = list(communications)
    marked = [each for each in spoken if each.preferred]
    return next(iter(marked), spoken[0] if len(spoken) == 1 else None)
