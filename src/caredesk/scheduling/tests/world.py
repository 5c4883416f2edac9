"""The little practice that the tests of the calendar are about.

Two sites in two zones; Dr Chen works at both, Dr Okafor at the main one; three exam rooms there,
one in Phoenix, one ultrasound. The clock stands at Tuesday 24 November 2026, 8 in New York.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from caredesk.kernel import clock
from caredesk.kernel.actor import Actor
from caredesk.kernel.barred import NOBODY
from caredesk.kernel.ids import new_id
from caredesk.people.models import Patient
from caredesk.practice.actions import add_device, add_room, add_site
from caredesk.scheduling import actions
from caredesk.scheduling.actions.hours import HoursInput
from caredesk.scheduling.actions.visit_types import RequirementInput
from caredesk.workforce.actions import add_practitioner

NOW = datetime(2026, 11, 24, 13, tzinfo=UTC)
TUESDAY = date(2026, 11, 24)

ALL = frozenset(
    {
        "kernel.undo",
        "people.view",
        "scheduling.view",
        "scheduling.book",
        "scheduling.overbook",
        "scheduling.setup",
        "practice.setup",
        "workforce.setup",
        "import.run",
    }
)


def actor(name: str, permissions: frozenset[str] = ALL) -> Actor:
    return Actor(kind="user", id=new_id(), label=name, permissions=permissions, barred=NOBODY)


@dataclass
class World:
    """Ids by name, and who works there."""

    ana: Actor = field(default_factory=lambda: actor("Ana Ruiz"))
    ben: Actor = field(default_factory=lambda: actor("Ben Ode"))
    ids: dict[str, UUID] = field(default_factory=dict)

    def __getattr__(self, name: str) -> UUID:
        try:
            return self.ids[name]
        except KeyError:
            raise AttributeError(name) from None

    def at(self, clock_time: str, day: date = TUESDAY, zone_hours: int = -5) -> datetime:
        """New York's winter wall time as an instant."""
        return datetime.combine(day, time.fromisoformat(clock_time), UTC) - timedelta(
            hours=zone_hours
        )


def weekdays(since: str, until: str) -> list[HoursInput]:
    return [
        HoursInput(
            weekday=n, from_time=time.fromisoformat(since), until_time=time.fromisoformat(until)
        )
        for n in range(5)
    ]


@contextmanager
def at_the_desk(now: datetime = NOW) -> Iterator[World]:
    """The practice, with the clock standing."""
    with clock.stopped_at(now):
        yield build()


def build() -> World:
    world = World()
    ids, by = world.ids, world.ana
    ids["main"] = add_site("Main Street", "America/New_York", by=by).id
    ids["phoenix"] = add_site("Phoenix", "America/Phoenix", by=by).id
    for n in (1, 2, 3):
        room = add_room(world.main, f"Exam {n}", "exam", by=by).id
        ids[f"room{n}"] = actions.add_room_resource(room, by=by).id
    desert = add_room(world.phoenix, "Cactus", "exam", by=by).id
    ids["cactus"] = actions.add_room_resource(desert, by=by).id
    device = add_device(world.main, "Ultrasound", "ultrasound", by=by).id
    ids["ultrasound"] = actions.add_device_resource(device, by=by).id
    for name, given, family in (("chen", "Mei", "Chen"), ("okafor", "Ada", "Okafor")):
        person = add_practitioner(family, given, "Dr", by=by).practitioner
        ids[f"{name}_person"] = person
        ids[name] = actions.add_practitioner_resource(person, by=by).id
    _hours(world)
    _visit_types(world)
    for n in range(1, 7):
        ids[f"patient{n}"] = patient(n)
    return world


def _hours(world: World) -> None:
    long_ago = date(2026, 1, 1)
    for name in ("chen", "okafor"):
        actions.set_availability(
            world.ids[name], world.main, long_ago, weekdays("09:00", "12:00"), by=world.ana
        )
    afternoon = weekdays("14:00", "17:00")
    actions.set_availability(world.chen, world.phoenix, long_ago, afternoon, by=world.ana)


def _visit_types(world: World) -> None:
    exam = RequirementInput(kind="room", label="exam room", feature="exam", with_setup=True)
    doctor = RequirementInput(kind="practitioner", label="practitioner")
    scan = RequirementInput(kind="device", label="ultrasound", feature="ultrasound")
    world.ids["checkup"] = actions.add_visit_type(
        "Check-up", 20, [doctor, exam], cleanup_minutes=5, grid_minutes=20, by=world.ana
    ).id
    world.ids["scan"] = actions.add_visit_type(
        "Scan", 30, [doctor, exam, scan], setup_minutes=5, grid_minutes=30, by=world.ana
    ).id
    world.ids["call"] = actions.add_visit_type(
        "Call", 10, [doctor], grid_minutes=10, by=world.ana
    ).id


def patient(number: int) -> UUID:
    id = new_id()
    Patient(
        id=id,
        identity_id=id,
        number=number,
        family=f"Family{number}",
        given=f"Given{number}",
        birth_date=date(1980, 1, number % 28 + 1),
        registered_at=NOW,
    ).save(force_insert=True)
    return id
