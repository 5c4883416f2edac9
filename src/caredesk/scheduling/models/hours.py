"""When resources are open, and the masks in which free times are searched."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from caredesk.kernel.ids import new_id
from caredesk.scheduling.fields import DayMaskField, WallTimeField
from caredesk.scheduling.rules.openings import Kind

from .resources import Resource

_FIVES = list(range(0, 60, 5))


class Availability(models.Model):
    """Weekly hours of a resource at a site, in the site's wall time (Monday is 0).

    Hours that end at or before their beginning run past midnight. They hold from one date until
    another; hours replaced before they began, or set aside, keep `replaced_at`.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="hours")
    site = models.ForeignKey("practice.Site", on_delete=models.PROTECT)
    weekday = models.SmallIntegerField()
    from_time = models.TimeField()
    until_time = models.TimeField()
    visit_types = ArrayField(models.UUIDField(), null=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "availabilities"
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__gte=0, weekday__lte=6), name="scheduling_availability_weekday"
            ),
            models.CheckConstraint(
                condition=Q(from_time__minute__in=_FIVES, until_time__minute__in=_FIVES)
                & Q(from_time__second=0, until_time__second=0),
                name="scheduling_availability_whole_slots",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="scheduling_availability_period",
            ),
        ]


class AvailabilityException(models.Model):
    """A stretch of wall time in which the weekly hours do not hold: leave, a holiday, extra hours.

    Without a resource it holds for the whole site, without a site for all sites, in the wall time
    of each. Extra hours name both.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, null=True)
    site = models.ForeignKey("practice.Site", on_delete=models.PROTECT, null=True)
    kind = models.TextField()
    starts = WallTimeField()
    ends = WallTimeField()
    visit_types = ArrayField(models.UUIDField(), null=True)
    reason = models.TextField(default="")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=list(Kind)), name="scheduling_exception_kind"
            ),
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")), name="scheduling_exception_order"
            ),
            models.CheckConstraint(
                condition=~Q(kind=Kind.EXTRA) | Q(resource__isnull=False, site__isnull=False),
                name="scheduling_exception_extra_where",
            ),
        ]


class FreeDay(models.Model):
    """The mask of one resource at one site on one UTC day: open, and open without bookings.

    It holds for the visit types named, or (`all_but`) for all except those named: exactly one
    row at most holds for a type. Derived from hours and bookings; `masks_differ` compares.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, db_index=False)
    site = models.ForeignKey("practice.Site", on_delete=models.PROTECT, db_index=False)
    day = models.DateField()
    all_but = models.BooleanField(default=True)
    visit_types = ArrayField(models.UUIDField(), default=list)
    open = DayMaskField()
    free = DayMaskField()
    longest = models.SmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["resource", "day", "site", "all_but", "visit_types"],
                name="scheduling_free_day_once",
            ),
        ]
