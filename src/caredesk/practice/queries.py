"""What the practice is made of."""

from dataclasses import dataclass
from uuid import UUID

from caredesk.kernel.actor import Actor
from caredesk.practice.models import Organization, Site


@dataclass(frozen=True, slots=True)
class SiteLine:
    """A site for lists and choices."""

    id: UUID
    name: str
    time_zone: str


def sites(viewer: Actor) -> list[SiteLine]:
    """All sites in the practice's own order; the first is the main one."""
    rows = Site.objects.order_by("position", "name")
    return [SiteLine(row.id, row.name, row.time_zone) for row in rows]


def organization_name() -> str:
    """The practice's name; empty where it has none yet."""
    return Organization.objects.values_list("name", flat=True).first() or ""


def is_demo() -> bool:
    return Organization.objects.filter(demo=True).exists()
