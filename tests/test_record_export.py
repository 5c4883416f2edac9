"""The record as a file: from the page and by the command."""

import json
import stat
from pathlib import Path
from uuid import UUID

import pytest
from tests import world as cast
from tests.world import World, signed_in

from caredesk.audit.models import Entry
from caredesk.config import audit_export
from caredesk.config.environment import CannotStart
from caredesk.kernel import looks
from caredesk.kernel.looks import seen
from caredesk.privacy.access_log.views import exporting

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return cast.build()


def look(world: World, patient: UUID) -> None:
    with looks.collecting("people:patient"):
        seen(world.actor("ben"), [patient])


ASKED = {"since": "yesterday", "until": "today", "patient": "", "form": "ndjson"}


def test_the_page_gives_the_file_and_records_that_it_left(world: World) -> None:
    lupe = world.patients["lupe"]
    look(world, lupe)
    sent = {**ASKED, "patient": world.record_numbers["lupe"]}
    answer = signed_in(world, "mia").post("/access/export/", sent)
    assert answer["Content-Type"] == "application/fhir+ndjson"
    assert 'attachment; filename="access-record.ndjson"' in answer["Content-Disposition"]
    events = [json.loads(each) for each in answer.content.decode().splitlines()]
    assert {each["resourceType"] for each in events} == {"AuditEvent"}
    assert all(f"Patient/{lupe}" in json.dumps(each) for each in events)
    assert "Guadalupe" not in answer.content.decode()
    entry = Entry.objects.get(kind="export")
    assert (entry.name, entry.actor) == ("privacy:export", world.users["mia"].id)
    assert lupe in entry.subjects
    bundle = signed_in(world, "mia").post("/access/export/", {**ASKED, "form": "bundle"})
    assert json.loads(bundle.content)["resourceType"] == "Bundle"


@pytest.mark.parametrize(
    ("field", "text", "told"),
    [
        ("patient", "CD-999999", "no such record number"),
        ("patient", "Guadalupe", "no such record number"),
        ("since", "", "This is needed."),
        ("until", "1/2/2020", "last day is before the first"),
    ],
)
def test_bad_input_is_told_at_its_field(world: World, field: str, text: str, told: str) -> None:
    answer = signed_in(world, "mia").post("/access/export/", {**ASKED, field: text})
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Entry.objects.filter(kind="export").exists()


def test_too_much_for_a_page_is_told_with_the_way_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "MOST", 2)
    answer = signed_in(world, "mia").post("/access/export/", ASKED)
    assert answer.status_code == 422
    assert "caredesk audit export" in answer.content.decode()


def test_who_may_not_export_cannot(world: World) -> None:
    assert signed_in(world, "ana").post("/access/export/", ASKED).status_code == 404
    assert not Entry.objects.filter(kind="export").exists()


def command(*words: str) -> int:
    import argparse

    parser = argparse.ArgumentParser()
    audit_export.add_arguments(parser)
    return audit_export.run(parser.parse_args(words))


def test_the_command_writes_a_file_that_only_its_owner_reads(world: World, tmp_path: Path) -> None:
    look(world, world.patients["wei"])
    out = tmp_path / "record.ndjson"
    assert command("--output", str(out), "--patient", world.record_numbers["wei"]) == 0
    events = [json.loads(each) for each in out.read_text().splitlines()]
    assert len(events) == Entry.objects.filter(subjects__contains=[world.patients["wei"]]).count()
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    entry = Entry.objects.get(kind="export")
    assert (entry.name, entry.door) == ("audit export", "command")
    assert world.patients["wei"] in entry.subjects
    with pytest.raises(CannotStart, match="there already"):
        command("--output", str(out))


def test_the_command_takes_days_and_tells_what_it_cannot_read(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("--from", "2020-01-01", "--to", "2020-01-31", "--format", "bundle") == 0
    assert "entry" not in json.loads(capsys.readouterr().out)
    with pytest.raises(CannotStart, match="no patient CD-999999"):
        command("--patient", "CD-999999")
    with pytest.raises(SystemExit):
        command("--from", "yesterday")
    assert "is no day" in capsys.readouterr().err
