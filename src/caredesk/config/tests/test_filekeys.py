"""Rotation of the keys of files: while others keep and open, broken off, and with a key lost."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from tests.files.keeping import keep, read

from caredesk.audit.models import Entry
from caredesk.config import filekeys
from caredesk.config.embedded import Addresses
from caredesk.config.environment import CannotStart
from caredesk.config.findings_files import files as check_files
from caredesk.config.keys import KeyRing
from caredesk.files.actions import rewrap_keys
from caredesk.files.models import FileKey
from caredesk.files.queries import uses_of_keys
from caredesk.files.tests import samples


@pytest.fixture
def ring(committed_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KeyRing:
    found = KeyRing(tmp_path / "keys" / "files")
    monkeypatch.setattr(settings, "CAREDESK_FILE_KEYS", found)
    return found


def test_all_files_open_after_a_rotation_and_the_old_key_is_retired(ring: KeyRing) -> None:
    rows = [keep(samples.PDF, "a.pdf") for _ in range(5)]
    before = [bytes(each.wrapped) for each in FileKey.objects.order_by("pk")]
    (old,) = ring.names()
    assert filekeys.rotate(ring, batch=2) == 0
    (new,) = ring.names()
    assert new > old
    assert ring.retired() == [old]
    assert uses_of_keys() == {new: 5}
    assert [read(each) for each in rows] == [samples.PDF] * 5
    assert not set(before) & {bytes(each.wrapped) for each in FileKey.objects.all()}


def test_the_old_key_opens_nothing_any_more(ring: KeyRing) -> None:
    """What a thief of the old key and the new database has is nothing."""
    from caredesk.files import envelope

    row = keep(samples.PDF, "a.pdf")
    old = ring.current()
    filekeys.rotate(ring, batch=200)
    held = FileKey.objects.get(pk=row.pk)
    with pytest.raises(envelope.TamperedError):
        envelope.unwrap(old.secret, bytes(held.wrapped), row.bound)


def test_every_rewrapping_is_on_record_without_the_key(ring: KeyRing) -> None:
    row = keep(samples.PDF, "a.pdf")
    (old,) = ring.names()
    filekeys.rotate(ring, batch=200)
    entry = Entry.objects.filter(name="rewrap_keys").exclude(changes=[]).get()
    (change,) = entry.changes
    assert change["id"] == str(row.pk)
    assert change["was"] == {"wrapped_by": old, "wrapped": "(secret)"}


def test_a_rotation_that_was_broken_off_is_gone_on_with(ring: KeyRing) -> None:
    rows = [keep(samples.PDF, "a.pdf") for _ in range(4)]
    (old,) = ring.names()
    new = ring.add().name
    rewrap_keys(1, by=filekeys.ROTATOR)
    assert uses_of_keys() == {old: 3, new: 1}
    assert [read(each) for each in rows] == [samples.PDF] * 4
    rows.append(keep(samples.PDF, "a.pdf"))
    filekeys.rotate(ring, batch=2)
    assert ring.names() == [new]
    assert uses_of_keys() == {new: 5}
    assert [read(each) for each in rows] == [samples.PDF] * 5


def test_a_rotation_killed_at_any_moment_loses_nothing(ring: KeyRing, addresses: Addresses) -> None:
    """The real command, killed as soon as something was wrapped anew; then run to its end."""
    rows = [keep(samples.PDF, "a.pdf") for _ in range(60)]
    (old,) = ring.names()
    command = [sys.executable, "-m", "caredesk.config", "keys", "rotate", "--batch", "1"]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("CAREDESK_")},
        "DATABASE_URL": addresses.application,
        "CAREDESK_DATA": str(ring.folder.parent.parent),
    }
    running = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    while len(uses_of_keys()) < 2 and running.poll() is None:
        pass
    running.kill()
    running.wait()
    assert uses_of_keys()[old] > 0
    assert [read(each) for each in rows] == [samples.PDF] * 60
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    assert ring.retired() == [old]
    assert list(uses_of_keys()) == ring.names()
    assert [read(each) for each in rows] == [samples.PDF] * 60


def test_who_keeps_a_file_meanwhile_is_waited_for(ring: KeyRing) -> None:
    """A transaction that had chosen the old key commits after everything else was done."""
    keep(samples.PDF, "a.pdf")
    chosen, go_on = threading.Event(), threading.Event()
    kept = []

    def keep_slowly() -> None:
        with transaction.atomic():
            kept.append(keep(samples.PDF, "slow.pdf"))
            chosen.set()
            go_on.wait(30)
        connections.close_all()

    keeping = threading.Thread(target=keep_slowly)
    keeping.start()
    assert chosen.wait(30)
    rotating = threading.Thread(target=_rotate, args=(ring,))
    rotating.start()
    _wait_until_somebody_waits()
    assert len(ring.names()) == 2
    go_on.set()
    keeping.join()
    rotating.join()
    assert len(ring.names()) == 1
    assert list(uses_of_keys()) == ring.names()
    assert read(kept[0]) == samples.PDF


def _rotate(ring: KeyRing) -> None:
    filekeys.rotate(ring, batch=200)
    connections.close_all()


def _wait_until_somebody_waits() -> None:
    waiting = False
    while not waiting:
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
            waiting = cursor.fetchone()[0]


def test_another_process_that_read_the_keys_before_goes_on(ring: KeyRing) -> None:
    row = keep(samples.PDF, "a.pdf")
    elsewhere = KeyRing(ring.folder)
    assert elsewhere.current().name == ring.current().name
    filekeys.rotate(ring, batch=200)
    settings.CAREDESK_FILE_KEYS = elsewhere
    assert read(row) == samples.PDF
    assert read(keep(samples.PDF, "b.pdf")) == samples.PDF
    assert list(uses_of_keys()) == ring.names()


def test_a_missing_key_is_said_plainly(ring: KeyRing) -> None:
    keep(samples.PDF, "a.pdf")
    (old,) = ring.names()
    (ring.folder / old).unlink()
    settings.CAREDESK_FILE_KEYS = again = KeyRing(ring.folder)
    keep(samples.PDF, "b.pdf")
    found = list(check_files())
    assert [each.state for each in found] == ["fail"]
    assert old in found[0].what
    with pytest.raises(CannotStart, match=old):
        filekeys.rotate(again, batch=200)


def test_a_foreign_key_under_the_name_is_not_used(ring: KeyRing) -> None:
    keep(samples.PDF, "a.pdf")
    (name,) = ring.names()
    (ring.folder / name).write_text("00" * 32)
    from caredesk.config.keys import NoSuchKey

    with pytest.raises(NoSuchKey, match="another key"):
        KeyRing(ring.folder).get(name)


def test_the_first_key_is_made_once(tmp_path: Path) -> None:
    names: set[str] = set()
    threads = [
        threading.Thread(target=lambda: names.add(KeyRing(tmp_path / "k").current().name))
        for _ in range(8)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(names) == 1
