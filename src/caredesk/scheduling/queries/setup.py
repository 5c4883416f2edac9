"""What can be chosen: resources and kinds of visits."""

from dataclasses import dataclass
from uuid import UUID

from caredesk.kernel.actor import Actor
from caredesk.scheduling.models import Resource, VisitType


@dataclass(frozen=True, slots=True)
class ResourceChoice:
    """A resource as it can be chosen or changed."""

    id: UUID
    kind: str
    label: str
    feature: str
    site: UUID | None
    lanes: int
    is_active: bool
    practitioner: UUID | None


@dataclass(frozen=True, slots=True)
class VisitTypeChoice:
    """A kind of visit as it can be chosen."""

    id: UUID
    name: str
    minutes: int
    setup_minutes: int
    cleanup_minutes: int
    grid_minutes: int
    instructions: str
    colour: str
    is_active: bool


def resources(viewer: Actor, *, kind: str = "", active_only: bool = True) -> list[ResourceChoice]:
    """Everything whose time is given away, by kind and name."""
    rows = Resource.objects.order_by("kind", "label")
    if kind:
        rows = rows.filter(kind=kind)
    if active_only:
        rows = rows.filter(is_active=True)
    return [
        ResourceChoice(
            row.id,
            row.kind,
            row.label,
            row.feature,
            row.site_id,
            row.lanes,
            row.is_active,
            row.practitioner_id,
        )
        for row in rows
    ]


def resource_words(viewer: Actor, id: UUID | None) -> str:
    """With Dr Chen, or in Exam 1; empty where it is not known."""
    found = Resource.objects.filter(pk=id).first() if id else None
    if found is None:
        return ""
    return f"{'with' if found.kind == 'practitioner' else 'in'} {found.label}"


def practitioner_choices(viewer: Actor) -> list[ResourceChoice]:
    """Those who can be booked, by name."""
    return resources(viewer, kind="practitioner")


def visit_types(viewer: Actor, *, active_only: bool = True) -> list[VisitTypeChoice]:
    """The kinds of visits, by name."""
    rows = VisitType.objects.order_by("name")
    if active_only:
        rows = rows.filter(is_active=True)
    return [
        VisitTypeChoice(
            row.id,
            row.name,
            row.minutes,
            row.setup_minutes,
            row.cleanup_minutes,
            row.grid_minutes,
            row.instructions,
            row.colour,
            row.is_active,
        )
        for row in rows
    ]
