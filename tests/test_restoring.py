"""The audit log goes on where its database is restored from a backup, and hides nothing there."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from pytest_django.plugin import DjangoDbBlocker
from tests.restoring import (
    Practice,
    backup_of,
    count_on,
    end_sessions,
    new_practice,
    process,
    restored,
    working,
    write,
)

from caredesk.audit import sealing
from caredesk.audit.models import Entry, Seal
from caredesk.audit.sealing import seal_new_entries
from caredesk.audit.verify import Walk, find_faults
from caredesk.config import check, migrating
from caredesk.config.embedded import Embedded, throw_away
from caredesk.config.postgres.base import WrittenElsewhere

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Embedded]:
    """Another cluster, with transaction ids of its own."""
    with throw_away() as embedded:
        yield embedded


@pytest.fixture(scope="module", autouse=True)
def _unblocked(django_db_blocker: DjangoDbBlocker, django_db_setup: None) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


@pytest.fixture(scope="module")
def original(cluster: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    """Six entries are sealed, three are not yet."""
    made = new_practice(cluster, "original", tmp_path_factory.mktemp("original"))
    with made.open():
        write(6)
        assert seal_new_entries() == 6
        write(3)
    yield made
    cluster.drop_database("original")


@pytest.fixture(scope="module", params=["lower", "higher"])
def moved(
    request: pytest.FixtureRequest,
    original: Practice,
    elsewhere: Embedded,
    tmp_path_factory: pytest.TempPathFactory,
) -> Practice:
    """Restored into a cluster with lower or higher transaction ids, where the log has gone on."""
    name, folder = f"moved_{request.param}", tmp_path_factory.mktemp("moved")
    elsewhere.make_database("other")
    other = Practice(elsewhere, "other", folder)
    behind, ahead = (other, original) if request.param == "lower" else (original, other)
    count_on(ahead, ahead_of=behind)
    with original.open():
        write(1)
    with backup_of(original) as backup:
        made = restored(backup, elsewhere, name, folder)
    with made.open():
        migrating.migrate()
        waiting = Entry.objects.count() - 6
        new = write(5)
        assert all(entry.epoch == 2 for entry in new)
        known = Entry.objects.filter(epoch=1).values_list("xid", flat=True)
        assert {int(entry.xid) < max(map(int, known)) for entry in new} == {
            request.param == "lower"
        }
        assert seal_new_entries() == waiting + 5
        write(2)
        assert seal_new_entries() == 2
    return made


@pytest.fixture
def practice(moved: Practice) -> Iterator[Practice]:
    """The moved practice is open; its log is afterwards what it was before."""
    with moved.open(), moved.owner() as owner:
        owner.execute("CREATE TABLE kept AS TABLE audit_entry")
        yield moved
        owner.execute("TRUNCATE audit_entry")
        owner.execute("INSERT INTO audit_entry OVERRIDING SYSTEM VALUE TABLE kept")
        owner.execute("DROP TABLE kept")


def test_old_and_new_entries_are_one_chain(practice: Practice) -> None:
    walk = Walk()
    assert list(walk.faults()) == []
    assert [(each.origin.epoch, each.first, each.last) for each in walk.segments] == [
        (1, 1, 1),
        (2, 2, 3),
    ]
    assert sum(each.entries for each in walk.segments) == Entry.objects.count() == walk.total
    assert len({each.origin.cluster for each in walk.segments}) == 2


def first_of(epoch: int) -> Entry:
    return Entry.objects.filter(epoch=epoch).order_by("xid", "seq")[0]


@pytest.mark.parametrize("epoch", [1, 2])
def test_an_altered_row_is_named_in_each_epoch(practice: Practice, epoch: int) -> None:
    row = first_of(epoch).id
    with practice.owner() as owner:
        owner.execute("UPDATE audit_entry SET actor_label = 'Somebody' WHERE id = %s", [row])
    assert [each.partition(". ")[0] for each in find_faults()] == [f"Entry {row} was altered"]


@pytest.mark.parametrize("epoch", [1, 2])
def test_a_removed_row_is_named_in_each_epoch(practice: Practice, epoch: int) -> None:
    row = first_of(epoch).id
    with practice.owner() as owner:
        owner.execute("DELETE FROM audit_entry WHERE id = %s", [row])
    assert [each.partition(". ")[0] for each in find_faults()] == [f"Entry {row} was removed"]


@pytest.mark.parametrize(
    ("epoch", "xid"), [(1, "xid"), (2, "'3'"), (1, "'9000000000000000000'"), (-1, "xid")]
)
def test_an_inserted_row_is_named_in_each_epoch(practice: Practice, epoch: int, xid: str) -> None:
    """At a place that was sealed, behind all of an epoch that is over, before the first."""
    forged = forge(practice, epoch, xid)
    assert [each.partition(". ")[0] for each in find_faults()] == [
        f"Entry {forged} was inserted after its time"
    ]


@pytest.mark.parametrize(("epoch", "other"), [(1, 2), (2, 1)])
def test_a_row_that_changes_its_epoch_is_named(practice: Practice, epoch: int, other: int) -> None:
    row = first_of(epoch).id
    with practice.owner() as owner:
        owner.execute("UPDATE audit_entry SET epoch = %s WHERE id = %s", [other, row])
    assert any(str(row) in fault for fault in find_faults())


def test_a_row_of_an_epoch_to_come_is_told(practice: Practice) -> None:
    forge(practice, 3, "xid")
    assert list(find_faults()) == ["1 entries are of an epoch that has not begun."]


def forge(practice: Practice, epoch: int, xid: str) -> UUID:
    forged = uuid4()
    with practice.owner() as owner:
        owner.execute(
            f"""INSERT INTO audit_entry (id, epoch, xid, kind, name, actor_kind, actor,
            actor_label, door, address, subjects, changes) SELECT %s, %s, {xid}, kind, name,
            actor_kind, actor, actor_label, door, address, subjects, changes FROM audit_entry
            ORDER BY epoch, seq LIMIT 1""",
            [forged, epoch],
        )
    return forged


@pytest.mark.parametrize("column", ["epoch = 1", "cluster = 'another'", "total = total + 1"])
def test_a_seal_that_says_it_was_made_elsewhere_was_altered(
    practice: Practice, column: str
) -> None:
    with practice.owner() as owner:
        owner.execute("CREATE TABLE kept_seals AS TABLE audit_seal")
        owner.execute(f"UPDATE audit_seal SET {column} WHERE number = 3")
        try:
            assert list(find_faults()) == ["Seal 3 was altered."]
        finally:
            owner.execute("TRUNCATE audit_seal")
            owner.execute("INSERT INTO audit_seal TABLE kept_seals")
            owner.execute("DROP TABLE kept_seals")


def test_what_a_backup_held_unsealed_is_sealed_first_and_in_whole_transactions(
    original: Practice, elsewhere: Embedded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "BATCH", 3)
    with backup_of(original) as backup:
        made = restored(backup, elsewhere, "batches", tmp_path, "--no-owner", "--no-privileges")
    with made.open():
        migrating.migrate()
        write(4)
        seal_new_entries()
        assert list(find_faults()) == []
        sealed = [entry for seal in Seal.objects.order_by("number") for entry in seal.entries]
        in_order = Entry.objects.order_by("epoch", "xid", "seq").values_list("id", flat=True)
        assert sealed == list(in_order)
        assert Seal.objects.count() > 3


@pytest.fixture
def unasked(original: Practice, elsewhere: Embedded, tmp_path: Path) -> Iterator[Practice]:
    """Just restored: the owner has not been asked."""
    with backup_of(original) as backup:
        made = restored(backup, elsewhere, "unasked", tmp_path)
    yield made
    elsewhere.drop_database("unasked")


@pytest.mark.parametrize("writing", [seal_new_entries, lambda: write(1)])
def test_nothing_is_written_before_the_owner_was_asked(
    unasked: Practice, writing: Callable[[], object]
) -> None:
    with unasked.open(), pytest.raises(WrittenElsewhere, match="caredesk migrate"):
        writing()
    with unasked.owner() as owner:
        assert owner.execute("SELECT count(*) FROM audit_seal").fetchone() == (1,)
        assert owner.execute("SELECT max(number) FROM audit_epoch").fetchone() == (1,)


def test_the_check_says_what_to_do(unasked: Practice) -> None:
    with unasked.open():
        found = [each for each in check.find() if each.state == "fail"]
        assert [each.what for each in found] == ["The audit log was written elsewhere"]
        assert "caredesk migrate" in found[0].advice
        migrating.migrate()
        assert [each for each in check.find() if each.state == "fail"] == []


@pytest.mark.parametrize("words", [["serve"], ["worker"], ["audit", "verify"]])
def test_commands_refuse_in_plain_words(unasked: Practice, words: list[str]) -> None:
    done = process(unasked, *words, PORT=str(free_port()))
    assert done.returncode == 2
    assert "Run `caredesk migrate` with DATABASE_OWNER_URL" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_owner_is_asked_by_migrating(unasked: Practice) -> None:
    owner = {"DATABASE_OWNER_URL": unasked.addresses.owner}
    assert "epoch 2 of the audit log begins" in process(unasked, "migrate", **owner).stdout
    assert "epoch" not in process(unasked, "migrate", **owner).stdout
    with unasked.open():
        write(1)
        assert seal_new_entries() == Entry.objects.count() - 6


def free_port() -> int:
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        return int(asking.getsockname()[1])


def test_a_worker_ends_when_the_database_is_exchanged_beneath_it(
    original: Practice, elsewhere: Embedded, tmp_path: Path
) -> None:
    with backup_of(original) as backup:
        made = restored(backup, elsewhere, "exchanged", tmp_path)
    with made.open():
        migrating.migrate()
    with working(made) as worker, made.owner() as owner:
        owner.execute("UPDATE audit_epoch SET database = database + 1 WHERE number = 2")
        end_sessions(made)
        said, _ = worker.communicate(timeout=30)
    assert worker.returncode == 2
    assert "Run `caredesk migrate`" in said
