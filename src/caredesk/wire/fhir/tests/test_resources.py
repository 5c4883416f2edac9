"""Reading and printing the resources: over real bundles, made-up ones, and rubbish."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class
from hypothesis import given, settings
from hypothesis import strategies as st

from caredesk.wire.fhir.bundles import read_entries
from caredesk.wire.fhir.dates import PartialDate
from caredesk.wire.fhir.element import Element, Flaw
from caredesk.wire.fhir.encounter import print_encounter, read_encounter
from caredesk.wire.fhir.files import read_documents
from caredesk.wire.fhir.organization import print_organization, read_organization
from caredesk.wire.fhir.patient import print_patient, read_patient
from caredesk.wire.fhir.practitioner import print_practitioner, read_practitioner
from caredesk.wire.fhir.tests import samples

type Read = Callable[[Element], Any]
type Print = Callable[[Any], dict[str, Any]]

KINDS: dict[str, tuple[Read, Print, st.SearchStrategy[Any]]] = {
    "Patient": (read_patient, print_patient, samples.patients),
    "Practitioner": (read_practitioner, print_practitioner, samples.practitioners),
    "Organization": (read_organization, print_organization, samples.organizations),
    "Encounter": (read_encounter, print_encounter, samples.encounters),
}
every_kind = pytest.mark.parametrize("kind", list(KINDS))

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "name": [{"use": "official", "family": "Reyes", "given": ["Ana", "María"]}],
    "birthDate": "1974-03-07",
}


def flaws_of(read: Read, resource: Any, path: str = "Patient") -> list[str]:
    element = Element(resource, path)
    read(element)
    return [str(flaw) for flaw in element.flaws]


def test_the_real_bundles_are_read_without_a_flaw_and_printed_as_they_came() -> None:
    counted: Counter[str] = Counter()
    for path in samples.real_bundles():
        for document in read_documents(path):
            flaws: list[Flaw] = []
            for entry in read_entries(document.content, flaws):
                counted[entry.kind] += 1
                if entry.kind not in KINDS:
                    continue
                read, print_, _ = KINDS[entry.kind]
                element = entry.element()
                printed = print_(read(element))
                sent = {k: v for k, v in entry.resource.items() if k not in ("text", "meta")}
                assert (printed, element.flaws) == (sent, [])
            assert flaws == []
    wanted = {"Patient": 38, "Practitioner": 63, "Organization": 63, "Encounter": 794}
    assert {kind: counted[kind] for kind in KINDS} == wanted


@every_kind
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_what_is_printed_is_read_again_and_is_fhir(kind: str, data: st.DataObject) -> None:
    read, print_, strategy = KINDS[kind]
    made = data.draw(strategy)
    printed = json.loads(json.dumps(print_(made)))
    element = Element(printed, kind)
    assert read(element) == made
    assert element.flaws == []
    get_fhir_model_class(kind).model_validate(printed)


@every_kind
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_rubbish_is_told_by_its_path_and_breaks_nothing(kind: str, data: st.DataObject) -> None:
    read, print_, strategy = KINDS[kind]
    resource = print_(data.draw(strategy))
    spoiled = _spoil(resource, data)
    element = Element(spoiled, kind)
    made = read(element)
    assert all(flaw.path.startswith(f"{kind}.") for flaw in element.flaws)
    assert all("\0" not in str(flaw) for flaw in element.flaws)
    if element.is_usable:
        json.dumps(print_(made)).encode()


def _spoil(value: Any, data: st.DataObject) -> Any:
    """The same with one thing in it, at any depth, replaced by something else."""
    if isinstance(value, dict) and value and data.draw(st.booleans()):
        name = data.draw(st.sampled_from(sorted(value)))
        return value | {name: _spoil(value[name], data)}
    if isinstance(value, list) and value and data.draw(st.booleans()):
        return [_spoil(value[0], data), *value[1:]]
    if isinstance(value, dict) and "resourceType" in value:
        return value | {data.draw(st.sampled_from(sorted(value))): data.draw(samples.json_values)}
    return data.draw(samples.json_values)


@pytest.mark.parametrize(
    ("change", "flaw"),
    [
        (
            {"birthDate": "1974-13-02"},
            "birthDate: '1974-13-02' is not a date (YYYY, YYYY-MM or YYYY-MM-DD)",
        ),
        ({"birthDate": 1974}, "birthDate: must be text, not a number"),
        ({"gender": "F"}, "gender: 'F' is not one of male, female, other, unknown"),
        ({"name": {"family": "Reyes"}}, "name: must be a list, not an object"),
        ({"name": []}, "name: a patient needs a name"),
        ({"name": [{"family": "x" * 10_000}]}, "name[0].family: has 10,000 characters; at most"),
        ({"name": [{"family": "a\x00b"}]}, "name[0].family: holds a character that cannot be"),
        ({"name": [{"family": "a\ud800b"}]}, "name[0].family: holds a character that cannot be"),
        ({"name": [{"family": "R", "given": [7]}]}, "name[0].given[0]: must be text, not a numb"),
        ({"active": "true"}, "active: must be yes or no (true, false), not text"),
        ({"identifier": ["123"]}, "identifier[0]: must be an object, not text"),
        (
            {"deceasedBoolean": True, "deceasedDateTime": "2020"},
            "deceasedBoolean: cannot stand beside deceasedDateTime",
        ),
        (
            {"telecom": [{"value": "555-0100"}]},
            "telecom[0].system: is needed where there is a value",
        ),
        (
            {"identifier": [{"value": "1", "period": {"start": "2020", "end": "2019"}}]},
            "identifier[0].period.end: '2019' is before the start",
        ),
        (
            {"modifierExtension": [{"url": "http://example.org"}]},
            "modifierExtension: changes the meaning of the rest",
        ),
        (
            {"maritalStatus": {"coding": ["M"]}},
            "maritalStatus.coding[0]: must be an object, not text",
        ),
        (
            {"extension": [{"url": "x", "valueString": "a\x00"}]},
            "extension: holds a character that cannot be shown",
        ),
        ({"communication": [{"language": "en"}]}, "communication[0].language: must be an object"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_path(change: dict[str, Any], flaw: str) -> None:
    element = Element(PATIENT | change, "Bundle.entry[3].resource")
    read_patient(element)
    assert not element.is_usable
    assert any(str(each).startswith(f"Bundle.entry[3].resource.{flaw}") for each in element.flaws)


@pytest.mark.parametrize(
    ("change", "flaw"),
    [
        ({"birthdate": "1974"}, "birthdate: is not an element that FHIR R4 has here; left out"),
        ({"name": [{"family": "R", "given": [""]}]}, "name[0].given[0]: is empty; left out"),
        ({"identifier": [{"system": "x"}]}, "identifier[0].value: is missing; this identifier"),
    ],
)
def test_what_is_odd_is_told_and_the_rest_is_used(change: dict[str, Any], flaw: str) -> None:
    element = Element(PATIENT | change, "Patient")
    read_patient(element)
    assert element.is_usable
    assert [str(each).startswith(f"Patient.{flaw}") for each in element.flaws] == [True]


def test_a_patient_is_read() -> None:
    read = read_patient(
        Element(
            PATIENT
            | {
                "birthDate": "1974",
                "gender": "female",
                "name": [
                    {"use": "official", "family": "Reyes", "given": ["Ana", "María"]},
                    {"use": "nickname", "given": ["Anita"]},
                    {"use": "maiden", "family": "Soto"},
                ],
                "extension": [{"url": "http://example.org/x", "valueCode": "y"}],
            },
            "Patient",
        )
    )
    assert read.birth_date == PartialDate(1974)
    assert [name.use for name in read.names] == ["official", "nickname", "maiden"]
    assert read.names[0].given == ("Ana", "María")
    found = read.extension("http://example.org/x")
    assert found is not None
    assert found.value == "y"


def test_nulls_between_given_names_are_passed_over() -> None:
    resource = PATIENT | {"name": [{"family": "R", "given": ["A", None], "_given": [None, {}]}]}
    element = Element(resource, "Patient")
    assert read_patient(element).names[0].given == ("A",)
    assert element.flaws == []


def test_a_visit_that_ends_before_it_begins_is_told() -> None:
    resource = {
        "resourceType": "Encounter",
        "status": "finished",
        "period": {"start": "2020-01-01T10:00:00Z", "end": "2020-01-01T09:00:00Z"},
    }
    assert flaws_of(read_encounter, resource, "Encounter") == [
        "Encounter.period.end: '2020-01-01T09:00:00+00:00' is before the start"
    ]
