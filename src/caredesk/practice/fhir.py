"""Organisations outside, to and from FHIR."""

from collections.abc import Iterable
from dataclasses import dataclass

from caredesk.practice.models import OutsideIdentifier, OutsideOrganization
from caredesk.wire.fhir.datatypes import Address, ContactPoint, Identifier
from caredesk.wire.fhir.organization import Organization


@dataclass(frozen=True, slots=True)
class OrganizationInput:
    """What `keep_outside_organization` takes, but for the identifiers."""

    name: str
    phone: str = ""
    line1: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""


def read_organization(sent: Organization) -> OrganizationInput:
    """The organisation as we keep it: one telephone, one address."""
    address = _current_address(sent.addresses)
    return OrganizationInput(
        name=sent.name,
        phone=_current_phone(sent.telecom),
        line1=", ".join(address.lines)[:200],
        city=address.city,
        state=address.state,
        postal_code=address.postal_code,
    )


def print_organization(
    kept: OutsideOrganization, identifiers: Iterable[OutsideIdentifier]
) -> Organization:
    phone = (ContactPoint("phone", kept.phone),) if kept.phone else ()
    address = Address(
        lines=(kept.line1,) if kept.line1 else (),
        city=kept.city,
        state=kept.state,
        postal_code=kept.postal_code,
    )
    return Organization(
        id=str(kept.id),
        name=kept.name,
        identifiers=tuple(Identifier(each.system, each.value) for each in identifiers),
        telecom=phone,
        addresses=() if address == Address() else (address,),
    )


def _current_phone(telecom: Iterable[ContactPoint]) -> str:
    phones = (each for each in telecom if each.system == "phone" and each.use != "old")
    return next((each.value for each in phones), "")


def _current_address(addresses: Iterable[Address]) -> Address:
    current = [each for each in addresses if each.use != "old"]
    visited = [each for each in current if each.use != "billing" and each.type != "postal"]
    return next(iter(visited or current), Address())
