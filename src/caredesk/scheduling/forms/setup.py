"""What can be chosen on the pages of the calendar."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms

from caredesk.kernel.actor import Actor
from caredesk.practice.queries import BEFORE_ANY_SITE, SiteLine, sites
from caredesk.scheduling.chosen import read_id
from caredesk.scheduling.queries import resources, visit_types
from caredesk.scheduling.queries.setup import ResourceChoice, VisitTypeChoice

type Choices = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Setup:
    """Kinds of visits, resources and sites, read once a page: three statements."""

    visit_types: list[VisitTypeChoice]
    resources: list[ResourceChoice]
    sites: list[SiteLine]

    @classmethod
    def read(cls, viewer: Actor) -> "Setup":
        return cls(visit_types(viewer), resources(viewer), sites(viewer))

    @property
    def visit_type_choices(self) -> Choices:
        return [(str(each.id), f"{each.name}, {each.minutes} minutes") for each in self.visit_types]

    @property
    def practitioner_choices(self) -> Choices:
        return [(str(each.id), each.label) for each in self.resources if treats(each)]

    @property
    def site_choices(self) -> Choices:
        return [(str(each.id), each.name) for each in self.sites]

    @property
    def has_several_sites(self) -> bool:
        return len(self.sites) > 1

    def visit_type(self, id: UUID | None) -> VisitTypeChoice | None:
        return next((each for each in self.visit_types if each.id == id), None)

    def resource(self, id: UUID | None) -> ResourceChoice | None:
        return next((each for each in self.resources if each.id == id), None)

    def site(self, id: UUID | None) -> SiteLine | None:
        return next((each for each in self.sites if each.id == id), None)

    def zone(self, site: UUID | None = None) -> str:
        """The zone of a site, or else of the main one."""
        found = self.site(site) or next(iter(self.sites), None)
        return found.time_zone if found else BEFORE_ANY_SITE


class SiteSelect(forms.Select):
    """Each site says its zone: by the clock of the one chosen, dates typed beside it are meant."""

    setup: Setup

    def create_option(self, name: str, value: Any, *rest: Any, **more: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *rest, **more)
        option["attrs"]["data-zone"] = self.setup.zone(read_id(str(value)))
        return option


def tell_zones(field: forms.Field, setup: Setup) -> None:
    """From `setup` a field with a `SiteSelect` knows the zones of its sites."""
    assert isinstance(field.widget, SiteSelect)
    field.widget.setup = setup


def treats(resource: ResourceChoice | None) -> bool:
    """Whether it is somebody rather than something."""
    return resource is not None and resource.kind == "practitioner"
