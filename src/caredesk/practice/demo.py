"""The demo practice's sites, rooms and devices: two in San Diego, one in Phoenix.

In winter it is an hour later in Phoenix, in summer it is not: the clocks there never change.
"""

from dataclasses import dataclass, field
from uuid import UUID

from caredesk.kernel.actor import Actor
from caredesk.practice.actions import add_device, add_room, add_site, name_organization

NAME = "Harbor Street Family Medicine"
MAIN = "Harbor Street"
MAIN_ZONE = "America/Los_Angeles"


@dataclass(frozen=True, slots=True)
class _Site:
    name: str
    zone: str
    phone: str
    line1: str
    city: str
    state: str
    postal_code: str
    rooms: tuple[tuple[str, str], ...]
    devices: tuple[tuple[str, str], ...] = ()


_SITES = (
    _Site(
        MAIN,
        MAIN_ZONE,
        "(619) 555-0100",
        "410 Harbor Street",
        "San Diego",
        "CA",
        "92101",
        rooms=(
            ("Exam 1", "exam"),
            ("Exam 2", "exam"),
            ("Exam 3", "exam"),
            ("Exam 4", "exam"),
            ("Exam 5", "exam"),
            ("Procedure room", "procedure"),
        ),
        devices=(("Ultrasound", "ultrasound"),),
    ),
    _Site(
        "Old Town",
        MAIN_ZONE,
        "(619) 555-0150",
        "27 Juniper Row",
        "San Diego",
        "CA",
        "92110",
        rooms=(("Exam A", "exam"), ("Exam B", "exam")),
    ),
    _Site(
        "Phoenix",
        "America/Phoenix",
        "(602) 555-0100",
        "1200 Palm Walk",
        "Phoenix",
        "AZ",
        "85004",
        rooms=(("Room 1", "exam"), ("Room 2", "exam"), ("Room 3", "exam")),
        devices=(("Ultrasound Phoenix", "ultrasound"),),
    ),
)


@dataclass(slots=True)
class DemoPractice:
    """What was made, by its names; rooms and devices with their site and kind."""

    sites: dict[str, UUID] = field(default_factory=dict)
    rooms: list[tuple[UUID, str, str]] = field(default_factory=list)
    devices: list[tuple[UUID, str, str]] = field(default_factory=list)


def make_practice(by: Actor) -> DemoPractice:
    """The organisation with its sites."""
    name_organization(name=NAME, demo=True, by=by)
    made = DemoPractice()
    for each in _SITES:
        site = add_site(
            name=each.name,
            time_zone=each.zone,
            phone=each.phone,
            line1=each.line1,
            city=each.city,
            state=each.state,
            postal_code=each.postal_code,
            by=by,
        ).id
        made.sites[each.name] = site
        for name, kind in each.rooms:
            room = add_room(site=site, name=name, kind=kind, by=by).id
            made.rooms.append((room, each.name, kind))
        for name, kind in each.devices:
            device = add_device(site=site, name=name, kind=kind, by=by).id
            made.devices.append((device, each.name, kind))
    return made


def zones() -> dict[str, str]:
    """The time zone of each site by name, the main site first."""
    return {each.name: each.zone for each in _SITES}
