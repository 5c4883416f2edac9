"""Practitioners, to and from FHIR."""

from caredesk.wire.fhir.datatypes import HumanName
from caredesk.wire.fhir.practitioner import Practitioner as SentPractitioner
from caredesk.workforce.fhir import PractitionerInput, print_practitioner, read_practitioner
from caredesk.workforce.models import Practitioner, PractitionerIdentifier


def test_the_official_name_is_taken() -> None:
    sent = SentPractitioner(
        names=(HumanName("Old", use="old"), HumanName("Chen", ("Mei", "L"), ("Dr.",), ("MD",)))
    )
    assert read_practitioner(sent) == PractitionerInput("Chen", "Mei L", "Dr.", "MD")


def test_a_practitioner_comes_back_as_it_went() -> None:
    kept = Practitioner(family="Chen", given="Mei", prefix="Dr.")
    printed = print_practitioner(kept, [PractitionerIdentifier(system="urn:npi", value="9")])
    assert read_practitioner(printed) == PractitionerInput("Chen", "Mei", "Dr.")
    assert [(each.system, each.value) for each in printed.identifiers] == [("urn:npi", "9")]
