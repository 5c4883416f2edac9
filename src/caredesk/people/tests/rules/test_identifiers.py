"""Numbers of others are told in words; a social security number is never told whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caredesk.people.rules.identifiers import SSN_SYSTEM, called, issuer, shown


@pytest.mark.parametrize(
    ("system", "type", "value", "words"),
    [
        (SSN_SYSTEM, "SS", "999-67-4006", ("Social security number", "ends in 4006", "")),
        (SSN_SYSTEM, "", "999674006", ("Social security number", "ends in 4006", "")),
        ("urn:x", "ss", "4006", ("Social security number", "on record", "")),
        (
            "urn:oid:2.16.840.1.113883.4.3.25",
            "DL",
            "S99991939",
            ("Driver's license", "S99991939", "Massachusetts"),
        ),
        ("http://example.org/passports", "PPN", "X1", ("Passport", "X1", "example.org")),
        ("urn:oid:1.2.3", "Library card", "7", ("Library card", "7", "")),
        ("urn:oid:1.2.3", "", "7", ("Number", "7", "")),
    ],
)
def test_how_a_number_is_told(
    system: str, type: str, value: str, words: tuple[str, str, str]
) -> None:
    assert (called(system, type), shown(system, type, value), issuer(system)) == words


@given(st.text("0123456789- ", min_size=1, max_size=15), st.sampled_from(["SS", "", "other"]))
def test_of_a_social_security_number_four_digits_are_told_at_most(value: str, type: str) -> None:
    told = shown(SSN_SYSTEM, type, value)
    assert sum(each.isdigit() for each in told) <= 4
