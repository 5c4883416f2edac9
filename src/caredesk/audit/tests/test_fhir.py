"""What leaves the log is a FHIR R4 AuditEvent to two judges: HL7's JSON schema and fhir.resources.

The schema knows the codes of fixed lists (action, outcome) and refuses unknown elements; the typed
model knows what is required and which shape a date has.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from uuid import UUID, uuid4

import jsonschema
import pytest
from fhir.resources.R4B.auditevent import AuditEvent as JudgedEvent
from fhir.resources.R4B.bundle import Bundle as JudgedBundle
from hypothesis import given
from hypothesis import strategies as st

from caredesk.audit.exporting import Part, count_entries, lines, record_export
from caredesk.audit.fhir import print_entry
from caredesk.audit.models import Entry
from caredesk.kernel import looks
from caredesk.kernel.actor import Actor
from caredesk.kernel.looks import seen
from caredesk.kernel.ports import AuditRow

SCHEMA = json.loads((Path(__file__).parent / "schema" / "audit-event.schema.json").read_text())
BY = Actor("user", UUID(int=7), "Ana Ruiz", address="192.0.2.7")


def faults(resource: dict[str, Any]) -> list[str]:
    """What the JSON schema finds."""
    kind = resource["resourceType"]
    schema = {**SCHEMA, "allOf": [{"$ref": f"#/definitions/{kind}"}]}
    return [each.message for each in jsonschema.Draft6Validator(schema).iter_errors(resource)]


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=30)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
rows = st.fixed_dictionaries(
    {
        "table": st.sampled_from(["people_phone", "people_patient"]),
        "id": st.uuids().map(str),
        "was": st.none() | st.dictionaries(texts, texts, max_size=2),
        "now": st.none() | st.dictionaries(texts, texts, max_size=2),
    }
)
entries = st.builds(
    Entry,
    id=st.uuids(),
    at=moments,
    kind=st.sampled_from(
        ["look", "change", "print", "export", "download", "refusal", "sign-in", "failed-unlock"]
    ),
    name=st.sampled_from(["people:patient", "change_patient", "sign-in", "audit export"]),
    actor_kind=st.sampled_from(["user", "patient", "proxy", "program", "reaction"]),
    actor=st.uuids(),
    actor_label=texts,
    on_behalf_of=st.none() | st.uuids(),
    door=st.sampled_from(["page", "json", "command", "job"]),
    address=st.sampled_from(["", "192.0.2.7", "2001:db8::1"]),
    subjects=st.lists(st.uuids(), max_size=4),
    changes=st.lists(rows, max_size=3),
    reason=st.just("") | texts.filter(str.strip),
)


@given(entries)
def test_every_entry_is_an_audit_event_to_both_judges(entry: Entry) -> None:
    printed = json.loads(json.dumps(print_entry(entry)))
    assert faults(printed) == []
    judged = cast(Any, JudgedEvent.model_validate(printed))
    assert judged.recorded == entry.at
    assert [each.what.reference for each in judged.entity or []] == [
        f"Patient/{each}" for each in entry.subjects
    ]


def test_the_schema_judges() -> None:
    """A judge that says yes to everything would judge nothing."""
    printed = print_entry(an_entry("look"))
    assert faults({**printed, "action": "X"})
    assert faults({**printed, "surprise": 1})
    assert faults({key: value for key, value in printed.items() if key != "agent"})


def an_entry(kind: str, name: str = "people:patient", **more: Any) -> Entry:
    values = {"subjects": [uuid4()], "changes": [], "door": "page", "address": "192.0.2.7"}
    return Entry(
        kind=kind,
        name=name,
        at=datetime(2026, 11, 26, 9, 20, tzinfo=UTC),
        actor_kind="user",
        actor=uuid4(),
        actor_label="Ana Ruiz",
        **{**values, **more},
    )


CREATED = {"table": "people_phone", "id": "1", "was": None, "now": {"use": "home"}}
CHANGED = {"table": "people_phone", "id": "1", "was": {"use": "home"}, "now": {"use": "work"}}
GONE = {"table": "ui_draft", "id": "1", "was": {"name": "x"}, "now": None}


@pytest.mark.parametrize(
    ("entry", "code", "action", "outcome"),
    [
        (an_entry("look"), "110110", "R", "0"),
        (an_entry("change", "add_phone", changes=[CREATED]), "110110", "C", "0"),
        (an_entry("change", "change_patient", changes=[CREATED, CHANGED]), "110110", "U", "0"),
        (an_entry("change", "drop_draft", changes=[GONE]), "110110", "D", "0"),
        (an_entry("change", "add_site", subjects=[], changes=[CREATED]), "110100", "C", "0"),
        (an_entry("print"), "110106", "R", "0"),
        (an_entry("export", "privacy:export"), "110106", "R", "0"),
        (an_entry("download", "charts:document"), "110106", "R", "0"),
        (an_entry("refusal", changes=[{"status": 403, "asked": {}}]), "110110", "E", "4"),
        (an_entry("sign-in", "sign-in", subjects=[]), "110114", "E", "0"),
        (an_entry("sign-in failed", "password", subjects=[]), "110114", "E", "4"),
        (an_entry("failed-unlock", "failed-unlock", subjects=[]), "110114", "E", "4"),
        (an_entry("sign-out", "sign-out", subjects=[]), "110114", "E", "0"),
    ],
)
def test_it_says_what_happened_in_the_standards_codes(
    entry: Entry, code: str, action: str, outcome: str
) -> None:
    printed = print_entry(entry)
    assert (printed["type"]["code"], printed["action"], printed["outcome"]) == (
        code,
        action,
        outcome,
    )
    assert printed["type"]["system"] == "http://dicom.nema.org/resources/ontology/DCM"
    [agent] = printed["agent"]
    assert (agent["name"], agent["requestor"]) == ("Ana Ruiz", True)
    assert agent["network"] == {"address": "192.0.2.7", "type": "2"}
    assert printed["source"]["observer"] == {"display": "Caredesk"}


def test_sign_ins_and_reasons_have_their_own_places() -> None:
    signed = print_entry(an_entry("sign-in", "sign-in", subjects=[]))
    assert signed["subtype"][0]["code"] == "110122"
    told = print_entry(an_entry("look", reason="Called about a fall"))
    assert told["purposeOfEvent"] == [{"text": "Called about a fall"}]
    refused = print_entry(an_entry("refusal", changes=[{"status": 404, "asked": {}}]))
    assert refused["outcomeDesc"] == "Not there, or not theirs"


def look(*subjects: UUID) -> None:
    with looks.collecting("people:patient"):
        seen(BY, subjects)


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["ndjson", "bundle"])
def test_a_part_of_the_log_is_exported_whole_and_in_order(form: Any) -> None:
    one, other = uuid4(), uuid4()
    for _ in range(3):
        look(one)
    look(other)
    part = Part(patients=[one])
    text = "".join(lines(part, form))
    if form == "bundle":
        bundle = json.loads(text)
        assert faults(bundle) == []
        JudgedBundle.model_validate(bundle)
        events = [each["resource"] for each in bundle["entry"]]
    else:
        events = [json.loads(each) for each in text.splitlines()]
    wanted = Entry.objects.filter(subjects__contains=[one]).order_by("at", "id")
    assert [each["id"] for each in events] == [str(each.id) for each in wanted]
    assert len(events) == 3
    assert str(other) not in text


@pytest.mark.django_db
def test_an_empty_export_is_a_valid_bundle() -> None:
    bundle = json.loads("".join(lines(Part(until=datetime(2000, 1, 1, tzinfo=UTC)), "bundle")))
    assert faults(bundle) == []
    assert "entry" not in bundle


@pytest.mark.django_db
def test_an_export_is_on_record_with_everybody_in_it() -> None:
    one, other = uuid4(), uuid4()
    look(one, other)
    look(one)
    assert record_export(Part(), BY, "audit export") == 2
    entry = Entry.objects.get(kind="export")
    assert (entry.name, set(entry.subjects)) == ("audit export", {one, other})
    assert count_entries(Part(patients=[other])).entries == 2, "the export is an entry, too"


@pytest.mark.django_db
def test_a_great_export_is_several_rows() -> None:
    everybody = [uuid4() for _ in range(5_001)]
    row = AuditRow(uuid4(), "look", "desk:day", BY, tuple(everybody))
    looks.record(row)
    assert record_export(Part(), BY, "audit export") == 5_001
    rows = Entry.objects.filter(kind="export")
    assert {each for row in rows for each in row.subjects} == set(everybody)
    assert rows.count() == 2
