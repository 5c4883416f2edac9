"""The export of one organisation: everything of its own, and of the other nothing, however packed.

Both have worked side by side under one `caredesk serve`, with the same kinds of things under the
same usernames. One leaves; every file of its export is searched as it lies there, with the dump
unpacked, binary values and sessions decoded, and its documents decrypted by the keys that came
along.
"""

import json
import re
import subprocess
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.core import signing
from psycopg import sql
from pytest_django.plugin import DjangoDbBlocker
from tests import hosting
from tests.hosting import PASSWORDS, PEOPLE, PRACTICES, STAFF, Tenant

from caredesk.config.embedded import Embedded
from caredesk.config.keys import KeyRing
from caredesk.config.server_user import binaries
from caredesk.files import envelope
from caredesk.files.models import Attachment
from caredesk.files.tests import samples
from caredesk.kernel import looks
from caredesk.people.actions import add_alert, add_document

pytestmark = pytest.mark.processes

WORDS = {
    "elm": ("Cockatrice on the landing", "Marzipan ledger", "Vermilion Hollowell"),
    "oak": ("Basilisk in the yard", "Gingerbread register", "Cerulean Thistlewood"),
}
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# As a value of its own: in an id or an instant the same digits come by chance.
_NUMBER = re.compile(r"(?<![\w.-])\d{6}(?![\w.-])")
_BINARY = re.compile(r"\\x((?:[0-9a-f]{2}){4,})")


@dataclass
class Side:
    """One of the two: what was planted there, and how much there is of it.

    A record number is shown as CD-720001 and kept as a number.
    """

    tenant: Tenant
    words: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    secrets: set[str] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)
    document: bytes = b""

    def found_in(self, text: str) -> set[str]:
        """What of it stands there: names, ids, record numbers, secrets."""
        low = text.lower()
        said = {each for each in self.words | self.secrets if each.lower() in low}
        return said | (self.ids & {*_UUID.findall(low)}) | (self.numbers & {*_NUMBER.findall(low)})


@dataclass
class Export:
    """Every text that somebody with the folder can come to, by where it is from."""

    folder: Path
    texts: dict[str, str]
    documents: list[bytes]

    def rows(self, table: str) -> list[dict[str, Any]]:
        return _rows(self.folder, table)


@pytest.fixture(scope="module")
def sides(django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, Side]]:
    began = int(time.time() * 1000)
    with hosting.installation() as installation:
        for name in ("elm", "oak"):
            installation.add(name)
        installation.serve()
        made = {}
        for name in ("elm", "oak"):
            tenant = hosting.fill(name, installation, django_db_blocker)
            made[name] = Side(tenant, document=content(name))
            plant(made[name], django_db_blocker)
        for each in made.values():
            work(each.tenant)
        assert installation.end() == 0
        Embedded(installation.folder).start()
        for each in made.values():
            take_down(each, began)
        yield made


@pytest.fixture(scope="module")
def export(sides: dict[str, Side], tmp_path_factory: pytest.TempPathFactory) -> Export:
    """Of oak, which leaves."""
    folder = tmp_path_factory.mktemp("leaving") / "oak"
    words = ["organisation", "remove", "oak", "--export", str(folder)]
    code, said = sides["oak"].tenant.installation.command(*words, typed="oak\n")
    assert code == 0, said
    documents = [*decrypted(folder)]
    texts = {str(path): path.read_bytes().decode("utf-8", "replace") for path in files(folder)}
    texts["the dump, unpacked"] = unpacked(folder / "database.dump")
    texts["binary values"] = "\n".join(
        bytes.fromhex(found).decode("utf-8", "replace")
        for text in texts.values()
        for found in _BINARY.findall(text)
    )
    texts["sessions"] = "\n".join(map(session_of, _rows(folder, "access_session")))
    texts["documents"] = "\n".join(each.decode("utf-8", "replace") for each in documents)
    return Export(folder, texts, documents)


def content(name: str) -> bytes:
    """A table of more than one chunk."""
    line = f"{WORDS[name][2]};{PRACTICES[name]}\n".encode()
    return b"who;where\n" + line * (envelope.CHUNK // len(line) + 1)


def plant(side: Side, blocker: DjangoDbBlocker) -> None:
    """A note, and a document with an unusual name and content; both are in the audit log, too."""
    tenant, (note, title, _) = side.tenant, WORDS[side.tenant.name]
    folder = tenant.installation.folder / "organisations" / tenant.name
    with pytest.MonkeyPatch.context() as given, blocker.unblock(), tenant.open():
        given.setattr(settings, "CAREDESK_FILE_KEYS", KeyRing(folder / "keys" / "files"))
        patient, by = tenant.world.patients["bill"], tenant.world.actor("ana")
        with looks.collecting("test"):
            add_alert(patient, note, "important", by=by)
            file = samples.examined(side.document, f"{title}.csv")
            add_document(patient, title, "letter", file, by=by)


def work(tenant: Tenant) -> None:
    """Looks, a document opened, a wrong password, a session that is left open."""
    browser = tenant.signed_in()
    for name, patient in tenant.world.patients.items():
        family, *_ = PEOPLE[tenant.name][name]
        assert family in browser.get(f"/patients/{patient}/").text
        assert browser.get(f"/patients/{patient}/documents/").status_code == 200
    assert browser.get(f"/documents/{tenant.world.document}/").status_code == 200
    wrong = hosting.sign_in(tenant.browser(), "ana", PASSWORDS[tenant.name][::-1])
    assert wrong.status_code == 422


def take_down(side: Side, began: int) -> None:
    """What is to be found of it, or not; nobody works there any more."""
    tenant = side.tenant
    people = PEOPLE[tenant.name].values()
    side.words = {
        *WORDS[tenant.name],
        *(word for family, given, *_ in people for word in (family, given)),
        *(re.sub(r"\D", "", phone) for *_, phone in people),
        *STAFF[tenant.name].values(),
        PRACTICES[tenant.name],
        f"{tenant.name}.test",
        f"caredesk_{tenant.name}",
    }
    side.numbers = {each.removeprefix("CD-") for each in tenant.world.record_numbers.values()}
    side.words |= {*tenant.world.record_numbers.values()}
    folder = tenant.installation.folder / "organisations" / tenant.name
    side.secrets = {path.read_text().strip() for path in files(folder / "keys")} - {""}
    # Made here since: an id that is written in the program is everybody's.
    side.ids = {
        each
        for each in _UUID.findall(tenant.everything())
        if each[14] == "7" and int(each[:8] + each[9:13], 16) >= began
    }
    assert len(side.secrets) > 5
    assert len(side.ids) > 100
    with psycopg.connect(tenant.installation.urls(tenant.name)[1]) as owner:
        side.counts = {name: _count(owner, name) for name in _tables(owner)}


def _tables(owner: psycopg.Connection[Any]) -> list[str]:
    rows = owner.execute(
        "SELECT table_name FROM information_schema.tables "
        "WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
    )
    return [name for (name,) in rows]


def _count(owner: psycopg.Connection[Any], table: str) -> int:
    asked = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
    [count] = owner.execute(asked).fetchone() or (0,)
    return int(count)


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _rows(folder: Path, table: str) -> list[dict[str, Any]]:
    lines = (folder / "tables" / f"{table}.ndjson").read_text().splitlines()
    return [json.loads(line) for line in lines]


def unpacked(dump: Path) -> str:
    """The dump as SQL."""
    command = [str(binaries() / "pg_restore"), "--file=-", str(dump)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def session_of(row: dict[str, Any]) -> str:
    """What a session holds: signed, and packed where it is long."""
    said = row["session_data"].partition(":")[0]
    packed = signing.b64_decode(said.removeprefix(".").encode())
    return (zlib.decompress(packed) if said.startswith(".") else packed).decode()


def decrypted(folder: Path) -> Iterator[bytes]:
    """Each document, by what is in the folder and nothing else."""
    ring = KeyRing(folder / "folder" / "keys" / "files")
    held = {row["attachment_id"]: row for row in _rows(folder, "files_filekey")}
    chunks = {(row["attachment_id"], row["number"]): row for row in _rows(folder, "files_chunk")}
    for row in _rows(folder, "files_attachment"):
        values = {**row, "kept_at": datetime.fromisoformat(row["kept_at"])}
        wrapped, last = held[row["id"]], envelope.chunks_of(row["size"]) - 1
        bound = Attachment(**values).bound
        key = envelope.unwrap(
            ring.get(wrapped["wrapped_by"]).secret, _bytes(wrapped, "wrapped"), bound
        )
        yield b"".join(
            envelope.open_chunk(
                key,
                UUID(row["id"]),
                number,
                _bytes(chunks[row["id"], number], "sealed"),
                last=number == last,
            )
            for number in range(last + 1)
        )


def _bytes(row: dict[str, Any], column: str) -> bytes:
    return bytes.fromhex(row[column].removeprefix("\\x"))


def test_of_the_other_nothing_is_in_any_file(sides: dict[str, Side], export: Export) -> None:
    found = {where: sides["elm"].found_in(text) for where, text in export.texts.items()}
    assert {where: what for where, what in found.items() if what} == {}
    names = "\n".join(str(path.relative_to(export.folder)) for path in files(export.folder))
    assert sides["elm"].found_in(names) == set()


def test_all_of_its_own_is_found_by_the_same_search(sides: dict[str, Side], export: Export) -> None:
    """In the lines and in the dump, each for itself: otherwise the search would prove nothing."""
    oak = sides["oak"]
    lines = "\n".join(text for name, text in export.texts.items() if name.endswith(".ndjson"))
    planted, in_folder = oak.words | oak.ids | oak.numbers, {"oak.test", "caredesk_oak"}
    hidden = {WORDS["oak"][2]}  # in a document alone
    shown = {*oak.tenant.world.record_numbers.values()}  # made of the number, on pages
    for text in (lines, export.texts["the dump, unpacked"]):
        assert planted - oak.found_in(text) - in_folder - shown == hidden
    assert hidden <= oak.found_in(export.texts["documents"])
    folder = "\n".join(text for name, text in export.texts.items() if "/oak/folder/" in name)
    assert oak.secrets | in_folder <= oak.found_in(folder)
    assert str(oak.tenant.world.users["ana"].id) in export.texts["sessions"]


def test_as_many_rows_as_there_were_in_every_table(sides: dict[str, Side], export: Export) -> None:
    tables = json.loads((export.folder / "tables.json").read_text())
    assert {each["name"]: each["rows"] for each in tables} == sides["oak"].counts
    for name, count in sides["oak"].counts.items():
        assert len(export.rows(name)) == count, name
    for name in ("people_patient", "audit_entry", "files_chunk", "access_session"):
        assert sides["oak"].counts[name] > 0


def test_its_documents_open_by_the_keys_that_came_along(
    sides: dict[str, Side], export: Export
) -> None:
    assert sorted(export.documents) == sorted([samples.PDF, sides["oak"].document])


def test_its_audit_log_says_who_did_what(sides: dict[str, Side], export: Export) -> None:
    entries = export.rows("audit_entry")
    note, title, _ = WORDS["oak"]
    by_ana = [each for each in entries if each["actor_label"] == STAFF["oak"]["ana"]]
    written = json.dumps([each["changes"] for each in by_ana])
    assert note in written
    assert title in written
    assert {"look", "sign-in"} <= {each["kind"] for each in by_ana}
    bill = str(sides["oak"].tenant.world.patients["bill"])
    assert any(bill in json.dumps(each) for each in by_ana if each["kind"] == "look")


def test_the_other_has_everything_as_before(sides: dict[str, Side], export: Export) -> None:
    elm = sides["elm"]
    Embedded(elm.tenant.installation.folder).start()
    everything = elm.tenant.everything()
    assert (elm.ids | elm.numbers) - elm.found_in(everything) == set()
    with psycopg.connect(elm.tenant.installation.urls("elm")[1]) as owner:
        assert {name: _count(owner, name) for name in _tables(owner)} == elm.counts
