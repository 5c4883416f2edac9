"""What a restored backup has lost is told as such, and covers nothing that was removed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
from pytest_django.plugin import DjangoDbBlocker
from tests.restoring import Practice, backup_of, command, new_practice, restored, write

from caredesk.audit.heads import keep_head_outside
from caredesk.audit.models import Epoch
from caredesk.audit.sealing import seal_new_entries
from caredesk.audit.verify import find_faults
from caredesk.config import migrating
from caredesk.config.embedded import Embedded, throw_away

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Embedded]:
    with throw_away() as embedded:
        yield embedded


@pytest.fixture(autouse=True)
def _unblocked(django_db_blocker: DjangoDbBlocker, django_db_setup: None) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


class Restoring(Protocol):
    def __call__(self, into: Embedded, name: str) -> Practice: ...


@pytest.fixture
def lost(cluster: Embedded, tmp_path: Path) -> Iterator[Practice]:
    """Four entries under seal 1 and three under seal 2, both seals kept outside."""
    practice = new_practice(cluster, "lost", tmp_path)
    with practice.open():
        seal_kept_outside(4)
    yield practice
    cluster.drop_database("lost")


@pytest.fixture
def from_backup(lost: Practice, tmp_path: Path) -> Iterator[Restoring]:
    """Restores a backup made before seal 2, as often as it is called."""
    made = []
    with backup_of(lost) as backup:
        with lost.open():
            seal_kept_outside(3)

        def restore(into: Embedded, name: str) -> Practice:
            practice = restored(backup, into, name, tmp_path)
            made.append(practice)
            with practice.open():
                migrating.migrate()
            return practice

        yield restore
    for each in made:
        each.cluster.drop_database(each.name)


def seal_kept_outside(count: int) -> None:
    write(count)
    assert seal_new_entries() == count
    keep_head_outside()


def cut_off(practice: Practice, after: int) -> None:
    """Remove the end of the log, as the owner of the database can."""
    with practice.owner() as owner:
        owner.execute(
            "DELETE FROM audit_entry WHERE id IN"
            " (SELECT unnest(entries) FROM audit_seal WHERE number > %s)",
            [after],
        )
        owner.execute("DELETE FROM audit_seal WHERE number > %s", [after])


def test_a_loss_is_told_until_it_is_accepted(from_backup: Restoring, elsewhere: Embedded) -> None:
    practice = from_backup(elsewhere, "once")
    told = command(practice, "audit", "verify", "--quiet")
    assert told.code == 1
    [line] = told.err.splitlines()
    assert line.startswith("At least 3 entries sealed until ")
    assert "(up to seal 2 of epoch 1, cluster " in line
    assert "lost by restoring a backup: epoch 2 began on " in line
    assert " with one that ends with seal 1, made on " in line
    assert line.endswith("If no such backup was restored then, the end of the log was removed.")
    accepted = command(practice, "audit", "accept-loss")
    assert (accepted.code, accepted.out) == (0, f"Accepted: {line}\n")
    assert command(practice, "audit", "accept-loss").out == "There is no loss to accept.\n"
    quiet = command(practice, "audit", "verify", "--quiet")
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")
    whole = command(practice, "audit", "verify")
    assert whole.out.splitlines()[1:] == [f"  accepted: {line}"]


def test_the_log_that_goes_on_tells_its_segments(
    from_backup: Restoring, elsewhere: Embedded
) -> None:
    practice = from_backup(elsewhere, "segments")
    with practice.open():
        seal_kept_outside(2)
    command(practice, "audit", "accept-loss")
    said = command(practice, "audit", "verify").out.splitlines()
    assert said[0] == "The audit log is whole: 6 sealed entries in 2 segments."
    assert said[1].startswith("  epoch 1 in cluster ")
    assert ": 4 entries in seals 1 to 1, the last on " in said[1]
    assert said[2].startswith("  epoch 2 in cluster ")
    assert ": 2 entries in seals 2 to 2, the last on " in said[2]


def test_the_end_cut_off_in_the_same_cluster_is_no_loss(
    lost: Practice, from_backup: Restoring, elsewhere: Embedded
) -> None:
    cut_off(lost, after=1)
    with lost.open():
        assert list(find_faults()) == [
            "Seal 2 is kept outside the database but is no longer in it."
        ]
    practice = from_backup(elsewhere, "cut")
    with practice.open():
        seal_kept_outside(2)
    assert command(practice, "audit", "accept-loss").code == 0
    cut_off(practice, after=1)
    told = command(practice, "audit", "verify")
    assert told.code == 1
    assert told.err == "Seal 2 is kept outside the database but is no longer in it.\n"


def test_a_faked_restore_does_not_hide_what_was_removed(
    lost: Practice, from_backup: Restoring
) -> None:
    """The owner cuts off the end and says that files were put back: it is told as a loss."""
    cut_off(lost, after=1)
    with lost.open():
        migrating.migrate(restored=True)
        seal_kept_outside(5)
        [told] = find_faults()
    assert "At least 3 entries" in told
    assert "the end of the log was removed" in told


def test_an_accepted_loss_covers_no_other(lost: Practice, from_backup: Restoring) -> None:
    cut_off(lost, after=1)
    with lost.open():
        migrating.migrate(restored=True)
    assert command(lost, "audit", "accept-loss").code == 0
    assert command(lost, "audit", "verify").code == 0
    cut_off(lost, after=0)
    with lost.open():
        migrating.migrate(restored=True)
        [told] = find_faults()
    assert "At least 7 entries" in told
    assert "without any seal" in told
    assert command(lost, "audit", "verify").code == 1


def test_a_backup_restored_beside_its_original_is_told_the_same_way(
    from_backup: Restoring, cluster: Embedded
) -> None:
    """The same cluster, another database: as when it was dropped and made anew."""
    practice = from_backup(cluster, "beside")
    with practice.open():
        seal_kept_outside(2)
        [told] = find_faults()
    assert "At least 3 entries" in told


def test_a_backup_restored_again_begins_an_epoch_that_never_was(
    from_backup: Restoring, elsewhere: Embedded
) -> None:
    with from_backup(elsewhere, "first").open():
        seal_kept_outside(2)
    second = from_backup(elsewhere, "second")
    with second.open():
        seal_kept_outside(6)
        assert [each.number for each in Epoch.objects.order_by("number")] == [1, 3]
        told = list(find_faults())
    assert ["of epoch 1," in each for each in told] == [True, False]
    assert ["of epoch 2," in each for each in told] == [False, True]
    assert "At least 2 entries" in told[1]


def test_an_altered_row_beside_an_accepted_loss_is_a_fault(
    from_backup: Restoring, elsewhere: Embedded
) -> None:
    practice = from_backup(elsewhere, "altered")
    assert command(practice, "audit", "accept-loss").code == 0
    with practice.owner() as owner:
        owner.execute("UPDATE audit_entry SET name = 'nothing' WHERE seq = 1")
    told = command(practice, "audit", "verify")
    assert told.code == 1
    assert told.err.startswith("Entry ")
    assert " was altered. It stands in epoch 1, " in told.err
    assert command(practice, "audit", "accept-loss").code == 1
