"""All files of an import together: places, references, repetitions, and what is refused."""

import json
from pathlib import Path
from typing import Any

from caredesk.interfaces.importing.report import Outcome, Report
from caredesk.interfaces.importing.sources import Sources, find_files
from caredesk.wire.fhir.datatypes import Reference
from caredesk.wire.fhir.tests.samples import real_bundles

ANA: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "1",
    "identifier": [{"system": "urn:mrn", "value": "77"}],
    "name": [{"family": "Reyes"}],
    "birthDate": "1974-03-07",
}


def bundle(*resources: dict[str, Any], **entry: Any) -> str:
    entries = [{"resource": each, **entry} for each in resources]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})


def read(folder: Path, source: str = "", **files: str) -> Sources:
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text)
    report = Report()
    sources = Sources(report, source)
    for path, name in find_files([folder], report):
        sources.read(path, name)
    return sources


def told(sources: Sources) -> list[str]:
    return [str(each) for each in sources.report.findings]


def test_the_real_bundles(tmp_path: Path) -> None:
    report = Report()
    sources = Sources(report)
    for path in real_bundles():
        sources.read(path, path.name)
    assert {kind: len(sent) for kind, sent in sources.sent.items()} == {
        "Organization": 45,
        "Practitioner": 45,
        "PractitionerRole": 0,
        "Patient": 38,
        "Encounter": 794,
    }
    assert report.findings == []
    assert report.tally["Practitioner", Outcome.REPEATED] == 18
    encounter = sources.sent["Encounter"][0]
    assert encounter.resource.subject is not None
    subject = sources.index.find(encounter.resource.subject, encounter.place.document)
    assert subject is not None
    assert subject.kind == "Patient"


def test_a_folder_is_searched_through_and_told_of(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.json").write_text(json.dumps(ANA))
    (tmp_path / ".hidden.json").write_text("{")
    sources = read(tmp_path, README_md="Read me")
    assert len(sources.sent["Patient"]) == 1
    assert told(sources) == [
        "left out: README.md: file: this kind of file is not read: JSON, NDJSON or CSV, by its name"
    ]


def test_a_bad_file_and_a_bad_entry_do_not_stop_the_others(tmp_path: Path) -> None:
    bad = ANA | {"birthDate": "1974-13-02"}
    sources = read(tmp_path, a_json="<html>", b_json=bundle(bad, ANA), c_ndjson="{oops\n")
    assert [each.place.path for each in sources.sent["Patient"]] == ["Bundle.entry[1].resource"]
    assert [line.partition(" (")[0] for line in told(sources)] == [
        "refused: a.json: file: is HTML or XML, not what its name says",
        "refused: b.json: Bundle.entry[0].resource.birthDate: '1974-13-02' is not a date",
        "refused: c.ndjson: line 1: is not JSON: Expecting property name enclosed in double quotes",
        "warning: c.ndjson: file: holds no patients, practitioners, organisations or encounters",
    ]


def test_the_same_resource_in_two_files_is_read_once(tmp_path: Path) -> None:
    text = bundle(ANA)
    sources = read(tmp_path, a_json=text, b_json=text)
    assert len(sources.sent["Patient"]) == 1
    assert sources.report.tally["Patient", Outcome.REPEATED] == 1


def test_references_across_files(tmp_path: Path) -> None:
    visit = {
        "resourceType": "Encounter",
        "id": "00000000-0000-4000-8000-000000000001",
        "status": "finished",
        "subject": {"reference": "Patient/1"},
    }
    patients, visits = json.dumps(ANA), json.dumps(visit)
    sources = read(tmp_path, Encounter_ndjson=visits, Patient_ndjson=patients)
    (encounter,) = sources.sent["Encounter"]
    found = sources.index.find(encounter.resource.subject, encounter.place.document)
    assert found is sources.sent["Patient"][0]
    by_identifier = Reference("Patient?identifier=urn:mrn|77")
    assert sources.index.find(by_identifier, "elsewhere") is found


def test_what_could_not_be_found_again_needs_a_source(tmp_path: Path) -> None:
    nobody = {name: value for name, value in ANA.items() if name != "identifier"}
    sources = read(tmp_path, a_json=json.dumps(nobody))
    assert sources.sent["Patient"] == []
    assert "Say where that is with --source" in told(sources)[0]
    sources = read(tmp_path, source="urn:old", a_json=json.dumps(nobody))
    assert [each.addresses for each in sources.sent["Patient"]] == [("urn:old/Patient/1",)]


def test_numbers_that_strangers_share_are_no_address(tmp_path: Path) -> None:
    shared = [
        {"system": "urn:plan", "value": "55", "type": {"coding": [{"code": "SN"}]}},
        {"system": "urn:ssn", "value": "999-99-9999"},
        {"system": "urn:ssn", "value": "000-00-0000"},
        {"system": "urn:mrn", "value": "unknown"},
        {"system": "urn:mrn", "value": "78", "use": "old"},
        {"value": "79"},
        {"system": "urn:mrn", "value": "77"},
    ]
    sources = read(tmp_path, a_json=json.dumps(ANA | {"identifier": shared}))
    assert [each.addresses for each in sources.sent["Patient"]] == [("urn:mrn|77",)]


def test_two_rows_of_one_person_are_told(tmp_path: Path) -> None:
    header = "record_number,family,given,birth_date,phone\n"
    rows = "1,Reyes,Ana,1974,555-0100\n1,Soto,Eva,1980,555-0101\n"
    nameless = ",Reyes,Bob,1999,1\n,Reyes,Bob,1999,2\n,Reyes,Bob,1999,1\n"
    sources = read(tmp_path, a_csv=header + rows + nameless)
    assert [each.place.path for each in sources.sent["Patient"]] == ["row 2", "row 4"]
    why = "by record number, or by name and birth date; give each person a record number"
    assert told(sources) == [
        f"refused: a.csv: row 3: is the same person as row 2 {why}",
        f"refused: a.csv: row 5: is the same person as row 4 {why}",
    ]
    assert sources.report.tally["Patient", Outcome.REPEATED] == 1


def test_of_two_versions_the_last_is_taken(tmp_path: Path) -> None:
    later = ANA | {"gender": "female"}
    sources = read(tmp_path, a_json=bundle(ANA), b_json=bundle(later))
    (sent,) = sources.sent["Patient"]
    assert (sent.resource.gender, sent.place.file) == ("female", "b.json")
    assert told(sources) == [
        "warning: b.json: Bundle.entry[0].resource: was sent before with other content "
        "(a.json: Bundle.entry[0].resource); the last is taken"
    ]


def test_two_people_with_one_number_are_not_two_versions(tmp_path: Path) -> None:
    bo = ANA | {"id": "2", "name": [{"family": "Lind"}], "birthDate": "1980"}
    sources = read(tmp_path, a_json=bundle(ANA, bo))
    assert len(sources.sent["Patient"]) == 1
    assert told(sources) == [
        "refused: a.json: Bundle.entry[1].resource.identifier: has the number of somebody else "
        "(a.json: Bundle.entry[0].resource)"
    ]


def test_files_of_one_name_in_two_folders_are_two_documents(tmp_path: Path) -> None:
    report = Report()
    sources = Sources(report)
    bob = ANA | {"identifier": [{"system": "urn:mrn", "value": "78"}]}
    for folder, who in (("one", ANA), ("two", bob)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.json").write_text(bundle(who))
    for path, name in find_files([tmp_path / "one", tmp_path / "two"], report):
        sources.read(path, name)
    first, second = sources.sent["Patient"]
    reference = Reference("Patient/1")
    assert sources.index.find(reference, first.place.document) is first
    assert sources.index.find(reference, second.place.document) is second


def test_a_path_that_leads_nowhere(tmp_path: Path) -> None:
    report = Report()
    sources = Sources(report)
    (tmp_path / "notes.txt").write_text("x")
    for path, name in find_files([tmp_path / "none", tmp_path / "notes.txt"], report):
        sources.read(path, name)
    assert told(sources) == [
        "refused: notes.txt: file: this kind of file is not read: JSON, NDJSON or CSV, by its name",
        "refused: none: file: is not there",
    ]
