"""A file comes back as it was kept, and as nothing else: rows of others do not open it."""

import os
import tracemalloc

import pytest
from django.conf import settings
from django.db import connection
from tests.files.keeping import KEEPER, keep, read

from caredesk.audit.models import Entry
from caredesk.config.embedded import Addresses
from caredesk.files import envelope
from caredesk.files.examining import Examined
from caredesk.files.models import Chunk, FileKey
from caredesk.files.queries import open_file
from caredesk.files.spool import Spool
from caredesk.files.tests import samples
from caredesk.files.tests.samples import examined
from caredesk.kernel import looks
from caredesk.kernel.errors import Refused
from caredesk.kernel.ids import new_id

pytestmark = pytest.mark.django_db

LONG = b"a;b\n" * envelope.CHUNK


@pytest.mark.parametrize("name", samples.SAMPLES)
def test_what_is_kept_comes_back(name: str) -> None:
    row = keep(samples.SAMPLES[name], name)
    assert row.name == name
    assert read(row) == samples.SAMPLES[name]


@pytest.mark.parametrize("more", [-1, 0, 1])
def test_around_the_end_of_a_chunk_nothing_is_lost(more: int) -> None:
    data = (b"a;b\n" * envelope.CHUNK)[: envelope.CHUNK + more]
    row = keep(data, "a.csv")
    assert Chunk.objects.filter(attachment=row).count() == envelope.chunks_of(len(data))
    assert read(row) == data


def test_a_part_is_read_without_the_rest() -> None:
    row = keep(LONG, "a.csv")
    with looks.collecting("test"):
        file = open_file(KEEPER, row.id, row.about)
        for start, end in (
            (0, 1),
            (5, 9),
            (envelope.CHUNK - 2, envelope.CHUNK + 2),
            (len(LONG) - 1, None),
        ):
            assert b"".join(file.read(start, end)) == LONG[start:end]


def test_the_database_holds_nothing_readable() -> None:
    keep(b"Name;Diagnosis\nQuaverley;Zystitis\n", "Quaverley.csv")
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM files_chunk UNION ALL SELECT wrapped FROM files_filekey")
        held = b"".join(bytes(row[0]) for row in cursor.fetchall())
    assert b"Quaverley" not in held
    assert b"Zystitis" not in held


def test_the_same_file_twice_looks_like_two() -> None:
    first, second = keep(samples.PDF, "a.pdf"), keep(samples.PDF, "a.pdf")
    sealed = [bytes(each.sealed) for each in Chunk.objects.filter(attachment__in=[first, second])]
    assert len(set(sealed)) == 2


def test_the_audit_row_holds_neither_key_nor_content() -> None:
    row = keep(samples.PDF, "a.pdf")
    entry = Entry.objects.get(name="keep_file", subjects__contains=[row.about])
    tables = {each["table"]: each["now"] for each in entry.changes}
    assert tables["files_filekey"]["wrapped"] == "(secret)"
    assert tables["files_chunk"] == {"chunks": 1}
    assert tables["files_attachment"]["name"] == "a.pdf"


def test_opening_is_a_look_at_the_subject() -> None:
    row = keep(samples.PDF, "a.pdf")
    with looks.collecting("opened a file"):
        open_file(KEEPER, row.id, row.about)
    assert row.about in Entry.objects.get(name="opened a file").subjects


def test_nothing_is_kept_unexamined() -> None:
    with pytest.raises(TypeError):
        Examined("a", "text/csv", 1, (), False, Spool(), "", object())


def test_too_long_a_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "CAREDESK_LARGEST_FILE", 10)
    with pytest.raises(Refused, match="at most 10 bytes"):
        examined(samples.PDF, "a.pdf")


def test_memory_is_bounded_whatever_the_size() -> None:
    """Twenty megabytes in and out, of which never more than a few pieces at once."""
    row = b"%d;" % 10**8 + os.urandom(500).hex().encode() + b"\n"
    spool = Spool()
    spool.write(b"\xff\xd8" + samples.jpeg()[2:-2])
    for _ in range(20_000):
        spool.write(row)
    spool.write(b"\xff\xd9")
    from caredesk.files.actions import keep_file
    from caredesk.files.examining import examine

    assert spool.size > 20_000_000
    about = new_id()
    tracemalloc.start()
    try:
        kept = keep_file(examine(spool, "a.jpg"), about, by=KEEPER)
        with looks.collecting("test"):
            length = sum(map(len, open_file(KEEPER, kept.attachment, about).read()))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert length == spool.size
    assert peak < 6_000_000


def test_the_waiting_file_is_not_readable_on_the_disk() -> None:
    spool = Spool()
    spool.write(b"Quaverley " * 20_000)
    spool._file.seek(0)
    assert b"Quaverley" not in spool._file.read()
    assert spool.read() == b"Quaverley " * 20_000
    spool.seek(-10, 2)
    assert spool.read() == b"Quaverley "


def test_keys_are_only_in_the_folder(addresses: Addresses) -> None:
    keep(samples.PDF, "a.pdf")
    ring = settings.CAREDESK_FILE_KEYS
    assert [each.stat().st_mode & 0o077 for each in (ring.folder / n for n in ring.names())] == [0]
    assert FileKey.objects.values_list("wrapped_by", flat=True).distinct().get() == ring.names()[0]
    assert ring.current().secret.hex() not in repr(ring.current())
