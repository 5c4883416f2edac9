"""What a file is, is known by what is in it; whatever is damaged or double is refused."""

import contextlib
import io
import time
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caredesk.files.rules.kinds import KINDS, Found, examine
from caredesk.files.rules.unfit import UnfitError
from caredesk.files.tests import samples


def look(data: bytes, name: str = "file") -> Found:
    return examine(io.BytesIO(data), len(data), name)


def why_not(data: bytes, name: str = "file") -> str:
    with pytest.raises(UnfitError) as refused:
        look(data, name)
    assert refused.value.next_step
    return refused.value.message


@pytest.mark.parametrize("name", samples.SAMPLES)
def test_every_kind_is_known_by_its_content(name: str) -> None:
    found = look(samples.SAMPLES[name], name)
    assert found.kind.extension == name.rpartition(".")[2]
    assert found.kind is KINDS[found.kind.media_type]


@pytest.mark.parametrize("name", ["letter.pdf", "card.jpg", "card.png", "fax.tif", "photo.heic"])
def test_a_wrong_ending_deceives_nobody(name: str) -> None:
    assert look(samples.SAMPLES[name], "table.csv").kind.extension == name.rpartition(".")[2]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"MZ\x90\0" + bytes(200), "Windows"),
        (b"\x7fELF\x02\x01\x01" + bytes(200), "ELF"),
        (b"<!doctype html><html><script>alert(1)</script>", "HTML"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "Vector"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "Office"),
        (b"GIF89a" + bytes(30), "GIF"),
        (b"Rar!\x1a\x07\x00" + bytes(30), "RAR"),
    ],
)
@pytest.mark.parametrize("name", ["letter.pdf", "table.csv", "data.json"])
def test_what_is_not_taken_is_named(data: bytes, says: str, name: str) -> None:
    assert says in why_not(data, name)


def test_an_empty_file_is_refused() -> None:
    assert "empty" in why_not(b"")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (samples.png() + b"more", "a.png"),
        (samples.jpeg(behind=samples.docx()), "a.jpg"),
        (samples.PDF + samples.docx(), "a.pdf"),
        (b"\x89PNG\r\n\x1a\n" + samples.PDF, "a.png"),
        (samples.docx() + b"<script>", "a.docx"),
        (b"PK\x03\x04" + samples.docx(), "a.docx"),
        (samples.PDF.replace(b"%PDF-1.7\n", b"%PDF-1.7\n<script>alert(1)</script>"), "a.pdf"),
    ],
)
def test_two_files_in_one_are_refused(data: bytes, name: str) -> None:
    assert why_not(data, name)


def test_a_phones_clip_behind_the_picture_is_no_second_file() -> None:
    clip = b"\0\0\0\x18ftypmp42" + bytes(3000)
    assert look(samples.jpeg(behind=clip)).kind.extension == "jpg"


@pytest.mark.parametrize(
    "data",
    [
        samples.png(60_000, 60_000),
        samples.jpeg(65_000, 65_000),
        samples.tiff(100_000, 100_000),
        samples.heic(100_000, 100_000),
    ],
)
def test_a_bomb_of_points_is_refused_unopened(data: bytes) -> None:
    assert "points" in why_not(data)


def test_a_tiff_that_never_ends_is_refused() -> None:
    assert "never ends" in why_not(samples.tiff(loops=True))


HEIC_START = samples.heic()[:24]


@pytest.mark.parametrize(
    "data",
    [
        # Boxes in boxes in boxes; and a million of them.
        HEIC_START + samples.nested(b"iprp", 4_000),
        HEIC_START + samples.box(b"free", b"") * 400_000,
        # Directories that overlap, each as long as can be.
        b"II*\0\x08\0\0\0" + b"\xff\xff" * 500_000,
        samples.tiff(pages=5_000),
        # Object streams without end.
        samples.pdf_with_packed(b"1 0") + b"<</Type/ObjStm>>stream\n" * 200_000 + b"%%EOF",
        # A list of parts longer than the file would ever need.
        samples.docx(**{f"a{number}": "" for number in range(5_000)}),
        b"[" + b"{}," * 900_000 + b"{}]",
    ],
    ids=["nested", "boxes", "directories", "pages", "streams", "parts", "objects"],
)
def test_a_file_made_to_keep_us_busy_is_answered_at_once(data: bytes) -> None:
    started = time.process_time()
    with contextlib.suppress(UnfitError):
        look(data, "a.json")
    assert time.process_time() - started < 3


@pytest.mark.parametrize(
    "name", ["letter.pdf", "card.jpg", "card.png", "photo.heic", "report.docx"]
)
def test_a_file_that_is_cut_off_is_refused(name: str) -> None:
    data = samples.SAMPLES[name]
    assert why_not(data[: len(data) - 12], name)


def test_a_changed_bit_of_a_png_is_seen() -> None:
    data = bytearray(samples.png())
    data[20] ^= 1
    assert "damaged" in why_not(bytes(data))


@pytest.mark.parametrize(
    ("entry", "remark"),
    [
        (b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>", "active content: JavaScript"),
        (b"/OpenAction << /S /J#61vaScr#69pt >>", "active content: JavaScript"),
        (b"/AA << /O << /S /Launch >> >>", "active content: starts a program"),
        (b"/Names << /EmbeddedFiles 9 0 R >>", "holds other files"),
        (b"/AcroForm << /XFA 9 0 R >>", "active content: form with a program"),
        (b"/Encrypt 9 0 R", "encrypted: could not be looked into"),
    ],
)
def test_what_a_pdf_does_is_remarked(entry: bytes, remark: str) -> None:
    assert look(samples.pdf_with(entry)).remarks == [remark]
    assert look(samples.pdf_with_packed(b"1 0 << " + entry + b" >>")).remarks == [remark]


def test_a_plain_pdf_has_no_remarks() -> None:
    assert look(samples.PDF).remarks == []
    assert look(samples.pdf_with(b"/OpenAction [3 0 R /Fit]")).remarks == []


def test_an_object_stream_that_fills_the_memory_is_refused() -> None:
    assert "memory" in why_not(samples.pdf_with_packed(bytes(70 * 1024 * 1024)))


def test_an_archive_is_no_word_document() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("letter.txt", "hello")
    assert "archive" in why_not(file.getvalue(), "letter.docx")


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"word__media__zeros.xml": bytes(220 * 1024 * 1024)}, "memory"),
        ({"word__vbaProject.bin": b"x"}, "program"),
        ({"word__run.js": b"x"}, "program"),
        ({"..__..__etc__cron": b"x"}, "outside"),
        ({"word__a.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}, "declares"),
    ],
)
def test_a_hostile_word_document_is_refused(more: dict[str, bytes | str], says: str) -> None:
    assert says in why_not(samples.docx(**more))


def test_a_part_that_lies_about_its_size_is_refused() -> None:
    """The sizes in the directory are small, what unpacks is not."""
    data = samples.docx(word__media__big=bytes(5_000_000))
    lied = data.replace((5_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert lied != data
    assert why_not(lied)


def test_parts_that_overlap_are_refused() -> None:
    """The bomb that packs one body for many names (CVE-2024-0450)."""
    file = io.BytesIO(samples.docx(word__a=b"x" * 1000, word__b=b"y" * 1000))
    with zipfile.ZipFile(file) as archive:
        first, second = archive.getinfo("word/a"), archive.getinfo("word/b")
    data = file.getvalue()
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(b"word/b"))
    moved = data[: at + 42] + first.header_offset.to_bytes(4, "little") + data[at + 46 :]
    assert second.header_offset != first.header_offset
    assert why_not(moved)


def test_a_template_from_elsewhere_is_remarked() -> None:
    link = (
        '<Relationship Type="http://x/attachedTemplate" Target="http://evil" '
        'TargetMode="External"/>'
    )
    found = look(samples.docx(word___rels__settings__xml__rels=link, **{"word__a.rels": link}))
    assert found.remarks == ["active content: fetches a part from elsewhere"]


def test_formulas_of_a_table_are_remarked() -> None:
    assert look(b'name,sum\nx,=HYPERLINK("http://a")\n', "a.csv").remarks == ["has formulas"]
    assert look(b"name,sum\nx,-12\n", "a.csv").remarks == []


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"{", "a.json"),
        (b"[" * 100_000, "a.json"),
        (b"a\0b", "a.csv"),
        (b"  <html>", "a.csv"),
        (b"<?xml version='1.0'?>", "a.json"),
    ],
)
def test_a_text_that_is_none_is_refused(data: bytes, name: str) -> None:
    assert why_not(data, name)


@given(data=st.binary(max_size=400), name=st.sampled_from(sorted(samples.SAMPLES)))
def test_noise_is_refused_and_never_an_error(data: bytes, name: str) -> None:
    for start in (b"", samples.SAMPLES[name][:60], samples.SAMPLES[name]):
        with contextlib.suppress(UnfitError):
            assert look(start + data, name).kind.media_type in KINDS
