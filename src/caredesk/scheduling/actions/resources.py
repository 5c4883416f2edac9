"""Setting up what time is taken of."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from caredesk.kernel.action import action
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import amend, insert
from caredesk.kernel.errors import Missing, Refused
from caredesk.kernel.text import Line, OptionalLine
from caredesk.practice.models import Device, Room, Site
from caredesk.scheduling.hours import mend_all, whole_horizon
from caredesk.scheduling.models import Resource
from caredesk.workforce.models import Practitioner

_KEPT = "Visits may use it already. Change it, or set it aside."

type Lanes = Annotated[int, Field(ge=1, le=9)]


class Kept(BaseModel):
    """The id of what was added or changed."""

    id: UUID


@action(permission="scheduling.setup", no_undo=_KEPT)
def add_practitioner_resource(
    practitioner: UUID, label: OptionalLine = "", lanes: Lanes = 2, *, by: Actor
) -> Kept:
    """Let a practitioner be booked."""
    person = Practitioner.objects.filter(pk=practitioner).first()
    if person is None:
        raise Missing("practitioner")
    _refuse_known(Resource.objects.filter(practitioner=person).exists(), person.label)
    row = Resource(
        kind="practitioner",
        label=label or person.label,
        feature=person.specialty.lower(),
        lanes=lanes,
        practitioner=person,
    )
    return _added(row)


@action(permission="scheduling.setup", no_undo=_KEPT)
def add_room_resource(room: UUID, label: OptionalLine = "", lanes: Lanes = 2, *, by: Actor) -> Kept:
    """Let a room be booked. Without hours of its own it is open at all times."""
    found = Room.objects.filter(pk=room).first()
    if found is None:
        raise Missing("room")
    _refuse_known(Resource.objects.filter(room=found).exists(), found.name)
    row = Resource(
        kind="room",
        label=label or found.name,
        feature=found.kind,
        site_id=found.site_id,
        lanes=lanes,
        room=found,
    )
    return _added(row)


@action(permission="scheduling.setup", no_undo=_KEPT)
def add_device_resource(
    device: UUID, label: OptionalLine = "", lanes: Lanes = 1, *, by: Actor
) -> Kept:
    """Let a device be booked. Without hours of its own it is open at all times."""
    found = Device.objects.filter(pk=device).first()
    if found is None:
        raise Missing("device")
    _refuse_known(Resource.objects.filter(device=found).exists(), found.name)
    row = Resource(
        kind="device",
        label=label or found.name,
        feature=found.kind,
        site_id=found.site_id,
        lanes=lanes,
        device=found,
    )
    return _added(row)


@action(permission="scheduling.setup", no_undo=_KEPT)
def add_other_resource(
    label: Line,
    feature: Line,
    site: UUID | None = None,
    lanes: Lanes = 1,
    *,
    by: Actor,
) -> Kept:
    """Let anything else be booked: a tray, a chair, a car."""
    if site is not None and not Site.objects.filter(pk=site).exists():
        raise Missing("site")
    return _added(
        Resource(kind="other", label=label, feature=feature.lower(), site_id=site, lanes=lanes)
    )


@action(permission="scheduling.setup", no_undo="Change it again instead.")
def change_resource(
    resource: UUID,
    label: Line,
    lanes: Lanes,
    use: Literal["booked", "set_aside"] = "booked",
    *,
    by: Actor,
) -> Kept:
    """Change a resource's name and lanes, or set it aside: then it is not offered any more."""
    row = Resource.objects.select_for_update(no_key=True).filter(pk=resource).first()
    if row is None:
        raise Missing("resource")
    amend(row, label=label, lanes=lanes, is_active=use == "booked")
    _compute(row)
    return Kept(id=row.id)


def _refuse_known(known: bool, label: str) -> None:
    if known:
        raise Refused(f"{label} can be booked already.", next_step="Change it instead.")


def _added(row: Resource) -> Kept:
    insert(row)
    _compute(row)
    return Kept(id=row.id)


def _compute(row: Resource) -> None:
    mend_all([row.id], whole_horizon())
