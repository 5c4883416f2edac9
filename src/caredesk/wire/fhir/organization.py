"""Organization: who employs, admits or treats."""

from dataclasses import dataclass
from typing import Any

from caredesk.wire.fhir.datatypes import (
    Address,
    AsSent,
    ContactPoint,
    Identifier,
    print_address,
    print_contact_point,
    print_identifier,
    read_address,
    read_concepts,
    read_contact_point,
    read_identifier,
    without_empty,
)
from caredesk.wire.fhir.element import Element

_ELEMENTS = (
    "resourceType",
    "meta",
    "language",
    "text",
    "contained",
    "identifier",
    "active",
    "type",
    "name",
    "alias",
    "telecom",
    "address",
    "partOf",
    "contact",
    "endpoint",
)


@dataclass(frozen=True, slots=True)
class Organization:
    name: str
    id: str = ""
    identifiers: tuple[Identifier, ...] = ()
    active: bool | None = None
    types: tuple[AsSent, ...] = ()
    telecom: tuple[ContactPoint, ...] = ()
    addresses: tuple[Address, ...] = ()


def read_organization(element: Element) -> Organization:
    element.knows_only(_ELEMENTS)
    return Organization(
        id=element.text("id"),
        name=element.text("name", needed=True),
        identifiers=tuple(filter(None, map(read_identifier, element.children("identifier")))),
        active=element.flag("active"),
        types=read_concepts(element, "type"),
        telecom=tuple(filter(None, map(read_contact_point, element.children("telecom")))),
        addresses=tuple(map(read_address, element.children("address"))),
    )


def print_organization(organization: Organization) -> dict[str, Any]:
    return without_empty(
        resourceType="Organization",
        id=organization.id,
        identifier=[print_identifier(each) for each in organization.identifiers],
        active=organization.active,
        type=[dict(each) for each in organization.types],
        name=organization.name,
        telecom=[print_contact_point(each) for each in organization.telecom],
        address=[print_address(each) for each in organization.addresses],
    )
