"""A patient's documents at the desk: added, opened, taken back, brought back."""

import json
import re
from uuid import UUID

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests import world as cast
from tests.world import World, signed_in

from caredesk.audit.models import Entry
from caredesk.files.models import Attachment
from caredesk.files.tests import samples
from caredesk.kernel.ids import new_id
from caredesk.people.models import Document

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return cast.build()


@pytest.fixture
def ana(world: World) -> Client:
    return signed_in(world, "ana")


def add(client: Client, patient: UUID, data: bytes, name: str, **typed: str) -> "object":
    sent = {
        "file": SimpleUploadedFile(name, data, "application/octet-stream"),
        "title": "HIPAA form",
        "kind": "form",
        "dated": "3/7/26",
        "key": str(new_id()),
        **typed,
    }
    return client.post(f"/patients/{patient}/documents/", sent)


def added(client: Client, patient: UUID, data: bytes = samples.PDF, name: str = "a.pdf") -> UUID:
    answer = add(client, patient, data, name)
    assert answer.status_code == 303, answer.content.decode()  # type: ignore[attr-defined]
    return UUID(str(Document.objects.latest("id").id))


def body(answer: object) -> bytes:
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", samples.SAMPLES)
def test_every_kind_is_added_and_saved_as_it_was(ana: Client, world: World, name: str) -> None:
    document = added(ana, world.patients["bill"], samples.SAMPLES[name], name)
    answer = ana.get(f"/documents/{document}/?save")
    assert body(answer) == samples.SAMPLES[name]
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer["Content-Length"] == str(len(samples.SAMPLES[name]))


def test_it_is_on_the_patients_panel(ana: Client, world: World) -> None:
    document = added(ana, world.patients["bill"])
    text = ana.get(f"/patients/{world.patients['bill']}/").content.decode()
    assert f'href="/documents/{document}/"' in text
    assert "HIPAA form" in text
    assert "7 Mar 2026" in text


def test_a_pdf_is_shown_in_a_sandbox(ana: Client, world: World) -> None:
    answer = ana.get(f"/documents/{added(ana, world.patients['bill'])}/")
    assert answer["Content-Disposition"].startswith("inline;")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Security-Policy"].startswith("sandbox;")
    assert "script-src" not in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


def test_what_does_more_than_show_pages_is_saved_and_said(ana: Client, world: World) -> None:
    data = samples.pdf_with(b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>")
    document = added(ana, world.patients["bill"], data)
    assert ana.get(f"/documents/{document}/")["Content-Disposition"].startswith("attachment;")
    text = ana.get(f"/patients/{world.patients['bill']}/").content.decode()
    assert "active content: JavaScript" in text


@pytest.mark.parametrize(
    "name", ["fax.tif", "photo.heic", "report.docx", "table.csv", "bundle.json"]
)
def test_what_a_browser_should_not_open_is_saved(ana: Client, world: World, name: str) -> None:
    document = added(ana, world.patients["bill"], samples.SAMPLES[name], name)
    assert ana.get(f"/documents/{document}/")["Content-Disposition"].startswith("attachment;")


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"MZ\x90\0" + bytes(200), "letter.pdf", "Windows"),
        (b"<html><script>alert(1)</script>", "letter.pdf", "HTML"),
        (b"", "letter.pdf", "empty"),
        (samples.png(60_000, 60_000), "a.png", "60000 by 60000 points"),
        (samples.PDF + samples.docx(), "a.pdf", "two files in one"),
    ],
)
def test_a_bad_file_is_refused_at_its_field_and_what_was_typed_stays(
    ana: Client, world: World, data: bytes, name: str, says: str
) -> None:
    answer = add(ana, world.patients["bill"], data, name, title="Medicare card")
    text = answer.content.decode()  # type: ignore[attr-defined]
    assert answer.status_code == 422  # type: ignore[attr-defined]
    error = re.search(r'id="id_file_error">(.*?)</div>', text, re.DOTALL)
    assert error
    assert says in error[1]
    assert "Medicare card" in text
    assert not Attachment.objects.filter(about=world.patients["bill"]).exists()


def test_a_refused_field_asks_for_the_file_again(ana: Client, world: World) -> None:
    answer = add(ana, world.patients["bill"], samples.PDF, "a.pdf", dated="tomorrow")
    text = answer.content.decode()  # type: ignore[attr-defined]
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "has not come yet" in text
    assert "Choose the file again" in text


def test_sent_twice_it_is_there_once(ana: Client, world: World) -> None:
    key = str(new_id())
    for _ in range(2):
        answer = add(ana, world.patients["bill"], samples.PDF, "a.pdf", key=key)
        assert answer.status_code == 303  # type: ignore[attr-defined]
    assert Document.objects.filter(patient=world.patients["bill"]).count() == 1
    answer = add(ana, world.patients["bill"], samples.jpeg(), "a.jpg", key=key)
    assert "already sent with other content" in answer.content.decode()  # type: ignore[attr-defined]


def test_it_is_taken_back_with_a_reason_and_brought_back(ana: Client, world: World) -> None:
    patient, document = world.patients["bill"], added(ana, world.patients["bill"])
    answer = ana.post(f"/documents/{document}/withdrawal/", {"reason": ""})
    assert answer.status_code == 422
    answer = ana.post(f"/documents/{document}/withdrawal/", {"reason": "Another patient's"})
    assert answer.status_code == 303
    assert ana.get(f"/documents/{document}/").status_code == 404
    assert "HIPAA form" not in ana.get(f"/patients/{patient}/").content.decode()
    text = ana.get(f"/patients/{patient}/documents/").content.decode()
    assert "Another patient&#x27;s" in text
    assert ana.post(f"/documents/{document}/restoration/").status_code == 303
    assert ana.get(f"/documents/{document}/").status_code == 200
    assert "HIPAA form" in ana.get(f"/patients/{patient}/").content.decode()


def test_adding_and_taking_back_are_undone(ana: Client, world: World) -> None:
    document = added(ana, world.patients["bill"])
    for expected in (404, 200):
        deed = Entry.objects.filter(kind="change", parent=None).latest("seq").deed
        assert ana.post(f"/deeds/{deed}/undo/", {"to": "/"}).status_code == 303
        assert ana.get(f"/documents/{document}/").status_code == expected
        if expected == 404:
            assert ana.post(f"/documents/{document}/restoration/").status_code == 303
            ana.post(f"/documents/{document}/withdrawal/", {"reason": "Not hers"})


def test_every_opening_is_a_look_at_the_patient(ana: Client, world: World) -> None:
    document = added(ana, world.patients["bill"])
    before = set(Entry.objects.values_list("id", flat=True))
    ana.get(f"/documents/{document}/")
    entry = Entry.objects.exclude(id__in=before).get()
    assert (entry.kind, entry.name) == ("look", "people:document")
    assert entry.subjects == [world.patients["bill"]]
    assert entry.actor == world.users["ana"].id


@pytest.mark.parametrize(
    ("name", "asked", "kind"),
    [
        ("letter.pdf", "?save", "download"),
        ("letter.pdf", "", "look"),
        ("report.docx", "", "download"),
    ],
)
def test_what_is_saved_is_on_record_as_downloaded(
    ana: Client, world: World, name: str, asked: str, kind: str
) -> None:
    bill = world.patients["bill"]
    document = added(ana, bill, samples.SAMPLES[name], name)
    before = set(Entry.objects.values_list("id", flat=True))
    answer = ana.get(f"/documents/{document}/{asked}")
    entry = Entry.objects.exclude(id__in=before).get()
    assert (entry.kind, entry.name, entry.subjects) == (kind, "people:document", [bill])
    assert answer["Caredesk-Look"] == str(entry.id)
    before.add(entry.id)
    ana.head(f"/documents/{document}/{asked}")
    assert Entry.objects.exclude(id__in=before).get().kind == "look", "nothing has left"
    mia = signed_in(world, "mia")
    filtered = mia.get(f"/patients/{bill}/access/?kind=download").content.decode()
    assert ("downloaded the document" in filtered) == (kind == "download")
    asked_for = {"since": "yesterday", "until": "today", "form": "ndjson"}
    events = mia.post("/access/export/", asked_for).content.decode().splitlines()
    [event] = [json.loads(each) for each in events if str(entry.id) in each]
    code = "110106" if kind == "download" else "110110"
    assert (event["type"]["code"], event["action"]) == (code, "R")


def test_a_number_that_was_guessed_is_not_there(ana: Client, world: World) -> None:
    added(ana, world.patients["bill"])
    attachment = Attachment.objects.get(about=world.patients["bill"]).id
    for guessed in (attachment, world.patients["bill"], new_id()):
        assert ana.get(f"/documents/{guessed}/").status_code == 404


def test_a_stranger_is_sent_to_sign_in(ana: Client, world: World) -> None:
    document = added(ana, world.patients["bill"])
    answer = Client().get(f"/documents/{document}/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")


@pytest.mark.parametrize(
    ("asked", "status", "start", "end"),
    [
        ("bytes=0-9", 206, 0, 10),
        ("bytes=10-", 206, 10, None),
        ("bytes=-7", 206, -7, None),
        ("bytes=5-5", 206, 5, 6),
        ("bytes=5-99999999", 206, 5, None),
        ("bytes=9-2", 200, 0, None),
        ("bytes=0-1,5-6", 200, 0, None),
        ("lines=1-2", 200, 0, None),
        ("bytes=-", 200, 0, None),
    ],
)
def test_a_part_is_sent_as_it_is_asked_for(
    ana: Client, world: World, asked: str, status: int, start: int, end: int | None
) -> None:
    document = added(ana, world.patients["bill"])
    answer = ana.get(f"/documents/{document}/", headers={"Range": asked})
    assert answer.status_code == status
    assert body(answer) == samples.PDF[start:end]
    assert answer["Accept-Ranges"] == "bytes"
    if status == 206:
        size = len(samples.PDF)
        first, last = range(size)[start:end][0], range(size)[start:end][-1]
        assert answer["Content-Range"] == f"bytes {first}-{last}/{size}"


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=-0"])
def test_a_part_that_is_not_there_is_said(ana: Client, world: World, asked: str) -> None:
    document = added(ana, world.patients["bill"])
    answer = ana.get(f"/documents/{document}/", headers={"Range": asked})
    assert answer.status_code == 416
    assert answer["Content-Range"] == f"bytes */{len(samples.PDF)}"


def test_other_forms_take_no_file(ana: Client, world: World) -> None:
    patient = world.patients["bill"]
    sent = {"text": "Bring the card", "severity": "note", "file": SimpleUploadedFile("a", b"x")}
    assert ana.post(f"/patients/{patient}/alerts/", sent).status_code == 303
    assert not Attachment.objects.filter(about=world.patients["bill"]).exists()


def test_too_large_a_file_is_refused_in_words(
    ana: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "CAREDESK_LARGEST_FILE", 1_000)
    answer = add(ana, world.patients["bill"], samples.PDF + b" " * 1_000, "a.pdf")
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "at most 1 kB" in answer.content.decode()  # type: ignore[attr-defined]
    answer = add(ana, world.patients["bill"], bytes(300_000), "a.pdf")
    assert answer.status_code == 413  # type: ignore[attr-defined]
    assert "at most 1 kB" in answer.content.decode()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"MZ\x90\0" + bytes(200), "wrong type"),
        (samples.png(60_000, 60_000), "bomb"),
        (samples.PDF + samples.docx(), "two in one"),
        (samples.docx(**{"word/vbaProject.bin": "x"}), "unsafe"),
        (samples.PDF[:-20], "damaged"),
        (samples.PDF + b" " * 60_000, "too large"),
        (bytes(400_000), "too large"),
    ],
)
def test_a_refused_file_is_on_record_without_a_word_of_it(
    ana: Client, world: World, monkeypatch: pytest.MonkeyPatch, data: bytes, why: str
) -> None:
    monkeypatch.setattr(settings, "CAREDESK_LARGEST_FILE", 50_000)
    bill = world.patients["bill"]
    answer = add(ana, bill, data, "Zephyrine-secret.pdf", title="Zephyrine")
    assert answer.status_code in {422, 413}  # type: ignore[attr-defined]
    entry = Entry.objects.get(kind="refusal")
    assert (entry.name, entry.subjects) == (f"upload: {why}", [bill])
    assert (entry.actor, entry.address) == (world.users["ana"].id, "127.0.0.1")
    assert "Zephyrine" not in str(list(Entry.objects.values()))
    log = signed_in(world, "mia").get(f"/patients/{bill}/access/").content.decode()
    assert "was refused a" in log


def test_a_file_that_could_not_be_scanned_is_on_record(
    ana: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "CAREDESK_CLAMD", "/nowhere/clamd.ctl")
    add(ana, world.patients["bill"], samples.PDF, "a.pdf")
    assert Entry.objects.get(kind="refusal").name == "upload: scanner down"


def test_neither_a_kept_file_nor_another_mistake_is_a_refusal(ana: Client, world: World) -> None:
    added(ana, world.patients["bill"])
    add(ana, world.patients["bill"], samples.PDF, "a.pdf", dated="tomorrow")
    add(ana, world.patients["bill"], b"", "a.pdf")
    assert not Entry.objects.filter(kind="refusal").exists()
