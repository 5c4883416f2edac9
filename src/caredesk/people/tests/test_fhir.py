"""Patients to and from FHIR."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from fhir.resources.R4B.patient import Patient as JudgedPatient

from caredesk.people import fhir
from caredesk.people.models import Address, Email, Patient, PatientIdentifier, Phone, Relative
from caredesk.people.rules.birthdates import BirthDate
from caredesk.wire.fhir.element import Element
from caredesk.wire.fhir.patient import Patient as SentPatient
from caredesk.wire.fhir.patient import print_patient, read_patient

NOW = datetime(2026, 11, 24, 15, 10, tzinfo=UTC)


def sent(**elements: Any) -> SentPatient:
    resource = {"name": [{"use": "official", "family": "Reyes", "given": ["Ana", "M", "L"]}]}
    element = Element({"resourceType": "Patient", **resource, **elements}, "Patient")
    found = read_patient(element)
    assert element.flaws == []
    return found


def in_denver(patient: SentPatient) -> fhir.SentPatient:
    return fhir.read_patient(patient, fhir.At(NOW, "America/Denver"))


def remarks(**elements: Any) -> list[tuple[str, str]]:
    return list(in_denver(sent(**elements)).remarks)


def names(*given: dict[str, Any]) -> fhir.SentPatient:
    return in_denver(sent(name=list(given)))


def test_the_ends_of_time_are_no_days() -> None:
    """Systems write "always" and "without an end" as days that no calendar reaches."""
    period = {"start": "0001-01-01", "end": "9999-12-31"}
    [read] = in_denver(
        sent(identifier=[{"system": "urn:a", "value": "1", "period": period}])
    ).identifiers
    assert (read.valid_from, read.valid_until) == (None, None)


def test_names_by_their_use() -> None:
    read = names(
        {"use": "old", "family": "Older", "given": ["Ana"]},
        {"use": "maiden", "family": "Soto", "given": ["Ana"]},
        {"use": "usual", "given": ["Anita"]},
        {"use": "nickname", "given": ["Nita"]},
        {
            "use": "official",
            "family": "Wed",
            "given": ["Ana"],
            "period": {"start": "2001", "end": "2009"},
        },
        {"use": "official", "family": "Reyes", "given": ["Ana", "María"], "suffix": ["Jr."]},
    )
    assert (read.family, read.given, read.middle, read.suffix) == ("Reyes", "Ana", "María", "Jr.")
    assert (read.preferred_name, read.former_family) == ("Nita", "Soto")


def test_a_usual_name_that_is_the_legal_one_is_not_a_preferred_one() -> None:
    read = names({"use": "usual", "family": "Reyes", "given": ["Ana"]})
    assert (read.family, read.preferred_name) == ("Reyes", "")


@pytest.mark.parametrize(
    ("text", "family", "given"),
    [
        ("Reyes, Ana María", "Reyes", "Ana"),
        ("Ana María Reyes", "Reyes", "Ana"),
        ("Cher", "Cher", ""),
    ],
)
def test_a_name_that_is_only_text_is_read_and_told(text: str, family: str, given: str) -> None:
    read = names({"text": text})
    assert (read.family, read.given) == (family, given)
    assert [message for _, message in read.remarks] == [f"has no family name; read from '{text}'"]


def test_contact_details() -> None:
    read = in_denver(
        sent(
            telecom=[
                {"system": "phone", "value": "555-0100", "use": "home", "rank": 2},
                {"system": "phone", "value": "(602) 555-0101", "use": "mobile", "rank": 1},
                {"system": "phone", "value": "555-0102", "use": "old"},
                {"system": "phone", "value": "555-0103", "period": {"end": "2020"}},
                {"system": "email", "value": "ana@example.org"},
                {"system": "fax", "value": "555-0104"},
            ],
            address=[{"line": ["1 Elm St", "Apt 2"], "city": "Mesa", "postalCode": "85201"}, {}],
        )
    )
    assert [(each.number, each.use) for each in read.phones] == [
        ("(602) 555-0101", "mobile"),
        ("555-0100", "home"),
    ]
    assert read.emails == ("ana@example.org",)
    assert [(each.line1, each.line2, each.country, each.use) for each in read.addresses] == [
        ("1 Elm St", "Apt 2", "US", "home")
    ]
    assert read.remarks == (
        ("telecom", "'555-0102' no longer holds; left out"),
        ("telecom", "'555-0103' no longer holds; left out"),
        ("telecom", "'555-0104' (fax) has no place here"),
    )


LATER = "holds only from 2027-03-01 on; left out, import it again then"


@pytest.mark.parametrize(
    ("period", "holds", "told"),
    [
        ({"end": "2027"}, True, "is kept; that it ends on 2027 has no place here"),
        ({"end": "2026-11-24"}, True, "is kept; that it ends on 2026-11-24 has no place here"),
        ({"end": "2026-11-24T15:11:00Z"}, True, "is kept; that it ends on 2026-11-24"),
        ({"end": "2026-11-24T15:09:00Z"}, False, "no longer holds; left out"),
        ({"end": "2026-11-23"}, False, "no longer holds; left out"),
        ({"start": "2027-03-01"}, False, LATER),
        ({"start": "2027-03-01T08:00:00-07:00"}, False, LATER),
        ({"start": "2026", "end": "2027-03"}, True, "is kept; that it ends on 2027-03"),
        ({"start": "2020"}, True, ""),
    ],
)
def test_what_holds_is_kept_and_the_rest_is_told(
    period: dict[str, str], holds: bool, told: str
) -> None:
    read = in_denver(
        sent(
            telecom=[
                {"system": "phone", "value": "602-234-0101", "period": period},
                {"system": "email", "value": "ana@example.org", "period": period},
            ],
            contact=[{"name": {"text": "Eva Soto"}, "period": period}],
            address=[{"line": ["1 Elm St"], "use": "home", "period": period}],
        )
    )
    assert (bool(read.phones), bool(read.emails), bool(read.relatives)) == (holds,) * 3
    ended = told.startswith("no longer")
    assert [each.use for each in read.addresses] == (
        ["home"] if holds else ["old"] if ended else []
    )
    elements = ["telecom", "telecom", "address[0]", "contact[0]"] if told else []
    if ended:
        elements.remove("address[0]")
    assert [element for element, _ in read.remarks] == elements
    assert all(told in message for _, message in read.remarks)


def test_names_that_have_no_place_are_told() -> None:
    later = {"start": "2027-03-01"}
    read = names(
        {"use": "official", "family": "Wed", "given": ["Ana"], "period": later},
        {"use": "official", "family": "Reyes", "given": ["Ana"], "period": {"end": "2027"}},
        {"use": "maiden", "family": "Soto"},
        {"use": "old", "family": "Older", "given": ["Ana"]},
        {"use": "nickname", "given": ["Nita"]},
        {"use": "nickname", "given": ["Nan"]},
        {"use": "usual", "family": "Reyes", "given": ["Ana"]},
    )
    assert (read.family, read.former_family, read.preferred_name) == ("Reyes", "Soto", "Nita")
    assert read.remarks == (
        ("name[0]", f"'Ana Wed' (official) {LATER}"),
        ("name[1]", "'Ana Reyes' (official) is kept; that it ends on 2027 has no place here"),
        ("name[3]", "'Ana Older' (old) has no place here beside the others; left out"),
        ("name[5]", "'Nan' (nickname) has no place here beside the others; left out"),
    )


def test_whatever_is_left_out_is_told() -> None:
    assert remarks(
        active=False,
        address=[{"state": "AZ"}],
        communication=[
            {"language": {"coding": [{"code": "es"}]}},
            {"language": {"coding": [{"code": "en"}]}},
        ],
        contact=[
            {
                "name": {"text": "Eva Soto"},
                "telecom": [
                    {"system": "phone", "value": "602-234-0101"},
                    {"system": "phone", "value": "602-234-0102"},
                    {"system": "email", "value": "eva@example.org"},
                ],
            }
        ],
    ) == [
        ("communication", "says of no language that it is preferred; left out"),
        ("address[0]", "names no street, town or postal code; left out"),
        ("contact[0].telecom", "'602-234-0102' (phone) has no place here"),
        ("contact[0].telecom", "'eva@example.org' (email) has no place here"),
        ("active", "says that this record is no longer in use; it is kept all the same"),
    ]
    assert remarks(communication=[{"language": {"text": "Spanish"}}]) == [
        ("communication", "'Spanish' has no code; left out")
    ]


def test_identifiers_keep_type_and_period_and_need_a_system() -> None:
    read = in_denver(
        sent(
            identifier=[
                {
                    "system": "urn:a",
                    "value": "1",
                    "type": {"coding": [{"code": "MR"}]},
                    "period": {"start": "2019-05", "end": "2020"},
                },
                {"value": "2"},
            ]
        )
    )
    assert read.identifiers == (
        fhir.SentIdentifier("urn:a", "1", "MR", date(2019, 5, 1), date(2020, 12, 31)),
    )
    assert read.remarks == (("identifier", "'2' does not say whose it is"),)


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2019-05-02T05:30:00Z/2020-01-01T06:59:00Z", date(2019, 5, 1), date(2019, 12, 31)),
        ("2019-05-01T23:30:00-06:00/2020-01-01T00:30:00+02:00", date(2019, 5, 1), date(2020, 1, 1)),
    ],
)
def test_the_days_of_an_instant_are_the_senders_or_else_ours(
    period: str, first: date, last: date
) -> None:
    start, end = period.split("/")
    known = {"system": "urn:a", "value": "1", "period": {"start": start, "end": end}}
    [read] = in_denver(sent(identifier=[known])).identifiers
    assert (read.valid_from, read.valid_until) == (first, last)


@pytest.mark.parametrize(
    ("elements", "deceased", "on"),
    [
        ({}, False, None),
        ({"deceasedBoolean": False}, False, None),
        ({"deceasedBoolean": True}, True, None),
        ({"deceasedDateTime": "2020-05"}, True, BirthDate(date(2020, 5, 1), "month")),
        ({"deceasedDateTime": "2020-05-02T23:00:00-05:00"}, True, BirthDate(date(2020, 5, 2))),
        ({"deceasedDateTime": "2020-05-03T02:00:00Z"}, True, BirthDate(date(2020, 5, 2))),
        ({"deceasedDateTime": "0001-01-02T00:00:00Z"}, True, BirthDate(date(1, 1, 1))),
    ],
)
def test_deceased(elements: dict[str, Any], deceased: bool, on: BirthDate | None) -> None:
    read = in_denver(sent(**elements))
    assert (read.deceased, read.deceased_on) == (deceased, on)


@pytest.mark.parametrize(
    "extension",
    [
        {
            "url": "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired",
            "valueBoolean": True,
        },
        {
            "url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-interpreter-needed",
            "valueCoding": {"system": "http://snomed.info/sct", "code": "373066001"},
        },
    ],
)
def test_an_interpreter_is_needed(extension: dict[str, Any]) -> None:
    assert in_denver(sent(extension=[extension])).interpreter_needed


def test_the_preferred_of_several_languages() -> None:
    spoken = [
        {"language": {"coding": [{"code": "en"}]}},
        {"language": {"coding": [{"code": "es-MX"}]}, "preferred": True},
    ]
    assert in_denver(sent(communication=spoken)).language == "es-MX"
    assert in_denver(sent(communication=spoken[:1])).language == "en"


def test_relatives_may_be_told_nothing_until_somebody_says_so() -> None:
    read = in_denver(
        sent(
            contact=[
                {
                    "relationship": [{"coding": [{"code": "GUARD", "display": "guardian"}]}],
                    "name": {"given": ["Eva"], "family": "Soto"},
                    "telecom": [{"system": "phone", "value": "555-0100"}],
                },
                {"relationship": [{"text": "Friend"}]},
            ]
        )
    )
    assert read.relatives == (fhir.SentRelative("Eva Soto", "guardian", "555-0100", True),)
    assert read.remarks == (("contact[1]", "has no name; left out"),)


def test_records_are_not_merged_by_an_import() -> None:
    assert remarks(link=[{"type": "replaced-by", "other": {"reference": "Patient/2"}}]) == [
        ("link[0]", "says 'replaced-by Patient/2'; records are not merged by an import")
    ]


def test_a_patient_of_ours_comes_back_as_it_went() -> None:
    kept = Patient(
        number=123,
        family="Reyes",
        given="Ana",
        middle="María",
        suffix="Jr.",
        preferred_name="Anita",
        former_family="Soto",
        birth_date=date(1974, 3, 1),
        birth_precision="month",
        sex="female",
        gender_identity="woman",
        pronouns="she/her",
        language="es",
        interpreter_needed=True,
        deceased=True,
        deceased_on=date(2020, 1, 1),
        deceased_precision="year",
    )
    printed = fhir.print_patient(
        kept,
        phones=[Phone(e164="+16025550101", as_typed="(602) 555-0101", use="mobile")],
        emails=[Email(address="ana@example.org")],
        addresses=[Address(line1="1 Elm St", city="Mesa", use="temporary")],
        identifiers=[PatientIdentifier(system="urn:a", value="1", valid_from=date(2019, 5, 1))],
        relatives=[Relative(name="Eva Soto", relationship="mother", is_guardian=True)],
    )
    document = print_patient(printed)
    JudgedPatient.model_validate(document)
    element = Element(document, "Patient")
    read = in_denver(read_patient(element))
    assert element.flaws == []
    assert (read.family, read.given, read.middle, read.suffix) == ("Reyes", "Ana", "María", "Jr.")
    assert (read.preferred_name, read.former_family) == ("Anita", "Soto")
    assert (read.birth, read.sex) == (BirthDate(date(1974, 3, 1), "month"), "female")
    assert (read.gender_identity, read.pronouns) == ("woman", "she/her")
    assert (read.language, read.interpreter_needed) == ("es", True)
    assert (read.deceased, read.deceased_on) == (True, BirthDate(date(2020, 1, 1), "year"))
    assert read.phones == (fhir.SentPhone("+16025550101", "mobile"),)
    assert [each.use for each in read.addresses] == ["temporary"]
    assert [(each.system, each.value) for each in read.identifiers] == [
        (fhir.RECORD_NUMBERS, "CD-000123"),
        ("urn:a", "1"),
    ]
    assert read.relatives == (fhir.SentRelative("Eva Soto", "mother", "", True),)
