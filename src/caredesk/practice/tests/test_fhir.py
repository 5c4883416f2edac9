"""Organisations outside, to and from FHIR."""

from caredesk.practice.fhir import OrganizationInput, print_organization, read_organization
from caredesk.practice.models import OutsideIdentifier, OutsideOrganization
from caredesk.wire.fhir.datatypes import Address, ContactPoint
from caredesk.wire.fhir.organization import Organization


def test_the_telephone_and_the_address_that_hold() -> None:
    sent = Organization(
        name="NORWOOD HOSPITAL",
        telecom=(ContactPoint("fax", "1"), ContactPoint("phone", "2", "old"), _phone("3")),
        addresses=(
            Address(lines=("Old St",), use="old"),
            Address(lines=("PO Box 7",), type="postal"),
            Address(("800 Washington St", "Floor 2"), "Norwood", state="MA", postal_code="02062"),
        ),
    )
    assert read_organization(sent) == OrganizationInput(
        "NORWOOD HOSPITAL", "3", "800 Washington St, Floor 2", "Norwood", "MA", "02062"
    )


def test_an_organisation_comes_back_as_it_went() -> None:
    kept = OutsideOrganization(name="Norwood", phone="3", line1="800 Washington St", city="Norwood")
    printed = print_organization(kept, [OutsideIdentifier(system="urn:a", value="1")])
    assert read_organization(printed) == OrganizationInput(
        "Norwood", "3", "800 Washington St", "Norwood"
    )
    assert [(each.system, each.value) for each in printed.identifiers] == [("urn:a", "1")]


def _phone(number: str) -> ContactPoint:
    return ContactPoint("phone", number)
