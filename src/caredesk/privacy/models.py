"""The tables of this room: the record of access, and what reviewers said of broken glass."""

from django.db import models
from django.db.models import Q

from caredesk.kernel.ids import new_id
from caredesk.privacy.access_log.models import (
    AccessDay,
    AccessReview,
    Accounting,
    Disclosure,
    OwnRecord,
    Suspension,
    UnusualAccess,
)

__all__ = [
    "AccessDay",
    "AccessReview",
    "Accounting",
    "Disclosure",
    "OwnRecord",
    "Review",
    "Suspension",
    "UnusualAccess",
]

VERDICTS = ("justified", "not_justified")


class Review(models.Model):
    """What one reviewer said of a broken glass: the privacy officer, or the treating physician."""

    id = models.UUIDField(primary_key=True, default=new_id)
    glass = models.ForeignKey("people.BrokenGlass", on_delete=models.PROTECT, related_name="+")
    verdict = models.TextField()
    words = models.TextField()
    by = models.UUIDField()
    by_label = models.TextField()
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(verdict__in=VERDICTS), name="privacy_verdict"),
            models.UniqueConstraint(
                fields=["glass", "by"],
                condition=Q(withdrawn_at__isnull=True),
                name="privacy_review_once",
            ),
        ]
