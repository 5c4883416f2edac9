"""Organisation, sites, rooms, devices; organisations outside."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from caredesk.kernel.ids import new_id


class Organization(models.Model):
    """The practice itself: one row a database.

    Where it is the demo practice its clock is another: it showed `clock_showed` when it was
    `clock_set_at` in truth, and has gone on since.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.TextField()
    demo = models.BooleanField(default=False)
    clock_showed = models.DateTimeField(null=True)
    clock_set_at = models.DateTimeField(null=True)
    the_only = models.BooleanField(default=True, unique=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(the_only=True), name="practice_one_organization"),
            models.CheckConstraint(
                condition=Q(clock_showed__isnull=True, clock_set_at__isnull=True)
                | Q(demo=True, clock_showed__isnull=False, clock_set_at__isnull=False),
                name="practice_only_a_demo_moves_its_clock",
            ),
        ]


class Site(models.Model):
    """A place where patients are seen; its wall clock is `time_zone` (IANA)."""

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.TextField()
    time_zone = models.TextField()
    phone = models.TextField(default="")
    line1 = models.TextField(default="")
    city = models.TextField(default="")
    state = models.TextField(default="")
    postal_code = models.TextField(default="")
    position = models.SmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="practice_site_name")]

    def __str__(self) -> str:
        return self.name


class Room(models.Model):
    """A room of a site; `kind` is what visits ask for ("exam")."""

    id = models.UUIDField(primary_key=True, default=new_id)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="rooms")
    name = models.TextField()
    kind = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(F("site"), Lower("name"), name="practice_room_name"),
        ]


class Device(models.Model):
    """A device of a site; `kind` is what visits ask for ("ultrasound")."""

    id = models.UUIDField(primary_key=True, default=new_id)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="devices")
    name = models.TextField()
    kind = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(F("site"), Lower("name"), name="practice_device_name"),
        ]


class OutsideOrganization(models.Model):
    """An organisation that is not us."""

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.TextField()
    phone = models.TextField(default="")
    line1 = models.TextField(default="")
    city = models.TextField(default="")
    state = models.TextField(default="")
    postal_code = models.TextField(default="")


class OutsideIdentifier(models.Model):
    """Under which (system, value) an outside organisation, or a site of ours, is known."""

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey(
        OutsideOrganization, on_delete=models.PROTECT, null=True, related_name="identifiers"
    )
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="identifiers")
    system = models.TextField()
    value = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system", "value"], name="practice_identifier_once"),
            models.CheckConstraint(
                condition=Q(organization__isnull=True) ^ Q(site__isnull=True),
                name="practice_identifier_of_one",
            ),
        ]
