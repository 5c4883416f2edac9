"""Numbers from elsewhere under their common names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caredesk.people.rules.identifiers import Named, named


@pytest.mark.parametrize(
    ("system", "value", "type", "shown"),
    [
        (
            "http://hl7.org/fhir/sid/us-ssn",
            "999-67-4006",
            "SS",
            Named("Social security number", "ending 4006"),
        ),
        (
            "urn:oid:2.16.840.1.113883.4.3.25",
            "S99928510",
            "DL",
            Named("Driver's licence, Massachusetts", "S99928510"),
        ),
        ("urn:oid:2.16.840.1.113883.4.3.99", "S1", "DL", Named("Driver's licence", "S1")),
        ("http://example.org/passportNumber", "X36509516X", "PPN", Named("Passport", "X36509516X")),
        (
            "http://hospital.smarthealthit.org",
            "27c9",
            "MR",
            Named("Record number", "27c9", "hospital.smarthealthit.org"),
        ),
        ("https://www.example.com/ids", "5", "", Named("Number", "5", "example.com")),
        ("urn:oid:2.16", "A-77", "Insurance", Named("Insurance", "A-77")),
        ("http://[broken", "1", "", Named("Number", "1")),
    ],
)
def test_common_names(system: str, value: str, type: str, shown: Named) -> None:
    assert named(system, value, type) == shown


@given(st.from_regex(r"\d{3}-?\d{2}-?\d{4}", fullmatch=True), st.sampled_from(["SS", "", "MR"]))
def test_of_a_social_security_number_only_the_end_is_ever_shown(value: str, type: str) -> None:
    assert value not in str(named("http://hl7.org/fhir/sid/us-ssn", value, type))
