"""Loading the made-up people."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from caredesk.config.bench.names import Person, people
from caredesk.config.bench.practice import TODAY, stop_clock
from caredesk.people import bulk
from caredesk.people.bulk import BulkPatient
from caredesk.people.rules.birthdates import BirthDate
from caredesk.people.rules.names import FullName

_LONG_AGO = datetime(2010, 1, 1, tzinfo=UTC)


def load(count: int) -> list[UUID]:
    """Register so many patients; their ids in the order of `people`."""
    stop_clock()
    known: list[UUID] = []
    bulk.load(_rows(count, known))
    return known


def _rows(count: int, known: list[UUID]) -> Iterator[BulkPatient]:
    for person in people(count, TODAY):
        row = _row(person)
        known.append(row.id)
        yield row


def _row(person: Person) -> BulkPatient:
    seen = None
    if person.seen_days_ago is not None:
        day = TODAY - timedelta(days=person.seen_days_ago)
        seen = datetime.combine(day, time(15), UTC)
    return BulkPatient(
        name=FullName(family=person.family, given=person.given, middle=person.middle),
        birth=BirthDate(person.birth_date),
        registered_at=_LONG_AGO,
        sex=person.sex,
        phone=person.phone,
        last_seen_at=seen,
    )
