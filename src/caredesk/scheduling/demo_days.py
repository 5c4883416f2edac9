"""The demo practice's month: the other days by COPY, the working day by the desk's own actions."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from pydantic import BaseModel

from caredesk.kernel import clock, looks
from caredesk.kernel.action import action
from caredesk.kernel.actor import Actor
from caredesk.people.actions import record_seen
from caredesk.scheduling.actions import book_appointment, cancel_appointment, record_step
from caredesk.scheduling.bulk import BulkBooking, BulkVisit, copy_visits, finish
from caredesk.scheduling.demo import DemoCalendar
from caredesk.scheduling.demo_flow import Morning, morning_of, steps_then
from caredesk.scheduling.demo_plan import PlannedVisit, Somebody, plan_day

DAYS_BEFORE, DAYS_AFTER = 15, 17


class DaysMade(BaseModel):
    """How many visits were written."""

    visits: int


@action("scheduling.setup", no_undo="Make the demo practice anew.", internal=True)
def make_demo_days(visits: list[BulkVisit], resources: list[UUID], *, by: Actor) -> DaysMade:
    """Write the demo practice's visits but those of its working day."""
    made = copy_visits(visits, by)
    wrong = finish(resources)
    if wrong:
        raise RuntimeError(f"the demo practice does not add up: {'; '.join(wrong)}")
    return DaysMade(visits=made)


def make_month(
    calendar: DemoCalendar,
    zones: dict[str, str],
    people: Sequence[Somebody],
    now: datetime,
    by: Actor,
    desk: Actor,
) -> None:
    """A month of visits around the working day, which stands at `now`."""
    working_day = clock.today(next(iter(zones.values())))
    days = [working_day + timedelta(days=n) for n in range(-DAYS_BEFORE, DAYS_AFTER + 1)]
    planned = {day: plan_day(calendar, zones, people, day, working_day) for day in days}
    today = planned.pop(working_day)
    every = [each for visits in planned.values() for each in visits]
    resources = [*calendar.resources.values(), *_things(calendar)]
    bulk = [_as_bulk(calendar, each, now) for each in every]
    make_demo_days(visits=bulk, resources=resources, by=by)
    _make_working_day(calendar, today, now, desk)
    _record_seen([each for each in every if each.starts_at < now], desk)


def _things(calendar: DemoCalendar) -> Iterator[UUID]:
    for things in calendar.things.values():
        yield from things


def _as_bulk(calendar: DemoCalendar, visit: PlannedVisit, now: datetime) -> BulkVisit:
    random = Random(f"{visit.starts_at} {visit.practitioner}")  # noqa: S311  always the same
    leading = BulkBooking(calendar.resources[visit.practitioner], visit.starts_at, visit.ends_at)
    others = [
        BulkBooking(thing, visit.starts_at - before, visit.ends_at + after)
        for thing, before, after in visit.things
    ]
    return BulkVisit(
        patient=visit.patient,
        visit_type=calendar.types[visit.kind.key],
        site=calendar.practice.sites[visit.site],
        zone=visit.zone,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        wall_start=visit.wall_start,
        booked_at=_booked_at(visit, now, random),
        bookings=[leading, *others],
        practitioners=[calendar.practitioners[visit.practitioner]],
        steps=steps_then(visit, now, random),
        reason=visit.reason,
        asked_by=random.choice(("", "", "patient", "mother", "daughter")),
    )


def _booked_at(visit: PlannedVisit, now: datetime, random: Random) -> datetime:
    before = timedelta(days=random.randint(1, 24), minutes=random.randint(0, 400))
    return min(visit.starts_at - before, now - timedelta(minutes=random.randint(20, 4_000)))


def _make_working_day(
    calendar: DemoCalendar, today: Sequence[PlannedVisit], now: datetime, desk: Actor
) -> None:
    random = Random("caredesk: working day")  # noqa: S311  always the same
    morning = morning_of(today, now, random)
    with looks.collecting("demo"):
        booked = {id(each): _book(calendar, each, now, random, desk) for each in today}
        for happened in morning.happened:
            with clock.stopped_at(happened.at):
                visit = booked[id(happened.visit)]
                record_step(appointment=visit, state=happened.state, by=desk)
        _cancel(morning, booked, desk)
        _overbook(calendar, morning, desk)


def _book(
    calendar: DemoCalendar, visit: PlannedVisit, now: datetime, random: Random, desk: Actor
) -> UUID:
    things = [thing for thing, _, _ in visit.things]
    with clock.stopped_at(_booked_at(visit, now - timedelta(hours=22), random)):
        return book_appointment(
            patient=visit.patient,
            visit_type=calendar.types[visit.kind.key],
            starts_at=visit.starts_at,
            site=calendar.practice.sites[visit.site],
            resources=[calendar.resources[visit.practitioner], *things],
            reason=visit.reason,
            by=desk,
        ).appointment


def _cancel(morning: Morning, booked: dict[int, UUID], desk: Actor) -> None:
    visit, at = morning.cancelled
    with clock.stopped_at(at):
        cancel_appointment(
            appointment=booked[id(visit)],
            reason="Fever at home; will call again",
            asked_by="patient",
            by=desk,
        )


def _overbook(calendar: DemoCalendar, morning: Morning, desk: Actor) -> None:
    """Somebody who cannot wait, beside one who was booked."""
    beside, patient, at = morning.overbooked
    with clock.stopped_at(at):
        book_appointment(
            patient=patient,
            visit_type=calendar.types["telephone"],
            starts_at=beside.starts_at,
            site=calendar.practice.sites[beside.site],
            resources=[calendar.resources[beside.practitioner]],
            reason="New rash on the chest, worried",
            overbook_reason="Cannot wait until tomorrow",
            by=desk,
        )


def _record_seen(visits: Sequence[PlannedVisit], desk: Actor) -> None:
    last: dict[UUID, datetime] = {}
    for each in visits:
        last[each.patient] = max(each.starts_at, last.get(each.patient, each.starts_at))
    for patient, at in last.items():
        record_seen(patient=patient, at=at, by=desk)
