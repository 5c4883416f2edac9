import pytest

from caredesk.wire.fhir.datatypes import Identifier, Reference
from caredesk.wire.fhir.references import Address, Index, Unresolved

NPI = "http://hl7.org/fhir/sid/us-npi"
SERVER = "https://one.example/fhir/"


@pytest.fixture
def index() -> Index[str]:
    made: Index[str] = Index()
    npi = (Identifier(NPI, "9"),)
    made.add(Address("a", "Practitioner", "p", "urn:uuid:p", npi), "Dr Chen")
    made.add(Address("a", "Patient", "1", SERVER + "Patient/1"), "Ana in a")
    made.add(Address("b", "Patient", "1", "https://two.example/fhir/Patient/1"), "Bob in b")
    return made


@pytest.mark.parametrize(
    ("reference", "document", "found"),
    [
        (Reference("urn:uuid:p"), "a", "Dr Chen"),
        (Reference("urn:uuid:p"), "b", "Dr Chen"),
        (Reference("Practitioner/p"), "c", "Dr Chen"),
        (Reference(f"Practitioner?identifier={NPI}|9"), "c", "Dr Chen"),
        (Reference(type="Practitioner", identifier=Identifier(NPI, "9")), "c", "Dr Chen"),
        (Reference(identifier=Identifier(NPI, "9")), "c", "Dr Chen"),
        (Reference("Patient/1"), "a", "Ana in a"),
        (Reference("Patient/1/_history/3"), "b", "Bob in b"),
        (Reference(SERVER + "Patient/1"), "b", "Ana in a"),
        (Reference("Patient/2"), "a", None),
        (Reference(f"Organization?identifier={NPI}|9"), "a", None),
    ],
)
def test_a_reference_finds_what_it_points_to(
    index: Index[str], reference: Reference, document: str, found: str | None
) -> None:
    assert index.find(reference, document) == found


def test_a_relative_reference_is_relative_to_its_server(index: Index[str]) -> None:
    beside = SERVER + "Encounter/7"
    assert index.find(Reference("Patient/1"), "c", beside) == "Ana in a"


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        (Reference("Patient/1"), "is found in several files with different content"),
        (Reference("#p1"), "contained resources are not read"),
        (Reference(display="Dr Chen"), "says neither where nor who"),
    ],
)
def test_a_reference_that_cannot_be_followed(
    index: Index[str], reference: Reference, message: str
) -> None:
    with pytest.raises(Unresolved, match=message):
        index.find(reference, "c")
