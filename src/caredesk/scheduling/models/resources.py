"""What time is taken of, and what a kind of visit needs."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Mod
from django.db.models.lookups import Exact

from caredesk.kernel.ids import new_id

KINDS = ("practitioner", "room", "device", "other")
CONFIDENTIAL = ("", "adolescent", "psychotherapy", "substance_use")
GRIDS = (5, 10, 15, 20, 30, 60)
# Those of the tokens in `ui`.
COLOURS = ("sky", "teal", "green", "olive", "amber", "rose", "violet", "slate")


class Resource(models.Model):
    """Anything whose time is given away. Higher rooms may register their own (kind `other`).

    `lanes` is how many visits may at most overlap in it: the first lane is the usual one, each
    further one is taken by overbooking. `feature` is what visits ask for ("exam", "ultrasound").
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.TextField()
    label = models.TextField()
    feature = models.TextField(default="")
    site = models.ForeignKey("practice.Site", on_delete=models.PROTECT, null=True)
    lanes = models.SmallIntegerField(default=2)
    practitioner = models.OneToOneField(
        "workforce.Practitioner", on_delete=models.PROTECT, null=True
    )
    room = models.OneToOneField("practice.Room", on_delete=models.PROTECT, null=True)
    device = models.OneToOneField("practice.Device", on_delete=models.PROTECT, null=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="scheduling_resource_kind"),
            models.CheckConstraint(
                condition=Q(lanes__gte=1, lanes__lte=9), name="scheduling_resource_lanes"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["room", "device"]) | Q(site__isnull=False),
                name="scheduling_resource_stands_somewhere",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class VisitType(models.Model):
    """A kind of visit: how long, on which minutes of the hour it is offered, and what it needs."""

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.TextField()
    minutes = models.SmallIntegerField()
    setup_minutes = models.SmallIntegerField(default=0)
    cleanup_minutes = models.SmallIntegerField(default=0)
    grid_minutes = models.SmallIntegerField(default=15)
    instructions = models.TextField(default="")
    colour = models.TextField(default="sky")
    confidential = models.TextField(default="")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), name="scheduling_visit_type_name"),
            models.CheckConstraint(
                condition=Q(minutes__gte=5, minutes__lte=1440), name="scheduling_visit_type_minutes"
            ),
            models.CheckConstraint(
                condition=Q(setup_minutes__gte=0, setup_minutes__lte=240)
                & Q(cleanup_minutes__gte=0, cleanup_minutes__lte=240),
                name="scheduling_visit_type_margins",
            ),
            models.CheckConstraint(
                condition=Exact(
                    Mod("minutes", 5) + Mod("setup_minutes", 5) + Mod("cleanup_minutes", 5), 0
                ),
                name="scheduling_visit_type_whole_slots",
            ),
            models.CheckConstraint(
                condition=Q(confidential__in=CONFIDENTIAL),
                name="scheduling_visit_type_confidential",
            ),
            models.CheckConstraint(
                condition=Q(grid_minutes__in=GRIDS), name="scheduling_visit_type_grid"
            ),
            models.CheckConstraint(
                condition=Q(colour__in=COLOURS), name="scheduling_visit_type_colour"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Requirement(models.Model):
    """One thing a kind of visit takes: a resource of a kind, with a feature, at a site.

    With rows in `RequirementResource` it is one of those. The first practitioner leads the visit.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    visit_type = models.ForeignKey(VisitType, on_delete=models.PROTECT, related_name="requirements")
    position = models.SmallIntegerField()
    kind = models.TextField()
    label = models.TextField(default="")
    feature = models.TextField(default="")
    site = models.ForeignKey("practice.Site", on_delete=models.PROTECT, null=True)
    with_setup = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="scheduling_requirement_kind"),
            models.UniqueConstraint(
                fields=["visit_type", "position"],
                condition=Q(ended_at__isnull=True),
                name="scheduling_requirement_position",
            ),
        ]


class RequirementResource(models.Model):
    """One of the resources that will do for a requirement."""

    id = models.UUIDField(primary_key=True, default=new_id)
    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="resources")
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["requirement", "resource"], name="scheduling_requirement_resource_once"
            ),
        ]
