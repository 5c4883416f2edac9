"""Setting the practice up."""

from uuid import UUID
from zoneinfo import available_timezones

from pydantic import BaseModel

from caredesk.kernel.action import action
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import amend, insert, insert_many
from caredesk.kernel.dates import Instant
from caredesk.kernel.errors import Missing, Refused
from caredesk.kernel.text import Line, OptionalLine
from caredesk.practice.models import (
    Device,
    Organization,
    OutsideIdentifier,
    OutsideOrganization,
    Room,
    Site,
)

_IN_USE = "It may be in use already. Change it instead."


class Added(BaseModel):
    """The id of what was added or changed."""

    id: UUID


class IdentifierInput(BaseModel):
    """Under which a system outside knows it."""

    system: Line
    value: Line


@action("practice.setup", no_undo="Change the name instead.")
def name_organization(name: Line, demo: bool = False, *, by: Actor) -> Added:
    """Name the practice; the first time, this creates it."""
    found = Organization.objects.select_for_update().first()
    if found is None:
        found = insert(Organization(name=name, demo=demo))
    else:
        amend(found, name=name)
    return Added(id=found.id)


@action("practice.setup", no_undo="Set it again.", internal=True)
def set_demo_clock(shows: Instant, at: Instant, *, by: Actor) -> Added:
    """Say what the demo practice's clock shows at an instant; a real practice has the true time."""
    found = Organization.objects.select_for_update().filter(demo=True).first()
    if found is None:
        raise Missing("demo practice")
    amend(found, clock_showed=shows, clock_set_at=at)
    return Added(id=found.id)


@action("practice.setup", no_undo=_IN_USE)
def add_site(
    name: Line,
    time_zone: Line,
    phone: OptionalLine = "",
    line1: OptionalLine = "",
    city: OptionalLine = "",
    state: OptionalLine = "",
    postal_code: OptionalLine = "",
    *,
    by: Actor,
) -> Added:
    """Add a site with its time zone."""
    if not _is_zone_of_a_place(time_zone):
        raise Refused(
            "This is not a time zone.",
            field="time_zone",
            next_step="Write it like America/New_York or America/Phoenix.",
        )
    _refuse_taken(Site.objects.filter(name__iexact=name).exists(), "site")
    position = Site.objects.count()
    address = {"line1": line1, "city": city, "state": state, "postal_code": postal_code}
    site = Site(name=name, time_zone=time_zone, phone=phone, position=position, **address)
    return Added(id=insert(site).id)


@action("practice.setup", no_undo=_IN_USE)
def add_room(site: UUID, name: Line, kind: Line, *, by: Actor) -> Added:
    """Add a room to a site."""
    found = _get_site(site)
    _refuse_taken(Room.objects.filter(site=found, name__iexact=name).exists(), "room")
    return Added(id=insert(Room(site=found, name=name, kind=kind.lower())).id)


@action("practice.setup", no_undo=_IN_USE)
def add_device(site: UUID, name: Line, kind: Line, *, by: Actor) -> Added:
    """Add a device to a site."""
    found = _get_site(site)
    _refuse_taken(Device.objects.filter(site=found, name__iexact=name).exists(), "device")
    return Added(id=insert(Device(site=found, name=name, kind=kind.lower())).id)


@action("import.run", no_undo="What came from outside is kept as it came.")
def keep_outside_organization(
    name: Line,
    identifiers: list[IdentifierInput],
    phone: OptionalLine = "",
    line1: OptionalLine = "",
    city: OptionalLine = "",
    state: OptionalLine = "",
    postal_code: OptionalLine = "",
    *,
    by: Actor,
) -> Added:
    """Add an organisation outside, or update the one known under these identifiers."""
    values = {
        "name": name,
        "phone": phone,
        "line1": line1,
        "city": city,
        "state": state,
        "postal_code": postal_code,
    }
    known = _known_identifiers(identifiers)
    found = next((each.organization for each in known.values() if each.organization), None)
    if found is None:
        found = insert(OutsideOrganization(**values))
    else:
        amend(found, **values)
    new = [each for each in identifiers if (each.system, each.value) not in known]
    insert_many(
        [
            OutsideIdentifier(organization=found, system=each.system, value=each.value)
            for each in new
        ]
    )
    return Added(id=found.id)


@action("practice.setup", no_undo="Map the identifier to another site instead.")
def map_site(site: UUID, identifier: IdentifierInput, *, by: Actor) -> Added:
    """Say that what a system outside knows under an identifier is this site of ours."""
    found = _get_site(site)
    known = _known_identifiers([identifier]).get((identifier.system, identifier.value))
    if known is None:
        insert(OutsideIdentifier(site=found, system=identifier.system, value=identifier.value))
    else:
        amend(known, site=found, organization=None)
    return Added(id=found.id)


def _is_zone_of_a_place(name: str) -> bool:
    """Of an area and a place in it, or UTC: not "Factory", "localtime" or a bare offset."""
    area, _, place = name.partition("/")
    placed = bool(place) and area != "Etc"
    return (placed or name == "UTC") and name in available_timezones()


def _known_identifiers(
    identifiers: list[IdentifierInput],
) -> dict[tuple[str, str], OutsideIdentifier]:
    wanted = {(each.system, each.value) for each in identifiers}
    rows = OutsideIdentifier.objects.select_related("organization", "site").filter(
        system__in={system for system, _ in wanted}, value__in={value for _, value in wanted}
    )
    return {(row.system, row.value): row for row in rows if (row.system, row.value) in wanted}


def _get_site(site: UUID) -> Site:
    found = Site.objects.filter(pk=site).first()
    if found is None:
        raise Missing("site")
    return found


def _refuse_taken(taken: bool, what: str) -> None:
    if taken:
        raise Refused(
            f"There is a {what} of this name.", field="name", next_step="Choose another name."
        )
