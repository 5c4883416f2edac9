"""Small true files of every kind, made here."""

import io
import struct
import zipfile
import zlib

from caredesk.files.examining import Examined, examine
from caredesk.files.spool import Spool

PDF = (
    b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
    b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>\nendobj\n"
    b"xref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000058 00000 n \n"
    b"0000000115 00000 n \ntrailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n187\n%%EOF\n"
)


def pdf_with(entry: bytes) -> bytes:
    return PDF.replace(b"/Type /Catalog", b"/Type /Catalog " + entry)


OBJECT_STREAM = b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode"


def pdf_with_packed(
    objects: bytes, says: bytes = OBJECT_STREAM, packed: bytes | None = None
) -> bytes:
    """Objects in an object stream, where no search of the file as it is finds them."""
    packed = zlib.compress(objects) if packed is None else packed
    head = b"4 0 obj\n<< %s /Length %d >>\n" % (says, len(packed))
    body = head + b"stream\r\n" + packed + b"\nendstream\nendobj\n"
    return PDF.replace(b"xref\n0 4", body + b"xref\n0 4")


def png(width: int = 2, height: int = 2) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    row = b"\0" + b"\xff\x88\x44" * min(width, 64)
    data = zlib.compress(row * min(height, 64))
    parts = [(b"IHDR", head), (b"IDAT", data), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_png_part(*each) for each in parts)


def _png_part(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def jpeg(width: int = 8, height: int = 8, behind: bytes = b"") -> bytes:
    parts = [
        b"\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0",
        b"\xff\xc0\0\x0b\x08" + struct.pack(">HH", height, width) + b"\x01\x01\x11\0",
        b"\xff\xda\0\x08\x01\x01\0\0\x3f\0",
    ]
    return b"\xff\xd8" + b"".join(parts) + b"\x12\x34\x56" + b"\xff\xd9" + behind


def tiff(width: int = 10, height: int = 10, *, pages: int = 1, loops: bool = False) -> bytes:
    found, at = b"II*\0\x08\0\0\0", 8
    for page in range(pages):
        entries = struct.pack("<HHIIHHII", 256, 4, 1, width, 257, 4, 1, height)
        next_at = at + 2 + 24 + 4 if page < pages - 1 else 0
        found += struct.pack("<H", 2) + entries + struct.pack("<I", 8 if loops else next_at)
        at += 30
    return found


def heic(width: int = 64, height: int = 64) -> bytes:
    sizes = box(b"ispe", bytes(4) + struct.pack(">II", width, height))
    meta = box(b"meta", bytes(4) + box(b"iprp", box(b"ipco", sizes)))
    return box(b"ftyp", b"heic" + bytes(4) + b"mif1heic") + meta + box(b"mdat", b"picture")


def nested(kind: bytes, depth: int) -> bytes:
    """A meta box with boxes in boxes."""
    found = b""
    for _ in range(depth):
        found = box(kind, found)
    return box(b"meta", bytes(4) + found)


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + kind + body


def docx(**more: bytes | str) -> bytes:
    """A Word document, with more parts by their name ("/" as "__")."""
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": "<w:document><w:body>Hello</w:body></w:document>",
    }
    parts |= {name.replace("__", "/"): body for name, body in more.items()}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return file.getvalue()


CSV = "Name;Amount\nGómez;12,50\n".encode()
JSON = b'{"resourceType": "Bundle", "entry": []}'

SAMPLES = {
    "letter.pdf": PDF,
    "card.jpg": jpeg(),
    "card.png": png(),
    "fax.tif": tiff(pages=2),
    "photo.heic": heic(),
    "report.docx": docx(),
    "table.csv": CSV,
    "bundle.json": JSON,
}


def examined(data: bytes, name: str) -> Examined:
    spool = Spool()
    spool.write(data)
    return examine(spool, name)
