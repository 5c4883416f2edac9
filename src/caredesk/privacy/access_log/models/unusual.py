"""How much somebody usually opens, what was unusual, and what a reviewer said of it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from caredesk.kernel.ids import new_id
from caredesk.privacy.access_log.rules.unusual import RULES


class OwnRecord(models.Model):
    """That this patient is this user: somebody who works here is treated here."""

    id = models.UUIDField(primary_key=True, default=new_id)
    user = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey("people.Patient", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now())
    recorded_by = models.UUIDField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(ended_at__isnull=True), name="privacy_own_record_once"
            ),
        ]


class AccessDay(models.Model):
    """How many charts somebody opened on a day, and in which hours of the practice's clock."""

    id = models.UUIDField(primary_key=True, default=new_id)
    user = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    charts = models.IntegerField()
    hours = ArrayField(models.SmallIntegerField())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "day"], name="privacy_access_day_once"),
        ]
        indexes = [models.Index(fields=["day"], name="privacy_access_day")]


class UnusualAccess(models.Model):
    """A finding: what was unusual, and why it is thought so. `patient` where it is about one."""

    id = models.UUIDField(primary_key=True, default=new_id)
    user = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(
        "people.Patient", on_delete=models.PROTECT, null=True, related_name="+"
    )
    rule = models.TextField()
    day = models.DateField()
    facts = models.JSONField()
    first_entry = models.UUIDField()
    found_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "unusual accesses"
        constraints = [
            models.CheckConstraint(condition=Q(rule__in=list(RULES)), name="privacy_known_rule"),
            models.UniqueConstraint(
                fields=["user", "patient", "rule", "day"],
                nulls_distinct=False,
                name="privacy_found_once",
            ),
        ]
        indexes = [models.Index(fields=["-day", "-id"], name="privacy_unusual_latest")]


class AccessReview(models.Model):
    """What a reviewer found of a finding, in words."""

    id = models.UUIDField(primary_key=True, default=new_id)
    finding = models.ForeignKey(UnusualAccess, on_delete=models.PROTECT, related_name="reviews")
    justified = models.BooleanField()
    words = models.TextField()
    reviewed_at = models.DateTimeField(db_default=Now())
    reviewed_by = models.UUIDField()
    reviewed_by_label = models.TextField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["finding"],
                condition=Q(withdrawn_at__isnull=True),
                name="privacy_reviewed_once",
            ),
        ]
