"""A log that was sealed before there were epochs is whole after the migration, and goes on."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker
from tests.restoring import Practice, new_practice, write

from caredesk.audit.heads import heads_file
from caredesk.audit.models import Entry, Epoch, Seal
from caredesk.audit.sealing import seal_new_entries
from caredesk.audit.verify import Walk, find_faults
from caredesk.config import migrating
from caredesk.config.embedded import Embedded

# As it was written then.
_ENTRY = """INSERT INTO audit_entry (id, kind, name, actor_kind, actor, actor_label, door, address,
 subjects, changes) VALUES (gen_random_uuid(), 'look', 'day', 'user', gen_random_uuid(), 'Ana',
 'page', '', '{}', '[]')"""
_ROWS = """SELECT id, xid::text, jsonb_build_array(id, seq, xid::text, to_char(at AT TIME ZONE
 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), kind, name, actor_kind, actor, actor_label, on_behalf_of,
 session, door, address, subjects, changes, parent, deed)::text FROM audit_entry
WHERE xid > coalesce((SELECT max(last_xid) FROM audit_seal), '0') ORDER BY xid, seq"""


def sealed_as_then(owner: psycopg.Connection[Any], cluster: str, number: int) -> bytes:
    rows = [
        (UUID(str(id)), xid, hashlib.sha256(text.encode()).digest()[:16])
        for id, xid, text in owner.execute(_ROWS).fetchall()
    ]
    found = owner.execute("SELECT seal FROM audit_seal ORDER BY number DESC LIMIT 1").fetchone()
    previous = bytes(found[0]) if found else b""
    mac = hmac.new(bytes.fromhex(settings.CAREDESK_AUDIT_KEY), previous, hashlib.sha256)
    mac.update(json.dumps([number, cluster, len(rows)]).encode())
    for entry, _, digest in rows:
        mac.update(entry.bytes + digest)
    owner.execute(
        """INSERT INTO audit_seal (number, last_xid, entries, digests, seal, cluster)
        VALUES (%s, %s::xid8, %s, %s, %s, %s)""",
        [
            number,
            rows[-1][1],
            [entry for entry, _, _ in rows],
            b"".join(digest for _, _, digest in rows),
            mac.digest(),
            cluster,
        ],
    )
    return mac.digest()


@pytest.fixture
def practice(
    cluster: Embedded, tmp_path: Path, django_db_blocker: DjangoDbBlocker, django_db_setup: None
) -> Iterator[Practice]:
    with django_db_blocker.unblock():
        made = new_practice(cluster, "before_epochs", tmp_path)
        with made.open():
            call_command("migrate", "audit", "0001", database="owner", verbosity=0)
            yield made
    cluster.drop_database("before_epochs")


def three_sealed_twice(practice: Practice, cluster: str) -> bytes:
    with practice.owner() as owner:
        for number in (1, 2):
            for _ in range(3):
                owner.execute(_ENTRY)
            seal = sealed_as_then(owner, cluster, number)
    return seal


def present_cluster(practice: Practice) -> str:
    with practice.owner() as owner:
        row = owner.execute("SELECT system_identifier::text FROM pg_control_system()").fetchone()
        assert row is not None
        return str(row[0])


def test_old_seals_and_heads_hold_and_the_epoch_goes_on(practice: Practice) -> None:
    cluster = present_cluster(practice)
    seal = three_sealed_twice(practice, cluster)
    heads_file().parent.mkdir()
    heads_file().write_text(f"2026-11-24T10:00:00+00:00 {cluster} 2 {seal.hex()}\n")
    migrating.migrate()
    assert list(find_faults()) == []
    assert [each.total for each in Seal.objects.order_by("number")] == [3, 6]
    write(2)
    assert seal_new_entries() == 2
    walk = Walk()
    assert list(walk.faults()) == []
    assert len(walk.segments) == 1
    assert set(Entry.objects.values_list("epoch", flat=True)) == {1}


def test_what_was_restored_before_the_migration_begins_its_epoch_with_it(
    practice: Practice,
) -> None:
    three_sealed_twice(practice, "7000000000000000000")
    migrating.migrate()
    write(2)
    assert seal_new_entries() == 2
    assert list(find_faults()) == []
    assert list(Epoch.objects.order_by("number").values_list("number", "cluster")) == [
        (1, "7000000000000000000"),
        (2, present_cluster(practice)),
    ]


def test_an_old_row_altered_afterwards_is_named(practice: Practice) -> None:
    three_sealed_twice(practice, present_cluster(practice))
    migrating.migrate()
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE audit_entry SET actor_label = 'Eve' WHERE seq = 2 RETURNING id")
        row = cursor.fetchone()[0]
    assert [each.partition(". ")[0] for each in find_faults()] == [f"Entry {row} was altered"]
