"""The demo practice's calendar: what can be booked, the kinds of visits, and when who is there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from caredesk.kernel.actor import Actor
from caredesk.practice.demo import MAIN, DemoPractice
from caredesk.scheduling.actions import (
    add_device_resource,
    add_exception,
    add_practitioner_resource,
    add_room_resource,
    add_visit_type,
    set_availability,
)
from caredesk.scheduling.actions.hours import HoursInput
from caredesk.scheduling.actions.visit_types import Colour, RequirementInput

type Hours = tuple[str, str, str]

# Thanksgiving, counted from the demo's working day.
HOLIDAY_AFTER = timedelta(days=2)

_MON_FRI, _NO_WEDNESDAY = "01234", "0134"

# Whom, at which site, and (weekdays, from, until) in the wall time there.
_HOURS: tuple[tuple[str, str, tuple[Hours, ...]], ...] = (
    ("chen", MAIN, ((_MON_FRI, "08:00", "12:00"), (_NO_WEDNESDAY, "13:00", "17:00"))),
    ("okafor", MAIN, ((_MON_FRI, "08:30", "12:30"), (_MON_FRI, "13:30", "17:00"))),
    ("ruiz", MAIN, ((_NO_WEDNESDAY, "08:00", "12:00"), (_NO_WEDNESDAY, "13:00", "16:00"))),
    ("haddad", MAIN, (("012", "08:00", "12:00"), ("012", "13:00", "16:30"))),
    ("haddad", "Phoenix", (("34", "08:00", "12:00"), ("34", "13:00", "16:30"))),
    ("lindholm", "Old Town", ((_MON_FRI, "09:00", "12:00"), (_MON_FRI, "13:00", "18:00"))),
    ("nair", "Phoenix", (("0123", "08:00", "12:00"), ("012", "13:00", "17:00"))),
)
_ADULTS = ("chen", "okafor", "haddad", "lindholm", "nair")
_FAMILY = ("chen", "okafor", "ruiz", "lindholm")


@dataclass(frozen=True, slots=True)
class DemoType:
    """A kind of visit: who does it, what else it takes, and how often it is asked for."""

    key: str
    name: str
    minutes: int
    colour: Colour
    by: tuple[str, ...]
    share: int
    room: str = "exam"
    device: str = ""
    setup: int = 0
    cleanup: int = 0
    instructions: str = ""
    for_children: bool | None = None


TYPES = (
    DemoType("visit", "Office visit", 20, "sky", (*_ADULTS, "ruiz"), 46),
    DemoType(
        "new",
        "New patient",
        40,
        "violet",
        (*_ADULTS, "ruiz"),
        8,
        instructions="Please come 15 minutes early with a photo ID, your insurance card and a "
        "list of your medicines.",
    ),
    DemoType(
        "physical",
        "Annual physical",
        30,
        "teal",
        _ADULTS,
        14,
        instructions="Nothing to eat for 8 hours before, water is fine. Bring your medicines.",
        for_children=False,
    ),
    DemoType(
        "well-child",
        "Well-child visit",
        30,
        "green",
        _FAMILY,
        40,
        instructions="Bring the vaccination record. A parent or guardian comes along.",
        for_children=True,
    ),
    DemoType(
        "procedure",
        "Minor procedure",
        40,
        "olive",
        ("chen", "okafor"),
        5,
        room="procedure",
        setup=10,
        cleanup=20,
        instructions="Somebody should drive you home. Tell us if you take blood thinners.",
        for_children=False,
    ),
    DemoType(
        "ultrasound",
        "Ultrasound",
        30,
        "rose",
        ("haddad", "nair"),
        12,
        device="ultrasound",
        cleanup=10,
        instructions="Drink four glasses of water an hour before, and do not empty your bladder.",
        for_children=False,
    ),
    DemoType("telephone", "Telephone visit", 10, "slate", _ADULTS, 9, room="", for_children=False),
    DemoType("vaccination", "Vaccination", 10, "amber", (*_ADULTS, "ruiz"), 8),
)


@dataclass(slots=True)
class DemoCalendar:
    """What was made: practitioners and visit types by key, rooms and devices by site and kind."""

    practice: DemoPractice
    practitioners: Mapping[str, UUID]
    resources: dict[str, UUID] = field(default_factory=dict)
    things: dict[tuple[str, str], list[UUID]] = field(default_factory=dict)
    types: dict[str, UUID] = field(default_factory=dict)


def make_calendar(
    practice: DemoPractice, practitioners: Mapping[str, UUID], working_day: date, by: Actor
) -> DemoCalendar:
    """Everything that can be booked, from five weeks before the working day on."""
    made = DemoCalendar(practice, practitioners)
    for key, practitioner in practitioners.items():
        made.resources[key] = add_practitioner_resource(practitioner=practitioner, by=by).id
    for room, site, kind in practice.rooms:
        made.things.setdefault((site, kind), []).append(add_room_resource(room=room, by=by).id)
    for device, site, kind in practice.devices:
        row = add_device_resource(device=device, by=by)
        made.things.setdefault((site, kind), []).append(row.id)
    for each in TYPES:
        made.types[each.key] = _add_type(made, each, by)
    _set_hours(made, working_day - timedelta(days=35), by)
    _add_exceptions(made, working_day, by)
    return made


def hours_of(key: str, day: date) -> list[tuple[str, time, time]]:
    """At which site and when a practitioner is there on a weekday, exceptions aside."""
    return [
        (site, time.fromisoformat(since), time.fromisoformat(until))
        for who, site, rows in _HOURS
        if who == key
        for weekdays, since, until in rows
        if str(day.weekday()) in weekdays
    ]


def is_off(key: str, day: date, working_day: date) -> bool:
    """Whether nobody works that day, or this practitioner is on leave."""
    days_later = (day - working_day).days
    return days_later == 2 or (key == "okafor" and days_later == 3)


def _add_type(made: DemoCalendar, each: DemoType, by: Actor) -> UUID:
    practitioners = [made.resources[key] for key in each.by]
    needs = [RequirementInput(kind="practitioner", label="practitioner", resources=practitioners)]
    if each.room:
        with_setup = each.room != "exam"
        label = f"{each.room} room"
        needs.append(
            RequirementInput(kind="room", label=label, feature=each.room, with_setup=with_setup)
        )
    if each.device:
        needs.append(
            RequirementInput(kind="device", label=each.device, feature=each.device, with_setup=True)
        )
    return add_visit_type(
        name=each.name,
        minutes=each.minutes,
        requirements=needs,
        setup_minutes=each.setup,
        cleanup_minutes=each.cleanup,
        grid_minutes=10,
        instructions=each.instructions,
        colour=each.colour,
        by=by,
    ).id


def _set_hours(made: DemoCalendar, since: date, by: Actor) -> None:
    for key, site, rows in _HOURS:
        hours = [
            HoursInput(
                weekday=int(weekday),
                from_time=time.fromisoformat(begin),
                until_time=time.fromisoformat(end),
            )
            for weekdays, begin, end in rows
            for weekday in weekdays
        ]
        set_availability(
            resource=made.resources[key],
            site=made.practice.sites[site],
            valid_from=since,
            hours=hours,
            by=by,
        )


def _add_exceptions(made: DemoCalendar, working_day: date, by: Actor) -> None:
    """Thanksgiving for all, a day of leave after it, and a Saturday of extra hours."""
    holiday = working_day + HOLIDAY_AFTER
    leave, extra = (working_day + timedelta(days=days) for days in (3, 11))
    midnight = time()
    add_exception(
        kind="holiday",
        starts=datetime.combine(holiday, midnight),
        ends=datetime.combine(holiday + timedelta(days=1), midnight),
        reason="Thanksgiving",
        by=by,
    )
    add_exception(
        kind="leave",
        starts=datetime.combine(leave, midnight),
        ends=datetime.combine(leave + timedelta(days=1), midnight),
        resource=made.resources["okafor"],
        reason="Day off",
        by=by,
    )
    add_exception(
        kind="extra",
        starts=datetime.combine(extra, time(9)),
        ends=datetime.combine(extra, time(12)),
        resource=made.resources["lindholm"],
        site=made.practice.sites["Old Town"],
        reason="Vaccination morning",
        by=by,
    )
