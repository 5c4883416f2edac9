"""What a file is, is known by what is in it; whatever is damaged or double is refused."""

import base64
import contextlib
import io
import time
import zipfile
import zlib

import pytest
from hypothesis import given, settings
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


# Beginnings of an object of which none ends.
ENDLESS = [b"1 0 obj<<", b"obj<<(", b"obj<<%", b"obj<<" + b"<<>>" * 40, b"obj<</First<"]

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
        *(samples.pdf_with_packed(b"1 0") + each * 200_000 + b"\n%%EOF" for each in ENDLESS),
    ],
    ids=[
        *("nested", "boxes", "directories", "pages", "streams", "parts", "objects"),
        *("dictionaries", "strings", "comments", "pairs", "figures"),
    ],
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


STARTS = b"1 0 << /S /JavaScript /JS (app.alert) >>"
JAVASCRIPT = "active content: JavaScript"
UNSEEN = "has parts that could not be looked into"
DECOY = zlib.compress(b"1 0 << /Plain true >>")


@pytest.mark.parametrize(
    "says",
    [
        # What stands between the name and the stream does not hide it.
        samples.OBJECT_STREAM + b" /X (" + b"x" * 600 + b")",
        samples.OBJECT_STREAM + b" /X [" + b" null" * 1_000 + b"]",
        samples.OBJECT_STREAM + b" /X <" + b"00" * 300_000 + b">",
        samples.OBJECT_STREAM.replace(b"ObjStm", b"Obj#53tm"),
        # A reader may ask for the first object alone, whatever type it is said to be.
        samples.OBJECT_STREAM.replace(b"/Type /ObjStm", b""),
        samples.OBJECT_STREAM.replace(b"/Type /ObjStm /N 1 /First", b"/N 1 /F#69rst"),
        # What only looks like the end, or like another beginning.
        samples.OBJECT_STREAM + b" /X (>> endobj 7 0 obj <<)",
        samples.OBJECT_STREAM + b" /X (\\) >> endobj 7 0 obj << /Y)",
        samples.OBJECT_STREAM + b" % >> endobj 7 0 obj <<\n",
        samples.OBJECT_STREAM + b" /X << /Y << >> >>",
        samples.OBJECT_STREAM
        + b" /X (stream\r\n"
        + DECOY.replace(b"(", b"").replace(b")", b"")
        + b")",
    ],
)
def test_what_a_pdf_does_is_remarked_however_its_stream_begins(says: bytes) -> None:
    assert JAVASCRIPT in look(samples.pdf_with_packed(STARTS, says)).remarks


@pytest.mark.parametrize(
    ("says", "packed"),
    [
        (b"[/ASCII85Decode /FlateDecode]", base64.a85encode(zlib.compress(STARTS)) + b"~>"),
        (b"[/FlateDecode /FlateDecode]", zlib.compress(zlib.compress(STARTS))),
        (b"/LZWDecode", b"\x80\x0b\x60\x50"),
        (b"9 0 R", zlib.compress(STARTS)),
        (b"/FlateDecode /DecodeParms << /Predictor 12 >>", zlib.compress(STARTS)),
        (b"/FlateDecode", b"not packed at all"),
        (b"/FlateDecode", zlib.compress(STARTS)[:20]),
        (b"/FlateDecode /Fi#6cter /ASCIIHexDecode", DECOY),
        (b"/FlateDecode /X " + b"<<" * 200 + b">>" * 200, DECOY),
    ],
)
def test_a_stream_of_objects_that_cannot_be_read_is_remarked(says: bytes, packed: bytes) -> None:
    named = samples.OBJECT_STREAM.replace(b"/FlateDecode", says)
    assert UNSEEN in look(samples.pdf_with_packed(b"", named, packed)).remarks


def test_a_plain_pdf_has_no_remarks() -> None:
    assert look(samples.PDF).remarks == []
    assert look(samples.pdf_with_packed(b"1 0 << /Type /Page >>")).remarks == []
    outline = b"5 0 obj << /First 6 0 R /Title (What \\) is >> (nested) stream) >>\nendobj\n"
    assert look(samples.PDF.replace(b"xref\n0 4", outline + b"xref\n0 4")).remarks == []
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


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
@pytest.mark.parametrize("is_spoilt", [True, False])
def test_a_part_packed_as_no_word_document_is(method: int, is_spoilt: bool) -> None:
    file = io.BytesIO(samples.docx())
    with zipfile.ZipFile(file, "a", method) as archive:
        archive.writestr("word/a.xml", b"<a>Hello</a>" * 40)
    data = bytearray(file.getvalue())
    if is_spoilt:
        at = data.find(b"word/a.xml") + len(b"word/a.xml")
        data[at + 9 : at + 20] = bytes(11)
    assert "damaged" in why_not(bytes(data))


def test_a_spoilt_part_is_damage() -> None:
    data = bytearray(samples.docx(word__a=bytes(range(256)) * 40))
    at = data.find(b"word/a") + len(b"word/a")
    data[at : at + 12] = b"\xff" * 12
    assert "damaged" in why_not(bytes(data))


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


@st.composite
def spoilt(draw: st.DrawFn) -> tuple[str, bytes]:
    """A true file of some kind with bytes exchanged, cut out, put in, or taken from another."""
    name = draw(st.sampled_from(sorted(RICH)))
    data = bytearray(RICH[name])
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        length = draw(st.sampled_from([0, 1, 1, 1, 2, 4, 30]))
        new = draw(
            st.binary(max_size=4)
            | st.sampled_from([b"\0" * 4, b"\xff" * 4, b"\x7f\xff\xff\xff", b"\x01\0\0\0"])
            | st.sampled_from(PIECES)
        )
        data[at : at + length] = new
    return name, bytes(data)


RICH = {
    **samples.SAMPLES,
    "packed.pdf": samples.pdf_with_packed(STARTS),
    "stored.docx": samples.docx(word__media__a=bytes(range(256)), **{"word__b.rels": "<a/>"}),
    "long.json": b'{"a": [1, -2.5e3, "x\\u00e9", null, {"b": []}]}',
    "quoted.csv": b'a,"b ""c""\n d",=SUM(A1)\r\n' * 3,
}


PIECES = [data[at : at + 40] for data in RICH.values() for at in range(0, len(data), 40)]


@settings(max_examples=400)
@given(spoilt())
def test_a_spoilt_file_is_taken_or_refused_and_never_an_error(file: tuple[str, bytes]) -> None:
    name, data = file
    with contextlib.suppress(UnfitError):
        assert look(data, name).kind.media_type in KINDS


@given(data=st.binary(max_size=400), name=st.sampled_from(sorted(samples.SAMPLES)))
def test_noise_is_refused_and_never_an_error(data: bytes, name: str) -> None:
    for start in (b"", samples.SAMPLES[name][:60], samples.SAMPLES[name]):
        with contextlib.suppress(UnfitError):
            assert look(start + data, name).kind.media_type in KINDS
