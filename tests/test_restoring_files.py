"""Documents open again where a backup is restored together with its keys, and not without them."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import pytest
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker
from tests import world as cast
from tests.restoring import Practice, backup_of, command, new_practice, restored

from caredesk.config import migrating
from caredesk.config.embedded import Embedded, throw_away
from caredesk.config.keys import KeyRing
from caredesk.files import envelope
from caredesk.files.tests import samples
from caredesk.kernel import looks
from caredesk.people.actions import add_document
from caredesk.people.models import Document

pytestmark = pytest.mark.processes

# More than one chunk, so that it is put together anew.
TABLE = b"day;weight\n" + b"2026-11-02;71.4\n" * (2 * envelope.CHUNK // 16)


@dataclass
class Kept:
    """A practice with documents, and a backup of its database and of what is outside it."""

    practice: Practice
    backup: Path
    documents: dict[UUID, bytes] = field(default_factory=dict)

    @property
    def keys(self) -> Path:
        return self.practice.folder / "keys"


@pytest.fixture(scope="module", autouse=True)
def _unblocked(django_db_blocker: DjangoDbBlocker, django_db_setup: None) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Embedded]:
    with throw_away() as embedded:
        yield embedded


@pytest.fixture(scope="module")
def kept(cluster: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    """The keys were rotated once: one document is under the new key by that, one by itself."""
    practice = new_practice(cluster, "with_files", tmp_path_factory.mktemp("with_files"))
    documents = {}
    with practice.open():
        world = cast.build()
        by = world.actor("ana")
        for name, data in (("scan.pdf", samples.PDF), ("weight.csv", TABLE)):
            with looks.collecting("test"):
                made = add_document(
                    world.patients["lupe"], name, "letter", samples.examined(data, name), by=by
                )
            documents[made.id] = data
            if name == "scan.pdf":
                assert command(practice, "keys", "rotate").code == 0
    with backup_of(practice) as backup:
        yield Kept(practice, backup, documents)
    cluster.drop_database("with_files")


def restore(kept: Kept, into: Embedded, name: str, folder: Path) -> Practice:
    """The database alone, and asked for by its owner."""
    made = restored(kept.backup, into, name, folder)
    with made.open():
        migrating.migrate()
    return made


@dataclass(frozen=True, slots=True)
class Got:
    status: int
    body: bytes


def opened(practice: Practice, document: UUID) -> Got:
    """What Ana gets, signed in there."""
    with practice.open():
        browser = Client()
        browser.post("/sign-in/", {"username": "ana", "password": cast.PASSWORD})
        answer = browser.get(f"/documents/{document}/")
        return Got(answer.status_code, answer.getvalue())


def test_restored_with_its_keys_every_document_opens(
    kept: Kept, elsewhere: Embedded, tmp_path: Path
) -> None:
    made = restore(kept, elsewhere, "with_keys", tmp_path)
    shutil.copytree(kept.keys, tmp_path / "keys", dirs_exist_ok=True)
    for document, data in kept.documents.items():
        answer = opened(made, document)
        assert (answer.status, answer.body == data) == (200, True)
    said = command(made, "check")
    assert "The keys of 3 files are there" in said.out
    assert command(made, "keys", "list").code == 0


@pytest.mark.parametrize("instead", ["nothing", "retired", "another"])
def test_restored_without_its_keys_none_opens_and_what_is_missing_is_said(
    kept: Kept, elsewhere: Embedded, tmp_path: Path, instead: str
) -> None:
    made = restore(kept, elsewhere, f"with_{instead}", tmp_path)
    [key] = KeyRing(kept.keys / "files").names()
    if instead == "retired":
        shutil.copytree(kept.keys / "files" / "retired", tmp_path / "keys" / "files")
    if instead == "another":
        KeyRing(tmp_path / "keys" / "files").current()
    for document, data in kept.documents.items():
        answer = opened(made, document)
        assert answer.status == 422
        assert f"This file cannot be opened: its key {key} is missing." in answer.body.decode()
        assert "put it back into keys/files" in answer.body.decode()
        assert data[:100] not in answer.body
    said = command(made, "check")
    assert said.code == 1
    assert f"The key {key} is missing: 3 files cannot be opened" in said.out
    listed = command(made, "keys", "list")
    assert (listed.code, f"{key}  3 files, and this key is not here" in listed.out) == (1, True)


def test_keys_that_are_put_back_later_open_everything_again(
    kept: Kept, elsewhere: Embedded, tmp_path: Path
) -> None:
    """Also what was kept meanwhile, under a new key."""
    made = restore(kept, elsewhere, "keys_later", tmp_path)
    document = next(iter(kept.documents))
    assert opened(made, document).status == 422
    with made.open(), looks.collecting("test"):
        patient = Document.objects.get(pk=document).patient_id
        file = samples.examined(TABLE, "new.csv")
        new = add_document(patient, "New", "letter", file, by=cast.FOUNDER)
    shutil.copytree(kept.keys / "files", tmp_path / "keys" / "files", dirs_exist_ok=True)
    for each, data in {**kept.documents, new.id: TABLE}.items():
        assert opened(made, each).body == data
