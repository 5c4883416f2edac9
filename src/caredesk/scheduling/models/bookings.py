"""Time that is taken: the one constraint that makes double booking impossible."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from caredesk.kernel.ids import new_id

from .appointments import Appointment
from .resources import Resource, VisitType


class Hold(models.Model):
    """A time kept for a few minutes while the caller decides. It ends by booking or release.

    `patient` and `moving` say for whom, and for which visit that is moved, where that is known.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    visit_type = models.ForeignKey(VisitType, on_delete=models.PROTECT)
    site = models.ForeignKey("practice.Site", on_delete=models.PROTECT)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    by = models.UUIDField()
    by_label = models.TextField()
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    patient = models.ForeignKey(
        "people.Patient", on_delete=models.PROTECT, null=True, db_index=False
    )
    moving = models.ForeignKey(Appointment, on_delete=models.PROTECT, null=True, db_index=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["expires_at"],
                condition=Q(released_at__isnull=True),
                name="scheduling_hold_expiry",
            ),
        ]


class Booking(models.Model):
    """A resource's time, in a lane, for an appointment or a hold, with set-up and clean-up.

    No two rows of a resource and lane may share a moment while neither is released. A trigger
    keeps the lane below the number of lanes of the resource.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, db_index=False)
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, null=True, related_name="bookings"
    )
    hold = models.ForeignKey(
        Hold, on_delete=models.PROTECT, null=True, related_name="bookings", db_index=False
    )
    lane = models.SmallIntegerField(default=0)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    during = models.GeneratedField(
        expression=Func(F("starts_at"), F("ends_at"), function="tstzrange"),
        output_field=DateTimeRangeField(),
        db_persist=True,
    )

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="scheduling_no_double_booking",
                expressions=[
                    ("resource", RangeOperators.EQUAL),
                    ("lane", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=Q(released_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="scheduling_booking_order"
            ),
            models.CheckConstraint(
                condition=Q(lane__gte=0, lane__lte=8), name="scheduling_booking_lane"
            ),
            models.CheckConstraint(
                condition=Q(appointment__isnull=True) ^ Q(hold__isnull=True),
                name="scheduling_booking_for_one",
            ),
        ]
        indexes = [
            models.Index(
                fields=["resource", "starts_at"],
                include=["ends_at"],
                condition=Q(released_at__isnull=True),
                name="scheduling_booking_day",
            ),
            models.Index(
                fields=["hold"],
                condition=Q(hold__isnull=False),
                name="scheduling_booking_hold",
            ),
        ]


class Overbooking(models.Model):
    """That a booking shares its time with others in further lanes, why, and who decided it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    booking = models.OneToOneField(Booking, on_delete=models.PROTECT)
    reason = models.TextField()
    at = models.DateTimeField()
    by = models.UUIDField()
    by_label = models.TextField()
