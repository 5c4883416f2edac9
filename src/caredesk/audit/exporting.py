"""A part of the log as FHIR AuditEvents: one a line (NDJSON), or a Bundle.

An export is itself on record, with everybody who is in it, before the first line is written.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Literal
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from caredesk.audit.fhir import print_entry
from caredesk.audit.kinds import SIGN_IN_FAILED
from caredesk.audit.models import Entry
from caredesk.kernel import looks
from caredesk.kernel.actor import Actor
from caredesk.kernel.ids import new_id
from caredesk.kernel.ports import AuditRow

type Format = Literal["ndjson", "bundle"]

MEDIA_TYPES = {"ndjson": "application/fhir+ndjson", "bundle": "application/fhir+json"}
_SUBJECTS_A_ROW = 5_000
_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Part:
    """Which entries: from an instant until before another, of one patient's records or of all."""

    since: datetime | None = None
    until: datetime | None = None
    patients: Sequence[UUID] = ()

    def rows(self) -> QuerySet[Entry]:
        """The oldest first."""
        found = Entry.objects.order_by("at", "id")
        if self.since:
            found = found.filter(at__gte=self.since)
        if self.until:
            found = found.filter(at__lt=self.until)
        if self.patients:
            found = found.filter(subjects__overlap=list(self.patients))
        return found


def count_entries(part: Part) -> int:
    return part.rows().count()


def record_export(part: Part, by: Actor, name: str) -> int:
    """Write on record that this part leaves, with everybody in it; how many patients they are."""
    rows = part.rows().exclude(kind=SIGN_IN_FAILED)
    chosen, values = rows.order_by().values("subjects").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT unnest(part.subjects) FROM ({chosen}) part ORDER BY 1", values
        )
        subjects = [row[0] for row in cursor.fetchall()]
    groups = list(batched(subjects, _SUBJECTS_A_ROW, strict=False)) or [()]
    looks.record(*(AuditRow(new_id(), "export", name, by, group) for group in groups))
    return len(subjects)


def lines(part: Part, form: Format) -> Iterator[str]:
    """The part as text, entry after entry; never more than some of it in memory."""
    entries = (json.dumps(print_entry(each), ensure_ascii=False) for each in _entries(part))
    return _bundle(entries) if form == "bundle" else (f"{each}\n" for each in entries)


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
