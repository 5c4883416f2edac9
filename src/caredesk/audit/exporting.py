"""A part of the log as FHIR AuditEvents: one a line (NDJSON), or a Bundle.

An export is itself on record, with everybody who is in it, before the first line is written. Whom
its reader may not see is not named in it; what is left out by that is said at its end.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Any, Literal
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, Q, QuerySet

from caredesk.audit.fhir import print_entry
from caredesk.audit.kinds import SIGN_IN_FAILED
from caredesk.audit.models import Entry
from caredesk.kernel import looks
from caredesk.kernel.actor import Actor
from caredesk.kernel.ids import new_id
from caredesk.kernel.ports import AuditRow
from caredesk.wire.fhir.operation_outcome import print_operation_outcome

type Format = Literal["ndjson", "bundle"]

MEDIA_TYPES = {"ndjson": "application/fhir+ndjson", "bundle": "application/fhir+json"}
_SUBJECTS_A_ROW = 5_000
_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Part:
    """Which entries: from an instant until before another, of one patient's records or of all.

    `unseen` are not named; an entry about nobody else is left out.
    """

    since: datetime | None = None
    until: datetime | None = None
    patients: Sequence[UUID] = ()
    unseen: Collection[UUID] = ()

    def rows(self) -> QuerySet[Entry]:
        """The oldest first."""
        return self.asked().exclude(self.of_unseen_alone) if self.unseen else self.asked()

    @property
    def of_unseen_alone(self) -> Q:
        return Q(subjects__contained_by=list(self.unseen), subjects__len__gt=0)

    def asked(self) -> QuerySet[Entry]:
        found = Entry.objects.order_by("at", "id")
        if self.since:
            found = found.filter(at__gte=self.since)
        if self.until:
            found = found.filter(at__lt=self.until)
        if self.patients:
            found = found.filter(subjects__overlap=list(self.patients))
        return found


@dataclass(frozen=True, slots=True)
class Counted:
    """How many entries a part has, how many were left out of it, and in how many of those it has
    somebody is not named."""

    entries: int
    left_out: int = 0
    shortened: int = 0

    def __str__(self) -> str:
        return (
            f"{self.left_out:,} entries are left out, and in {self.shortened:,} others somebody is "
            "not named, as they are about patients whom the reader of this export may not see."
        )

    @property
    def is_whole(self) -> bool:
        return not self.left_out and not self.shortened


def count_entries(part: Part) -> Counted:
    if not part.unseen:
        return Counted(part.rows().count())
    alone, some = part.of_unseen_alone, Q(subjects__overlap=list(part.unseen))
    return Counted(
        **part.asked().aggregate(
            entries=Count("pk", filter=~alone),
            left_out=Count("pk", filter=alone),
            shortened=Count("pk", filter=some & ~alone),
        )
    )


def record_export(part: Part, by: Actor, name: str) -> int:
    """Write on record that this part leaves, with everybody in it; how many patients they are."""
    rows = part.rows().exclude(kind=SIGN_IN_FAILED)
    chosen, values = rows.order_by().values("subjects").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT each FROM ({chosen}) part, unnest(part.subjects) each "
            "WHERE each <> ALL(%s::uuid[]) ORDER BY 1",
            [*values, list(part.unseen)],
        )
        subjects = [row[0] for row in cursor.fetchall()]
    groups = list(batched(subjects, _SUBJECTS_A_ROW, strict=False)) or [()]
    looks.record(*(AuditRow(new_id(), "export", name, by, group) for group in groups))
    return len(subjects)


def lines(part: Part, form: Format, counted: Counted | None = None) -> Iterator[str]:
    """The part as text, entry after entry; never more than some of it in memory.

    What was `counted` as left out is said behind them.
    """
    resources = (json.dumps(each, ensure_ascii=False) for each in _resources(part, counted))
    return _bundle(resources) if form == "bundle" else (f"{each}\n" for each in resources)


def _resources(part: Part, counted: Counted | None) -> Iterator[dict[str, Any]]:
    unseen = frozenset(part.unseen)
    for each in _entries(part):
        yield print_entry(each, unseen)
    if counted and not counted.is_whole:
        yield print_operation_outcome(str(new_id()), "suppressed", str(counted))


def _entries(part: Part) -> Iterator[Entry]:
    with transaction.atomic():
        yield from part.rows().iterator(chunk_size=_AT_ONCE)


def _bundle(entries: Iterable[str]) -> Iterator[str]:
    """A collection: what was kept, not what is to be done with it."""
    yield f'{{"resourceType": "Bundle", "id": "{new_id()}", "type": "collection"'
    opened = False
    for each in entries:
        yield ', "entry": [\n' if not opened else ",\n"
        opened = True
        yield f'{{"fullUrl": "urn:uuid:{json.loads(each)["id"]}", "resource": {each}}}'
    yield "\n]}\n" if opened else "}\n"
