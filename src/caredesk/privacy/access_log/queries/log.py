"""Who looked at a patient, what a colleague looked at, and one entry with all that it says.

Pages by key, never by number: the millionth row is as near as the first.
"""

import contextlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from caredesk.access.queries import names_of
from caredesk.audit.kinds import NOBODY_YET, SIGN_IN_FAILED
from caredesk.audit.models import Entry
from caredesk.audit.queries import WHY_LIFTED
from caredesk.kernel.actor import Actor
from caredesk.kernel.barred import barred
from caredesk.kernel.errors import Missing
from caredesk.kernel.looks import why_of
from caredesk.people.queries import PatientLine, patient_lines, records_of
from caredesk.privacy.access_log.queries.pages import about_somebody
from caredesk.privacy.access_log.rules.words import (
    DOORS,
    Changed,
    Said,
    changed_values,
    said,
    table_words,
)

A_PAGE = 50
_NAMED = 5
_MOST_NAMED = 200

_COLUMNS = f"""id, at, kind, name, actor_kind, actor, actor_label, door, address, reason,
 {WHY_LIFTED}, cardinality(subjects)"""

_OF_PATIENT = f"""SELECT {_COLUMNS}, subjects[1:1] FROM audit_entry
WHERE subjects && %(records)s::uuid[]"""

_OF_COLLEAGUE = f"""SELECT {_COLUMNS}, subjects[1:{_NAMED}] FROM audit_entry
WHERE actor = %(actor)s"""

# Who failed to sign in was nobody yet: it stands with the user whose name was given.
_FAILED_AS_COLLEAGUE = f"""SELECT {_COLUMNS}, subjects[1:1] FROM audit_entry
WHERE actor = '{NOBODY_YET}' AND subjects @> ARRAY[%(actor)s]::uuid[]"""

_NEWEST_FIRST = " ORDER BY at DESC, id DESC LIMIT %(limit)s"


@dataclass(frozen=True, slots=True)
class Key:
    """Where a page of the list goes on: behind this entry."""

    at: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the log is asked for."""

    who: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    kind: str = ""
    behind: Key | None = None


@dataclass(frozen=True, slots=True)
class LogLine:
    """An entry in one line. `others` is how many more were shown than are named."""

    id: UUID
    at: datetime
    who: UUID
    who_label: str
    is_user: bool
    kind: str
    words: Said
    is_about: bool
    door: str
    address: str
    reason: str
    named: Sequence[PatientLine]
    others: int
    as_whom: str = ""
    """Whose name was given where nobody was let in."""


@dataclass(frozen=True, slots=True)
class LogPage:
    """The newest first; `next` is where older ones begin, if there are any."""

    lines: Sequence[LogLine]
    next: Key | None


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row that was written."""

    table: str
    id: str
    values: Sequence[Changed]


@dataclass(frozen=True, slots=True)
class EntryDetails:
    """One entry with everything that it says; `place` is where it stands in the sealed log."""

    line: LogLine
    place: str
    session: UUID | None
    on_behalf_of: UUID | None
    parent: UUID | None
    asked: Sequence[tuple[str, str]]
    rows: Sequence[ChangedRow]
    is_withheld: bool = False
    """Whether what it says of somebody is kept from the viewer, who may not see them."""


def looks_at_patient(viewer: Actor, patient: UUID, wanted: Wanted) -> LogPage:
    """What is on record of one patient, under all numbers that were merged."""
    records = records_of(patient)
    rows, following = _read([_OF_PATIENT], {"records": list(records)}, wanted)
    return LogPage([_line(row, {}, records.__contains__, of=records) for row in rows], following)


def looks_of_colleague(viewer: Actor, colleague: UUID, wanted: Wanted) -> LogPage:
    """What one person did and saw, and who could not sign in as them; of `NOBODY_YET` all who
    could not sign in. The patients who are named are seen by `viewer`, too."""
    statements = [_OF_COLLEAGUE, _FAILED_AS_COLLEAGUE]
    rows, following = _read(statements, {"actor": colleague}, wanted)
    rows = [_with_reason_first(row) for row in rows]
    names = patient_lines(viewer, {each for row in rows if not _is_failed(row) for each in row[-1]})
    users = names_of({each for row in rows if _is_failed(row) for each in row[-1]})
    knows = _may_know(viewer)
    return LogPage([_line(row, names, knows, users) for row in rows], following)


def entry(viewer: Actor, id: UUID) -> EntryDetails:
    """One entry. The patients on it are seen by `viewer`, too.

    Where any of them, or a piece that it names, is barred, that it happened is all that is told.
    """
    found = Entry.objects.filter(pk=id).first()
    if found is None:
        raise Missing("entry", next_step="Go back to the list.")
    unseen = barred(viewer)
    is_withheld = bool(unseen) and any(
        each in unseen for each in (*found.subjects, *_ids_in(found.changes))
    )
    shown = list(found.subjects[:_MOST_NAMED])
    row = (
        *(found.id, found.at, found.kind, found.name, found.actor_kind, found.actor),
        *(found.actor_label, found.door, found.address, found.reason),
        *(_lifted_in(found.changes), len(found.subjects), shown),
    )
    changes = [] if is_withheld else found.changes
    about = [each for each in changes if "table" not in each]
    return EntryDetails(
        line=_entry_line(viewer, row),
        place=f"{found.epoch}, {found.xid}, {found.seq}",
        session=found.session,
        on_behalf_of=found.on_behalf_of,
        parent=found.parent,
        asked=[pair for each in about for pair in each.get("asked", {}).items()],
        rows=[
            ChangedRow(table_words(each["table"]), each["id"], changed_values(each))
            for each in changes
            if "table" in each
        ],
        is_withheld=is_withheld,
    )


def _entry_line(viewer: Actor, row: Any) -> LogLine:
    if _is_failed(row):
        return _line(row, {}, _may_know(viewer), names_of(row[-1]))
    return _line(row, patient_lines(viewer, row[-1]), _may_know(viewer))


def _may_know(viewer: Actor) -> Callable[[UUID], bool]:
    """Whether the viewer may read why somebody looked behind the glass: of whom they see
    themselves, or as who reviews it."""
    unseen, reviews = barred(viewer), viewer.may("privacy.review")
    return lambda id: reviews or id not in unseen


def _lifted_in(changes: Sequence[Mapping[str, Any]]) -> Any:
    return next((each["lifted"] for each in changes if "lifted" in each), {})


def _with_reason_first(row: Any) -> Any:
    """The same row, naming first to whom its reason belongs, also where they were shown later."""
    *before, told, many, shown = row
    if row[3] in about_somebody():
        return row
    first = [UUID(each) for each in told]
    named = [*first, *(each for each in shown if each not in first)]
    return (*before, told, many, named[:_NAMED])


def _is_failed(row: Any) -> bool:
    """Whether its subject is a user."""
    return bool(row[2] == SIGN_IN_FAILED)


def _ids_in(value: Any) -> Iterator[UUID]:
    """Every id that stands in what was written, however deep."""
    if isinstance(value, dict):
        value = [*value.values()]
    if isinstance(value, list):
        for each in value:
            yield from _ids_in(each)
    elif isinstance(value, str):
        with contextlib.suppress(ValueError):
            yield UUID(value)


def _read(
    statements: Sequence[str], about: dict[str, Any], wanted: Wanted
) -> tuple[list[Any], Key | None]:
    """The newest of these together; each goes by its own index."""
    narrowed, values = "", about | {"limit": A_PAGE + 1}
    conditions: list[tuple[str, dict[str, Any]]] = [
        ("actor = %(who)s", {"who": wanted.who}),
        ("at >= %(since)s", {"since": wanted.since}),
        ("at < %(until)s", {"until": wanted.until}),
        ("kind = %(kind)s", {"kind": wanted.kind}),
    ]
    if wanted.behind:
        key = {"at": wanted.behind.at, "id": wanted.behind.id}
        conditions.append(("(at, id) < (%(at)s, %(id)s)", key))
    for condition, named in conditions:
        if all(named.values()):
            narrowed, values = f"{narrowed} AND {condition}", values | named
    parts = " UNION ALL ".join(f"({each}{narrowed}{_NEWEST_FIRST})" for each in statements)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({parts}) AS found{_NEWEST_FIRST}", values)
        rows = cursor.fetchall()
    more = len(rows) > A_PAGE
    rows = [(*row[:10], json.loads(row[10] or "{}"), *row[11:]) for row in rows[:A_PAGE]]
    return rows, Key(rows[-1][1], rows[-1][0]) if more else None


def _line(
    row: Any,
    names: dict[UUID, PatientLine],
    knows: Callable[[UUID], bool],
    users: Mapping[UUID, str] | None = None,
    *,
    of: Collection[UUID] = (),
) -> LogLine:
    """`of` are the records of the patient whose record this is, if it is one patient's."""
    id, at, kind, name, actor_kind, actor, label, door, address, reason, told, many, shown = row
    if told:
        # One row may show several: a reason is read where it belongs.
        reason = why_of({each: told[each] for each in told if knows(UUID(each))})
    is_first = not of or (bool(shown) and shown[0] in of)
    is_about = is_first and (kind == "change" or name in about_somebody())
    named = [names[each] for each in shown if each in names]
    as_whom = next((users[each] for each in shown if each in users), "") if users else ""
    if is_about and kind != "change":
        named = named[:1]
    return LogLine(
        id=id,
        at=at,
        who=actor,
        is_user=actor_kind == "user" and actor != NOBODY_YET,
        who_label=label if actor_kind == "user" else f"{label} ({actor_kind})",
        kind=kind,
        words=said(kind, name, is_about=is_about),
        is_about=is_about,
        door=DOORS.get(door, door),
        address=address,
        reason=reason,
        named=named,
        others=many - len(named) if names else many - 1,
        as_whom=as_whom,
    )
