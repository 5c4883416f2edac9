"""With a long log no page of this room reads it from end to end.

Nothing is forced: the planner chooses by what ANALYZE has found.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, connections
from tests import world as cast
from tests.world import World

from caredesk.audit.exporting import Part, count_entries, lines
from caredesk.audit.queries import shown_to
from caredesk.config.bench.watching import Asked, watching
from caredesk.kernel import clock, looks
from caredesk.people.queries import records_of
from caredesk.people.queries.restrictions import GlassLine
from caredesk.privacy.access_log.queries import log
from caredesk.privacy.access_log.queries.log import Key, Wanted
from caredesk.privacy.access_log.queries.opened import opened_behind
from caredesk.privacy.access_log.queries.unusual import findings
from caredesk.privacy.access_log.queries.viewings import viewings

ROWS = 60_000

# Fifty colleagues over two hundred days, each row of one of two thousand patients.
_FILL = """INSERT INTO audit_entry (id, at, kind, name, actor_kind, actor, actor_label, door,
 address, subjects, changes)
SELECT uuidv7(now() - make_interval(secs => 288 * (%(rows)s - n)) - now()),
 now() - make_interval(secs => 288 * (%(rows)s - n)), 'look', 'people:patient', 'user',
 md5('actor' || (n %% 50))::uuid, 'Somebody', 'page', '',
 ARRAY[md5('patient' || (n * 7919 %% 2003))::uuid], '[]'
FROM generate_series(1, %(rows)s) n"""


@pytest.fixture
def world(committed_db: None) -> World:
    made = cast.build()
    with connections["owner"].cursor() as cursor:
        cursor.execute(_FILL, {"rows": ROWS})
        cursor.execute("ANALYZE")
    return made


def everything(world: World) -> dict[str, Callable[[], Any]]:
    """What the pages, the export and the nightly look ask of the log."""
    mia, lupe = world.actor("mia"), world.patients["lupe"]
    now = datetime.now(UTC)
    week = Wanted(since=now - timedelta(days=7), until=now)
    behind = Wanted(behind=Key(now, uuid4()), kind="look")
    busy = UUID(bytes=_md5("actor7"))
    part = Part(since=now - timedelta(days=2), until=now)
    return {
        "who looked": lambda: log.looks_at_patient(mia, lupe, Wanted()),
        "who looked, of one person": lambda: log.looks_at_patient(mia, lupe, Wanted(who=busy)),
        "who looked, a week": lambda: log.looks_at_patient(mia, lupe, week),
        "a colleague": lambda: log.looks_of_colleague(mia, busy, Wanted()),
        "a colleague, a week": lambda: log.looks_of_colleague(mia, busy, week),
        "a colleague, further": lambda: log.looks_of_colleague(mia, busy, behind),
        "an entry": lambda: log.entry(mia, _newest()),
        "a print": lambda: shown_to(mia, [_newest()]),
        "a day at night": lambda: viewings(clock.today(cast.ZONE) - timedelta(days=1), cast.ZONE),
        "an export": lambda: list(lines(part, "ndjson")),
        "an export of one": lambda: count_entries(Part(patients=records_of(lupe))),
        "an export that names not all": lambda: count_entries(replace(part, unseen=[lupe])),
        "findings": lambda: findings(mia),
        "what was opened": lambda: opened_behind(_glass(busy, lupe, now)),
    }


def _glass(user: UUID, patient: UUID, now: datetime) -> GlassLine:
    since = now - timedelta(days=2)
    return GlassLine(uuid4(), patient, "", user, "Somebody", "desk", "", since, now)


def _md5(text: str) -> bytes:
    import hashlib

    return hashlib.md5(text.encode(), usedforsecurity=False).digest()


def _newest() -> UUID:
    from caredesk.audit.models import Entry

    return Entry.objects.order_by("-id").values_list("id", flat=True)[0]


def read_whole(asked: list[Asked]) -> set[str]:
    """The great tables that the plans of these statements read from end to end."""
    found: set[str] = set()
    with connection.cursor() as cursor:
        for each in asked:
            if each.text.lstrip().startswith(("SELECT", "WITH")):
                cursor.execute(f"EXPLAIN (FORMAT JSON) {each.text}", each.values)
                plan = cursor.fetchone()[0]
                nodes = nodes_of(json.loads(plan) if isinstance(plan, str) else plan)
                found |= {
                    node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan"
                }
    return found & {"audit_entry"}


def nodes_of(plan: Any) -> Iterator[dict[str, Any]]:
    waiting = [one["Plan"] for one in plan]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += node.get("Plans", [])


def test_no_page_reads_the_whole_log(world: World) -> None:
    whole = {}
    for name, ask in everything(world).items():
        with looks.collecting("test"), watching() as watched:
            ask()
        whole[name] = read_whole(watched.statements)
    assert {name: tables for name, tables in whole.items() if tables} == {}
    assert read_whole([Asked("SELECT count(*) FROM audit_entry", [], 0)]) == {"audit_entry"}
