"""The audit log cannot be rewritten unnoticed."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import ProgrammingError, connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.test_actions import MANAGER

from caredesk.audit.heads import keep_head_outside
from caredesk.audit.models import Entry, Seal, SettlingSearch
from caredesk.audit.sealing import seal_new_entries
from caredesk.audit.searches import settle_searches
from caredesk.audit.verify import find_faults
from caredesk.kernel import looks
from caredesk.kernel.actor import Actor
from caredesk.kernel.looks import seen
from caredesk.practice.actions import name_organization


@pytest.fixture
def ten_sealed(committed_db: None, settings: object, tmp_path: object) -> list[Entry]:
    settings.CAREDESK_DATA = tmp_path  # type: ignore[attr-defined]
    for number in range(10):
        name_organization(f"Name {number}", by=MANAGER)
    assert seal_new_entries() == 10
    return list(Entry.objects.order_by("epoch", "xid", "seq"))


def as_owner(statement: str, *values: UUID) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement, values)


def test_an_untouched_log_is_whole(ten_sealed: list[Entry]) -> None:
    assert list(find_faults()) == []
    name_organization("Another", by=MANAGER)
    assert seal_new_entries() == 1
    assert seal_new_entries() == 0
    assert Seal.objects.count() == 2
    assert list(find_faults()) == []


def test_an_altered_row_is_named(ten_sealed: list[Entry]) -> None:
    row = ten_sealed[4]
    as_owner("UPDATE audit_entry SET actor_label = 'Somebody' WHERE id = %s", row.id)
    assert [each.partition(". ")[0] for each in find_faults()] == [f"Entry {row.id} was altered"]


def test_a_removed_row_is_named(ten_sealed: list[Entry]) -> None:
    row = ten_sealed[0]
    as_owner("DELETE FROM audit_entry WHERE id = %s", row.id)
    assert [each.partition(". ")[0] for each in find_faults()] == [f"Entry {row.id} was removed"]


def test_an_inserted_row_is_named(ten_sealed: list[Entry]) -> None:
    forged = uuid4()
    as_owner(
        """INSERT INTO audit_entry (id, xid, kind, name, actor_kind, actor, actor_label, door,
        address, subjects, changes) SELECT %s, xid, kind, name, actor_kind, actor, actor_label,
        door, address, subjects, changes FROM audit_entry ORDER BY seq LIMIT 1""",
        forged,
    )
    assert [each.partition(". ")[0] for each in find_faults()] == [
        f"Entry {forged} was inserted after its time"
    ]


def test_a_rewritten_seal_does_not_hide_it(ten_sealed: list[Entry]) -> None:
    as_owner("UPDATE audit_seal SET digests = overlay(digests placing 'x'::bytea from 1)")
    faults = list(find_faults())
    assert "Seal 1 was altered." in faults


def test_a_lost_end_of_the_chain_is_missed_outside(ten_sealed: list[Entry]) -> None:
    keep_head_outside()
    as_owner("DELETE FROM audit_seal")
    as_owner("DELETE FROM audit_entry")
    assert list(find_faults()) == ["Seal 1 is kept outside the database but is no longer in it."]


def test_an_open_transaction_is_sealed_later_and_not_skipped(committed_db: None) -> None:
    with connections["owner"].cursor() as cursor, transaction.atomic(using="owner"):
        cursor.execute("SELECT pg_current_xact_id()")
        name_organization("Later than the open one", by=MANAGER)
        assert seal_new_entries() == 0
    assert seal_new_entries() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["audit_entry", "audit_seal", "kernel_event"])
@pytest.mark.parametrize("what", ["DELETE FROM {}", "UPDATE {} SET id = id", "TRUNCATE {}"])
def test_the_application_can_neither_rewrite_nor_delete(table: str, what: str) -> None:
    statement = what.format(table).replace("audit_seal SET id = id", "audit_seal SET seal = seal")
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.django_db
@pytest.mark.parametrize("column", ["epoch", "xid", "seq"])
def test_the_application_cannot_choose_a_rows_place_in_the_log(column: str) -> None:
    assert_denied(
        f"""INSERT INTO audit_entry (id, {column}, kind, name, actor_kind, actor, actor_label, door,
        address, subjects, changes) VALUES (gen_random_uuid(), '3', 'look', 'x', 'user',
        gen_random_uuid(), 'x', 'page', '', '{{}}', '[]')"""
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO audit_epoch (number, cluster, database) VALUES (2, 'another', 1)",
        "UPDATE audit_epoch SET cluster = 'another'",
        "DELETE FROM audit_epoch",
        "TRUNCATE audit_epoch",
    ],
)
def test_the_application_begins_no_epoch_and_ends_none(statement: str) -> None:
    assert_denied(statement)


@pytest.mark.django_db
def test_the_application_cannot_change_the_epoch_of_what_it_writes() -> None:
    assert_denied("ALTER TABLE audit_entry ALTER epoch SET DEFAULT 2", "must be owner")


def assert_denied(statement: str, how: str = "permission denied") -> None:
    with (
        pytest.raises(ProgrammingError, match=how),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.django_db
def test_a_search_as_one_types_is_one_look_when_it_settles() -> None:
    search, first, second = uuid4(), uuid4(), uuid4()
    for shown in ([first], [first, second], [second]):
        with looks.collecting("search"):
            seen(MANAGER, shown, settling=search)
    assert not Entry.objects.exists()
    assert settle_searches(after_seconds=60) == 0
    assert settle_searches(after_seconds=-1) == 1
    entry = Entry.objects.get()
    assert set(entry.subjects) == {first, second}
    assert entry.actor == MANAGER.id
    assert not SettlingSearch.objects.exists()


@pytest.mark.django_db
def test_another_persons_search_id_does_not_swallow_a_look() -> None:
    search, shown = uuid4(), uuid4()
    other = Actor("user", uuid4(), "Cy")
    for viewer in (other, MANAGER):
        with looks.collecting("search"):
            seen(viewer, [shown], settling=search)
    assert Entry.objects.get().actor == MANAGER.id


@pytest.mark.django_db
def test_a_look_outside_a_door_fails() -> None:
    with pytest.raises(RuntimeError, match="outside a door"):
        seen(MANAGER, [uuid4()])


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    which=st.integers(0, 9),
    how=st.sampled_from(["altered", "removed", "inserted"]),
    column=st.sampled_from(["name", "actor_label", "address", "reason", "door", "kind"]),
    text=st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20),
)
def test_any_one_row_is_named_with_its_place(
    ten_sealed: list[Entry], which: int, how: str, column: str, text: str
) -> None:
    """Whatever is done to whichever row, that row and no other is named; then it is put back."""
    row = ten_sealed[which]
    as_owner("CREATE TABLE kept AS SELECT * FROM audit_entry")
    try:
        with connections["owner"].cursor() as cursor:
            id = _spoil(cursor, how, row, column, text)
        faults = list(find_faults())
    finally:
        as_owner("DELETE FROM audit_entry")
        as_owner("INSERT INTO audit_entry OVERRIDING SYSTEM VALUE SELECT * FROM kept")
        as_owner("DROP TABLE kept")
    assert list(find_faults()) == []
    place = f"It stands in epoch {row.epoch}, transaction {row.xid}, sequence"
    if how == "removed":
        place = f"It was number {which + 1} of the 10 under seal 1."
    assert len(faults) == 1
    assert faults[0].startswith(f"Entry {id} was {how}")
    assert place in faults[0]
    assert faults[0].endswith("seal 1.")


def _spoil(cursor: Any, how: str, row: Entry, column: str, text: str) -> UUID:
    id = row.id
    if how == "altered":
        cursor.execute(
            f"UPDATE audit_entry SET {column} = {column} || %s WHERE id = %s", [text, id]
        )
    elif how == "removed":
        cursor.execute("DELETE FROM audit_entry WHERE id = %s", [id])
    else:
        id = uuid4()
        cursor.execute(
            """INSERT INTO audit_entry (id, xid, kind, name, actor_kind, actor, actor_label, door,
            address, subjects, changes) SELECT %s, xid, kind, name, actor_kind, actor, actor_label,
            door, address, subjects, changes FROM audit_entry WHERE id = %s""",
            [id, row.id],
        )
    return id
