"""A name is shown and sent as it is meant, and does nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caredesk.files.rules.names import LONGEST, clean_name, disposition, size_words


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Letter.pdf", "Letter.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\ana\\scan 1.PDF", "scan 1.pdf"),
        ("invoice\u202efdp.exe", "invoice fdp.pdf"),
        ("report.pdf.exe", "report.pdf"),
        ("Lab 12.11.2026", "Lab 12.11.2026.pdf"),
        ("Lab 12.11.2026.jpeg", "Lab 12.11.2026.pdf"),
        ("con.pdf", "document.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("", "document.pdf"),
        ("...", "document.pdf"),
        ("a\r\nSet-Cookie: b", "a Set-Cookie b.pdf"),
        ('a"; filename="b.exe', "a ; filename= b.pdf"),
        ("Müller – Überweisung.pdf", "Müller – Überweisung.pdf"),
    ],
)
def test_a_name_is_cleaned(typed: str, kept: str) -> None:
    assert clean_name(typed, "pdf") == kept


@given(st.text(max_size=400))
def test_any_name_is_one_file_here(typed: str) -> None:
    kept = clean_name(typed, "pdf")
    assert 5 <= len(kept) <= LONGEST
    assert kept.endswith(".pdf")
    assert not set(kept) & set('/\\:*?"<>|\r\n\0\u202e')
    header = disposition(kept, inline=False)
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2


def test_a_name_beyond_ascii_is_sent_both_ways() -> None:
    assert disposition("Müller.pdf", inline=False) == (
        "attachment; filename=\"Muller.pdf\"; filename*=UTF-8''M%C3%BCller.pdf"
    )
    assert disposition("a b.pdf", inline=True) == 'inline; filename="a b.pdf"'


def test_sizes_in_words() -> None:
    assert [size_words(each) for each in (0, 999, 24_000, 3_140_000, 25_000_000)] == [
        "0 bytes",
        "999 bytes",
        "24 kB",
        "3.1 MB",
        "25 MB",
    ]
