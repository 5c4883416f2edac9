"""Uploads that are what they say, and many that are not."""

import gzip
import io
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from caredesk.wire.fhir import files
from caredesk.wire.fhir.bundles import read_entries
from caredesk.wire.fhir.element import Flaw, Unusable
from caredesk.wire.fhir.files import Unreadable, read_documents

RESOURCE = json.dumps({"resourceType": "Patient"}).encode()


def read(folder: Path, name: str, content: bytes) -> list[files.Document]:
    path = folder / name
    path.write_bytes(content)
    return list(read_documents(path))


def packed(content: bytes) -> bytes:
    """Without the time: the names of tests are made of it, and every process must find the same."""
    return gzip.compress(content, mtime=0)


def zipped(content: bytes) -> bytes:
    archived = io.BytesIO()
    with zipfile.ZipFile(archived, "w") as archive:
        archive.writestr(zipfile.ZipInfo("bundle.json"), content)
    return archived.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", RESOURCE),
        ("A.JSON", RESOURCE),
        ("a.json", b"\xef\xbb\xbf" + RESOURCE),
        ("a.json.gz", packed(RESOURCE)),
        ("a.ndjson", RESOURCE + b"\n\n"),
        ("a.ndjson.gz", packed(RESOURCE)),
    ],
)
def test_what_is_what_it_says_is_read(tmp_path: Path, name: str, content: bytes) -> None:
    assert [each.content for each in read(tmp_path, name, content)] == [json.loads(RESOURCE)]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.json.gz", zipped(RESOURCE), "is a ZIP archive, not what its name says"),
        ("a.json", zipped(RESOURCE), "is a ZIP archive, not what its name says"),
        ("a.json.gz", RESOURCE, "is named .gz, but is not packed with gzip"),
        ("a.json", packed(RESOURCE), "is packed with gzip, but its name does not end in"),
        ("a.json.gz", packed(RESOURCE * 9)[:-12], "ends too early: the gzip file is inco"),
        ("a.json.gz", packed(RESOURCE)[:10] + b"\xff" * 50, "is a damaged gzip file"),
        ("a.json.gz", packed(packed(RESOURCE)), "is packed with gzip twice"),
        ("a.json.gz", packed(zipped(RESOURCE)), "is a ZIP archive"),
        ("a.json", b"<!doctype html><title>Sign in</title>", "is HTML or XML"),
        ("a.ndjson", b"<Bundle xmlns='http://hl7.org/fhir'/>", "is HTML or XML"),
        ("a.json", b"%PDF-1.7 ...", "is a PDF document"),
        ("a.json", bytes(range(256)), "is not text"),
        ("a.json", '{"a": 1}'.encode("utf-16"), "is written in UTF-16; save it as UTF-8"),
        ("a.json", '{"a": "é"}'.encode("cp1252"), "is not UTF-8 (at byte 7)"),
        ("a.json", b"", "is empty"),
        ("a.json", b" \n", "is empty"),
        ("a.json.gz", b"", "is empty"),
        ("a.ndjson", b"", "is empty"),
        ("a.json", b'{"a": 1,}', "is not JSON: "),
        ("a.json", b'{"a": NaN}', "is not JSON: NaN is not a JSON number"),
        ("a.json", b"[" * 200_000, "is nested too deeply to be read"),
        ("a.json", b"1" * 5_000, "is not JSON: "),
        ("a.txt", RESOURCE, "this kind of file is not read"),
    ],
)
def test_what_is_not_what_it_says_gives_one_clear_error(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    with pytest.raises(Unreadable) as raised:
        read(tmp_path, name, content)
    assert str(raised.value).startswith(message)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="cannot be read: No such file"):
        list(read_documents(tmp_path / "none.json"))


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    (tmp_path / "folder.json").mkdir()
    with pytest.raises(Unreadable, match="cannot be read: Is a directory"):
        list(read_documents(tmp_path / "folder.json"))


def test_a_small_archive_that_holds_too_much_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LARGEST_DOCUMENT", files.MEGABYTE)
    bomb = packed(b" " * (50 * files.MEGABYTE))
    with pytest.raises(Unreadable, match="holds more than 1 MB"):
        read(tmp_path, "a.json.gz", bomb)


def test_a_line_without_end_is_not_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LARGEST_LINE", files.MEGABYTE)
    with pytest.raises(Unreadable, match="has a line of more than 1 MB"):
        read(tmp_path, "a.ndjson.gz", packed(b"a" * (3 * files.MEGABYTE)))


def test_a_bad_line_does_not_stop_the_others(tmp_path: Path) -> None:
    found = read(tmp_path, "a.ndjson", RESOURCE + b"\n{oops\n" + RESOURCE)
    assert [(each.line, bool(each.error)) for each in found] == [(1, False), (2, True), (3, False)]


@settings(
    max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(content=st.binary(max_size=200), name=st.sampled_from(("a.json", "a.ndjson", "a.json.gz")))
def test_no_bytes_break_the_reading(tmp_path: Path, content: bytes, name: str) -> None:
    try:
        documents = read(tmp_path, name, content)
        for document in documents:
            list(read_entries(document.content, []))
    except (Unreadable, Unusable):
        pass


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "$: this is JSON, but not a FHIR resource: that is an object"),
        ({}, "$: this is JSON, but not FHIR: there is no resourceType"),
        ({"resourceType": "Bundle"}, "Bundle.type: must be one of transaction, "),
        ({"resourceType": "Bundle", "type": "history"}, "Bundle.type: a history holds old vers"),
        ({"resourceType": "Bundle", "type": "batch", "entry": {}}, "Bundle.entry: must be a list"),
    ],
)
def test_json_that_is_not_fhir(document: object, message: str) -> None:
    with pytest.raises(Unusable) as raised:
        list(read_entries(document, []))
    assert str(raised.value).startswith(message)


def test_an_entry_that_is_none_does_not_stop_the_others() -> None:
    bundle = {
        "resourceType": "Bundle",
        "type": "searchset",
        "entry": [
            "oops",
            {"resource": {"name": "who?"}},
            {"request": {"method": "DELETE", "url": "Patient/1"}},
            {"search": {"mode": "outcome"}, "resource": {"resourceType": "OperationOutcome"}},
            {"fullUrl": "urn:uuid:1", "resource": {"resourceType": "Patient"}},
        ],
    }
    flaws: list[Flaw] = []
    entries = list(read_entries(bundle, flaws))
    assert [(each.kind, each.path, each.full_url) for each in entries] == [
        ("Patient", "Bundle.entry[4].resource", "urn:uuid:1")
    ]
    assert [str(flaw) for flaw in flaws] == [
        "Bundle.entry[0]: must be an object, not text",
        "Bundle.entry[1].resource.resourceType: is needed",
        "Bundle.entry[2].request.method: DELETE is not carried out here; left out",
    ]


def test_one_resource_alone_is_a_document() -> None:
    (entry,) = read_entries({"resourceType": "Patient", "id": "1"}, [])
    assert (entry.kind, entry.path) == ("Patient", "Patient")
