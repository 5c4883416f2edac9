"""`caredesk import` into a real database, as the application's role."""

import argparse
import csv
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from caredesk.access.rules import permissions_of
from caredesk.audit.models import Entry
from caredesk.interfaces.importing import command, patients
from caredesk.interfaces.importing.actions import import_patient
from caredesk.interfaces.importing.models import Imported
from caredesk.kernel import clock, looks
from caredesk.kernel.actor import Actor
from caredesk.people import actions as people
from caredesk.people.models import Patient, PatientIdentifier, Phone
from caredesk.people.ports import patient_in_use
from caredesk.people.queries import find_patients
from caredesk.practice.actions import add_site
from caredesk.practice.models import OutsideOrganization
from caredesk.scheduling.models import Appointment, Booking, Participant
from caredesk.scheduling.queries import visits_of
from caredesk.wire.fhir.tests.samples import SYNTHEA, real_bundles
from caredesk.workforce.models import Practitioner

MANAGER = Actor(
    "user", UUID(int=1), "Ana Ruiz", frozenset({"manager"}), permissions_of(["manager"])
)
HEADER = "record_number,family,given,birth_date,sex,phone,email,language\n"

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Call the command; its exit code and what it said."""

    def called(*words: object) -> tuple[int, str]:
        parser = argparse.ArgumentParser()
        command.add_arguments(parser)
        report = tmp_path / "report.csv"
        code = command.run(parser.parse_args([*map(str, words), "--report", str(report)]))
        return code, capsys.readouterr().out

    return called


Run = Callable[..., tuple[int, str]]


def findings(tmp_path: Path) -> list[tuple[str, str, str]]:
    with (tmp_path / "report.csv").open(encoding="utf-8-sig") as opened:
        return [(row["outcome"], row["place"], row["message"]) for row in csv.DictReader(opened)]


def write(tmp_path: Path, name: str, content: str | dict[str, Any]) -> Path:
    path = tmp_path / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    entries = [{"fullUrl": f"urn:uuid:{each['id']}", "resource": each} for each in resources]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def patient(**changed: Any) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "id": "ana",
        "identifier": [{"system": "urn:old", "value": "77"}],
        "name": [{"use": "official", "family": "Reyes", "given": ["Ana"]}],
        "birthDate": "1974-03-07",
        "gender": "female",
        "telecom": [{"system": "phone", "value": "619-234-0101", "use": "mobile"}],
        **changed,
    }


def encounter(id: str, start: str = "2020-05-04T10:00:00-07:00", **changed: Any) -> dict[str, Any]:
    return {
        "resourceType": "Encounter",
        "id": id,
        "status": "finished",
        "class": {"code": "AMB"},
        "type": [{"coding": [{"system": "urn:types", "code": "checkup"}], "text": "Check-up"}],
        "subject": {"reference": "urn:uuid:ana"},
        "period": {"start": start, "end": "2020-05-04T10:30:00-07:00"},
        **changed,
    }


def versions() -> dict[str, tuple[int, int]]:
    """How many rows each table has, and a sum over the transactions that wrote them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = 'public' AND c.relkind = 'r'"
        )
        found = {}
        for (name,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*), coalesce(sum(xmin::text::bigint), 0) FROM "{name}"')
            found[name] = cursor.fetchone()
        return found


def test_the_real_bundles(run: Run, tmp_path: Path) -> None:
    assert len(real_bundles()) == 38
    code, said = run(SYNTHEA)
    assert code == 0, said
    assert "Patient: 38 added" in said
    assert "Encounter: 794 added" in said
    assert "Practitioner: 45 added, 18 repeated" in said
    assert "Organization: 45 added, 18 repeated" in said
    assert Patient.objects.count() == 38
    assert Appointment.objects.filter(state="done", visit_type=None).count() == 794
    assert Booking.objects.count() == 0
    assert Practitioner.objects.filter(outside_organization__isnull=False).count() == 45
    assert OutsideOrganization.objects.count() == 45
    assert Participant.objects.filter(patient__isnull=False).count() == 794
    assert Patient.objects.filter(deceased=True).count() == 5
    # Numbers like 555-871-6127 are no telephones: kept as typed, and told.
    assert Phone.objects.filter(warning="").count() == 0
    told = findings(tmp_path)
    assert {outcome for outcome, _, _ in told} <= {"warning", "looks like", "left out"}
    with looks.collecting("test"):
        found = find_patients(MANAGER, "windler fatima")
    assert "Fatima" in found[0].name
    assert "Windler" in found[0].name

    before = versions()
    code, said = run(SYNTHEA)
    assert code == 0
    assert "Patient: 38 unchanged" in said
    assert "Encounter: 794 unchanged" in said
    assert "added" not in said
    assert "updated" not in said
    assert versions() == before


def test_a_patient_with_everything_that_hangs_on_it(run: Run, tmp_path: Path) -> None:
    visits = [
        encounter("v1"),
        # Overlapping, and overnight: history takes nobody's time.
        encounter("v2", period={"start": "2020-05-04T10:15:00-07:00"}),
        encounter(
            "v3",
            period={"start": "2020-05-04T22:00:00-07:00", "end": "2020-05-06T09:00:00-07:00"},
        ),
    ]
    code, _ = run(write(tmp_path, "a.json", bundle(patient(), *visits)))
    assert code == 0
    ana = Patient.objects.get()
    assert (ana.family, ana.birth_date, ana.sex) == ("Reyes", date(1974, 3, 7), "female")
    assert ana.last_seen_at is not None
    assert PatientIdentifier.objects.get().value == "77"
    assert Phone.objects.get().e164 == "+16192340101"
    visit = Appointment.objects.order_by("starts_at").first()
    assert visit is not None
    assert visit.reason == "Check-up"
    assert visit.codes == [
        {"element": "class", "coding": [{"code": "AMB"}]},
        {
            "element": "type",
            "coding": [{"system": "urn:types", "code": "checkup"}],
            "text": "Check-up",
        },
    ]
    assert Appointment.objects.count() == 3


def test_one_bad_encounter_refuses_exactly_that(run: Run, tmp_path: Path) -> None:
    bad = encounter("v2", period={"start": "2020-13-04"})
    late = encounter("v3", period={"start": "2199-05-04T10:00:00Z"})
    lost = encounter("v4", subject={"reference": "urn:uuid:bob"})
    document = bundle(patient(), encounter("v1"), bad, late, lost)
    code, said = run(write(tmp_path, "a.json", document))
    assert code == 1
    assert "Patient: 1 added" in said
    assert "Encounter: 1 added, 3 refused" in said
    assert Appointment.objects.count() == 1
    assert findings(tmp_path) == [
        (
            "refused",
            "Bundle.entry[2].resource.period.start",
            "'2020-13-04' is not a date, or a time with its zone",
        ),
        (
            "refused",
            "Bundle.entry[4].resource.subject",
            "'urn:uuid:bob' is neither in these files nor imported before",
        ),
        (
            "refused",
            "Bundle.entry[3].resource.period.start",
            "has the status finished, but begins later",
        ),
    ]


def test_one_bad_patient_refuses_exactly_that(run: Run, tmp_path: Path) -> None:
    bad = patient(id="bob", birthDate="1974-02-30", identifier=[{"system": "a", "value": "1"}])
    old = patient(id="eva", birthDate="1874-02-03", identifier=[{"system": "a", "value": "2"}])
    none = patient(id="zoe", identifier=[{"system": "a", "value": "3"}])
    del none["birthDate"]
    visits = [
        encounter("v1"),
        encounter("v2", subject={"reference": "urn:uuid:bob"}),
        encounter("v3", subject={"reference": "urn:uuid:eva"}),
    ]
    code, said = run(write(tmp_path, "a.json", bundle(bad, patient(), old, none, *visits)))
    assert code == 1
    assert "Patient: 1 added, 3 refused" in said
    assert "Encounter: 1 added, 2 refused" in said
    assert [each.given for each in Patient.objects.all()] == ["Ana"]
    told = {place: message for _, place, message in findings(tmp_path)}
    assert told["Bundle.entry[0].resource.birthDate"].startswith("'1974-02-30' is not a date")
    assert "older than 130" in told["Bundle.entry[2].resource.birthDate"]
    assert "needed" in told["Bundle.entry[3].resource.birthDate"]
    assert told["Bundle.entry[5].resource.subject"] == "its patient was refused"
    assert told["Bundle.entry[6].resource.subject"] == "its patient was refused"


def test_a_csv_with_each_kind_of_bad_row(run: Run, tmp_path: Path) -> None:
    rows = [
        "1,Reyes,Ana,1974-03-07,f,619-234-0101,ana@example.org,es",
        "2,,Bob,1974-03-07,m,,,",
        "3,Soto,Eva,3/32/1980,f,,,",
        "4,Soto,Eva,,f,,,",
        "5,Lind,Bo,2199-01-01,m,,,",
        f"6,{'x' * 10_000},Bo,1980,m,,,",
        "7,Lind,Bo,1980-01-01,m,555-0100,not a mail,xx-!!",
        "8,Lind,Bo,1980-01-02,m,,,,,more",
        "1,Other,Person,1999-01-01,m,,,",
        '9,"Lind" Bo,x,1980,m,,,',
        "10,Never,Read,1980,m,,,",
    ]
    code, said = run(write(tmp_path, "a.csv", HEADER + "\n".join(rows)))
    assert code == 1
    assert "Patient: 2 added, 8 refused" in said
    assert sorted(each.given for each in Patient.objects.all()) == ["Ana", "Bo"]
    refused = [
        (place, message) for outcome, place, message in findings(tmp_path) if outcome == "refused"
    ]
    assert [place for place, _ in refused] == [
        "row 3, family",
        "row 4, birth_date",
        "row 5, birth_date",
        "row 7, family",
        "row 9",
        "row 10",
        "row 11",
        "row 6, birth_date",
    ]
    told = [
        (place, message) for outcome, place, message in findings(tmp_path) if outcome == "warning"
    ]
    assert told == [
        ("row 8, language", "'xx-!!' is not a language that is known here; left out"),
        ("row 8, email", "'not a mail' is left out. This is not a mail address."),
        ("row 8, phone", "'555-0100' is kept as it was typed. Add the area code."),
    ]
    assert run(tmp_path / "a.csv")[1].startswith("Patient: 2 unchanged")


def test_dry_run_tells_everything_and_changes_nothing(run: Run, tmp_path: Path) -> None:
    before = versions()
    code, said = run(write(tmp_path, "a.json", bundle(patient(), encounter("v1"))), "--dry-run")
    assert code == 0
    assert "Patient: 1 added" in said
    assert "nothing was changed" in said
    after = versions()
    assert {name for name in before if before[name] != after[name]} <= {"audit_entry"}
    assert Patient.objects.count() == 0


def counts(said: str) -> list[str]:
    """What was said of each kind, without the findings."""
    return [line for line in said.splitlines() if line.partition(":")[0].isalpha()]


def test_dry_run_foresees_what_one_file_says_twice(run: Run, tmp_path: Path) -> None:
    mr = {"coding": [{"code": "MR"}]}
    card = {"system": "urn:card", "value": "A-1"}
    first = patient(identifier=[{"system": "urn:old", "value": "77", "type": mr}, card])
    again = patient(id="again", identifier=[{"system": "urn:new", "value": "5", "type": mr}, card])
    alike = patient(id="alike", identifier=[{"system": "urn:new", "value": "6"}], telecom=[])
    clinic = {
        "resourceType": "Organization",
        "id": "org",
        "name": "OLD CLINIC",
        "identifier": [{"system": "urn:npi", "value": "123"}],
    }
    chen = {
        "resourceType": "Practitioner",
        "id": "chen",
        "name": [{"family": "Chen", "given": ["Mei"]}],
        "identifier": [{"system": "urn:npi", "value": "9"}],
    }
    visit = encounter(
        "v1",
        serviceProvider={"reference": "urn:uuid:org"},
        participant=[{"individual": {"reference": "urn:uuid:chen"}}],
    )
    path = write(tmp_path, "a.json", bundle(first, again, alike, clinic, chen, visit))
    dry_code, dry_said = run(path, "--dry-run")
    dry = findings(tmp_path)
    code, said = run(path)
    assert (dry_code, counts(dry_said)) == (code, counts(said))
    assert "Patient: 2 added, 1 updated" in said
    really = findings(tmp_path)
    assert [each[:2] for each in dry] == [each[:2] for each in really]
    assert [each[0] for each in dry] == ["looks like"]
    assert "looks like a.json: Bundle.entry[0].resource (same surname" in dry[0][2]


def test_a_changed_file_changes_what_has_changed(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path, "a.json", bundle(patient(), encounter("v1")))
    run(path)
    ana = Patient.objects.get()
    people.change_patient(patient=ana.id, preferred_name="Anita", by=MANAGER)
    people.change_patient(patient=ana.id, sex="other", by=MANAGER)
    new_phone = [{"system": "phone", "value": "619-234-0202", "use": "home"}]
    changed = patient(
        name=[{"use": "official", "family": "Reyes", "given": ["Ana", "María"]}],
        telecom=new_phone,
        gender="unknown",
    )
    later = encounter("v1", period={"start": "2020-05-04T11:00:00-07:00"})
    code, said = run(write(tmp_path, "a.json", bundle(changed, later)))
    assert code == 0
    assert "Patient: 1 updated" in said
    assert "Encounter: 1 updated" in said
    ana.refresh_from_db()
    assert (ana.middle, ana.preferred_name, ana.sex) == ("María", "Anita", "other")
    held = Phone.objects.filter(ended_at__isnull=True)
    assert [each.e164 for each in held] == ["+16192340202"]
    visit = Appointment.objects.get()
    assert f"{visit.wall_start:%H:%M}" in ("11:00", "18:00")
    before = versions()
    run(path)
    assert versions() == before


def test_a_telephone_holds_from_its_beginning_to_its_end(run: Run, tmp_path: Path) -> None:
    telecom = [
        {"system": "phone", "value": "619-234-0101", "period": {"end": "2027-01-31"}},
        {"system": "phone", "value": "619-234-0202", "period": {"start": "2027-02-01"}},
    ]
    path = write(tmp_path, "a.json", bundle(patient(telecom=telecom)))

    def held() -> list[str]:
        return list(Phone.objects.filter(ended_at=None).values_list("e164", flat=True))

    with clock.stopped_at(datetime(2026, 11, 24, tzinfo=UTC)):
        assert run(path)[0] == 0
        assert held() == ["+16192340101"]
        assert len(findings(tmp_path)) == 2
        assert "Patient: 1 unchanged" in run(path)[1]
    with clock.stopped_at(datetime(2027, 2, 2, tzinfo=UTC)):
        assert "Patient: 1 updated" in run(path)[1]
        assert held() == ["+16192340202"]
        assert "Patient: 1 unchanged" in run(path)[1]


def test_both_changed_keeps_ours_and_tells(run: Run, tmp_path: Path) -> None:
    run(write(tmp_path, "a.json", bundle(patient())))
    people.change_patient(patient=Patient.objects.get().id, language="vi", by=MANAGER)
    spanish = [{"language": {"coding": [{"code": "es"}]}}]
    run(write(tmp_path, "a.json", bundle(patient(communication=spanish))))
    assert Patient.objects.get().language == "vi"
    assert findings(tmp_path) == [
        (
            "kept ours",
            "Bundle.entry[0].resource.communication",
            "was changed here and in the file; ours is kept",
        )
    ]


def test_somebody_registered_here_is_found_by_identifier(run: Run, tmp_path: Path) -> None:
    with looks.collecting("test"):
        ana = people.register_patient(
            family="Reyes-Soto", given="Ana", birth_date=date(1974, 3, 7), by=MANAGER
        )
    people.add_identifier(patient=ana.patient, system="urn:old", value="77", by=MANAGER)
    code, said = run(write(tmp_path, "a.json", bundle(patient(), encounter("v1"))))
    assert code == 0
    assert "Patient: 1 updated" in said
    row = Patient.objects.get()
    assert (row.id, row.family, row.sex) == (ana.patient, "Reyes-Soto", "female")
    assert [outcome for outcome, _, _ in findings(tmp_path)] == ["kept ours"]


def test_a_number_of_somebody_else_is_not_believed(run: Run, tmp_path: Path) -> None:
    run(write(tmp_path, "a.json", bundle(patient())))
    mr = {"coding": [{"code": "MR"}]}
    other = {"name": [{"family": "Lind", "given": ["Bo"]}], "birthDate": "1999-09-09"}
    bo = patient(id="bo", identifier=[{"system": "urn:old", "value": "77"}], **other)
    code, _ = run(write(tmp_path, "b.json", bundle(bo)))
    assert code == 1
    assert "who has another name and another birth date" in findings(tmp_path)[0][2]
    # A number that is not a record number is left out, and the patient taken in.
    bo["identifier"] = [
        {"system": "urn:old", "value": "77", "type": {"coding": [{"code": "SS"}]}},
        {"system": "urn:new", "value": "1", "type": mr},
    ]
    code, _ = run(write(tmp_path, "b.json", bundle(bo)))
    assert code == 0
    assert Patient.objects.count() == 2
    assert [outcome for outcome, _, _ in findings(tmp_path)] == ["warning"]


def test_who_looks_like_somebody_is_taken_in_and_told(run: Run, tmp_path: Path) -> None:
    run(write(tmp_path, "a.json", bundle(patient())))
    first = Patient.objects.get()
    twin = patient(id="ann", identifier=[{"system": "urn:other", "value": "1"}], telecom=[])
    code, _ = run(write(tmp_path, "b.json", bundle(twin)))
    assert code == 0
    assert Patient.objects.count() == 2
    ((outcome, _, message),) = findings(tmp_path)
    assert outcome == "looks like"
    assert f"looks like {first.record_number}" in message


def test_visits_named_anew_with_each_export_are_not_doubled(run: Run, tmp_path: Path) -> None:
    run(write(tmp_path, "a.json", bundle(patient(), encounter("v1"), encounter("v2"))))
    assert Appointment.objects.count() == 2
    run(write(tmp_path, "b.json", bundle(patient(), encounter("w1"), encounter("w2"))))
    assert Appointment.objects.count() == 2
    before = versions()
    run(tmp_path / "b.json")
    assert versions() == before


def test_a_second_visit_with_the_identifier_of_another_is_told(run: Run, tmp_path: Path) -> None:
    one, two, case = ({"system": "urn:visits", "value": each} for each in ("1", "2", "case"))
    visits = [
        encounter("v1", identifier=[one, case]),
        encounter("v2", identifier=[two, case], period={"start": "2021-05-04T10:00:00-07:00"}),
    ]
    code, said = run(write(tmp_path, "a.json", bundle(patient(), *visits)))
    assert "Encounter: 1 added, 1 left out" in said
    assert Appointment.objects.count() == 1
    assert code == 0
    assert findings(tmp_path) == [
        (
            "left out",
            "Bundle.entry[2].resource.identifier",
            "has the identifier of another visit; that one is kept",
        )
    ]
    _, said = run(tmp_path / "a.json")
    assert "Encounter: 1 unchanged, 1 left out" in said


def test_one_number_as_two_kinds_of_telephone_is_kept_once(run: Run, tmp_path: Path) -> None:
    header = "record_number,family,given,birth_date,mobile,phone\n"
    row = "1,Reyes,Ana,1974-03-07,619-234-0101,(619) 234-0101\n"
    assert run(write(tmp_path, "a.csv", header + row))[0] == 0
    assert [(each.e164, each.use) for each in Phone.objects.all()] == [("+16192340101", "mobile")]
    assert [message for _, _, message in findings(tmp_path)] == [
        "'(619) 234-0101' is there twice; the second is left out"
    ]


def test_an_organisation_mapped_to_a_site(run: Run, tmp_path: Path) -> None:
    site = add_site(name="Main Street", time_zone="America/Phoenix", by=MANAGER).id
    clinic = {
        "resourceType": "Organization",
        "id": "org",
        "name": "OLD CLINIC",
        "identifier": [{"system": "urn:npi", "value": "123"}],
    }
    chen = {
        "resourceType": "Practitioner",
        "id": "chen",
        "name": [{"family": "Chen", "given": ["Mei"]}],
        "identifier": [{"system": "urn:npi", "value": "9"}],
    }
    visit = encounter(
        "v1",
        serviceProvider={"reference": "urn:uuid:org"},
        participant=[{"individual": {"reference": "urn:uuid:chen"}}],
    )
    document = write(tmp_path, "a.json", bundle(patient(), clinic, chen, visit))
    code, said = run(document, "--site", "main street=123")
    assert code == 0
    assert "Organization: 1 a site of ours" in said
    row = Appointment.objects.get()
    assert (row.site_id, row.zone, row.outside_organization_id) == (site, "America/Phoenix", None)
    assert f"{row.wall_start:%H:%M}" == "10:00"
    assert Practitioner.objects.get().outside_organization_id is None
    assert OutsideOrganization.objects.count() == 0
    before = versions()
    assert run(document)[0] == 0
    assert versions() == before


def test_a_death_told_in_utc_was_on_the_day_at_the_main_site(run: Run, tmp_path: Path) -> None:
    add_site(name="Main Street", time_zone="America/Denver", by=MANAGER)
    sent = patient(deceasedDateTime="2020-05-03T02:00:00Z")
    document = write(tmp_path, "a.json", bundle(sent))
    assert run(document)[0] == 0
    assert Patient.objects.get().deceased_on == date(2020, 5, 2)
    changed = write(tmp_path, "a.json", bundle({**sent, "gender": "other"}))
    assert run(changed)[0] == 0
    row = Patient.objects.get()
    assert (row.sex, row.deceased_on) == ("other", date(2020, 5, 2))


def test_an_archive_comes_in_with_its_dead(run: Run, tmp_path: Path) -> None:
    rows = [
        "1,Lind,Bo,1890-05-01,1950",
        "2,Lind,Eva,2019-05-01,2019",
        "3,Lind,Ida,2019-05-01,2019-05",
        "4,Lind,Per,1890-05-01,2199",
    ]
    header = "record_number,family,given,birth_date,deceased_on\n"
    code, said = run(write(tmp_path, "a.csv", header + "\n".join(rows)))
    assert code == 1
    assert "Patient: 3 added, 1 refused" in said
    assert findings(tmp_path)[0] == (
        "refused",
        "row 5, deceased_on",
        "This day of death is in the future. Check the year.",
    )


def test_a_site_that_is_not_there(run: Run, tmp_path: Path) -> None:
    assert run(tmp_path, "--site", "nowhere=1")[0] == 2


def test_visits_alone_find_a_patient_who_came_before(run: Run, tmp_path: Path) -> None:
    run(write(tmp_path, "a.json", bundle(patient())))
    by_number = encounter("v2", subject={"reference": "Patient?identifier=urn:old|77"})
    code, said = run(write(tmp_path, "b.json", bundle(encounter("v1"), by_number)))
    assert code == 0
    assert "Encounter: 2 added" in said
    assert Participant.objects.filter(patient=Patient.objects.get()).count() == 2


def test_a_visit_sent_for_another_patient_is_theirs_and_told(run: Run, tmp_path: Path) -> None:
    ben = patient(
        id="ben",
        identifier=[{"system": "urn:old", "value": "78"}],
        name=[{"use": "official", "family": "Ode", "given": ["Ben"]}],
        birthDate="1980-01-02",
        telecom=[],
    )
    run(write(tmp_path, "a.json", bundle(patient(), ben, encounter("v1"))))
    anas, bens = (Patient.objects.get(given=given) for given in ("Ana", "Ben"))
    moved = encounter("v1", subject={"reference": "urn:uuid:ben"})
    path = write(tmp_path, "a.json", bundle(patient(), ben, moved))
    code, said = run(path)
    assert code == 0
    assert "Encounter: 1 moved to another patient" in said
    assert [(grade, told) for grade, _, told in findings(tmp_path)] == [
        ("moved", "was another patient's visit until now")
    ]
    with looks.collecting("test"):
        assert visits_of(MANAGER, anas.id) == []
        assert [each.id for each in visits_of(MANAGER, bens.id)] == [Appointment.objects.get().id]
    subjects = Entry.objects.get(name="correct_past_visit").subjects
    assert set(subjects) == {anas.id, bens.id}
    assert patient_in_use.ask.uses(anas.id) == ""
    before = versions()
    run(path)
    assert versions() == before


def test_what_became_no_visit_is_told(run: Run, tmp_path: Path) -> None:
    document = bundle(
        patient(),
        encounter("v1", status="planned"),
        encounter("v2", status="in-progress"),
        encounter("v3", status="entered-in-error"),
        encounter("v4", status="cancelled"),
    )
    code, said = run(write(tmp_path, "a.json", document))
    assert code == 0
    assert "Encounter: 1 added, 3 left out" in said
    assert Appointment.objects.get().state == "cancelled"
    assert [outcome for outcome, _, _ in findings(tmp_path)] == ["left out"] * 3


def test_an_interrupted_import_goes_on(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(f"{n},Family{n},Given{n},19{n}0-01-01,f,,,\n" for n in range(1, 8))
    path = write(tmp_path, "a.csv", HEADER + rows)
    real, calls = import_patient, []

    def stopping(**given: Any) -> Any:
        calls.append(given)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return real(**given)

    monkeypatch.setattr(patients, "import_patient", stopping)
    code, said = run(path)
    assert code == 130
    assert "Interrupted" in said
    assert Patient.objects.count() == 3
    monkeypatch.undo()
    code, said = run(path)
    assert code == 0
    assert "Patient: 4 added, 3 unchanged" in said


def test_what_has_no_place_here_is_kept_as_it_was_sent(run: Run, tmp_path: Path) -> None:
    race = {"url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race", "extension": []}
    sent = patient(extension=[race], maritalStatus={"text": "Married"})
    run(write(tmp_path, "a.json", bundle(sent)))
    kept = Imported.objects.get(kind="Patient")
    assert kept.became == Patient.objects.get().id
    assert kept.content["extension"] == [race]
    assert kept.content["maritalStatus"] == {"text": "Married"}


def test_two_versions_in_one_folder_change_nothing_the_second_time(
    run: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    write(folder, "january.json", bundle(patient(gender="unknown"), encounter("v1")))
    write(folder, "march.json", bundle(patient(), encounter("v1", status="unknown")))
    assert run(folder)[0] == 0
    assert Patient.objects.get().sex == "female"
    before = versions()
    assert run(folder)[0] == 0
    assert versions() == before


def test_what_nobody_foresaw_stops_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = import_patient

    def failing(**given: Any) -> Any:
        if given["sent"].given == "Given2":
            raise TypeError("a mistake of ours")
        return real(**given)

    monkeypatch.setattr(patients, "import_patient", failing)
    rows = "".join(f"{n},Family{n},Given{n},19{n}0-01-01,f,,,\n" for n in range(1, 4))
    code, said = run(write(tmp_path, "a.csv", HEADER + rows))
    assert code == 1
    assert "Patient: 2 added, 1 refused" in said
    assert findings(tmp_path) == [("refused", "row 3", "could not be kept (TypeError)")]


def test_a_report_is_left_where_the_data_are(
    tmp_path: Path, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.CAREDESK_DATA = tmp_path
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    path = write(tmp_path, "a.json", "<html>")
    assert command.run(parser.parse_args([str(path)])) == 1
    assert "is HTML or XML" in capsys.readouterr().out
    assert len(list((tmp_path / "imports").glob("*.csv"))) == 1
