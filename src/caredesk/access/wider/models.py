"""That somebody gave what is beyond them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from caredesk.kernel.ids import new_id


class WiderAccess(models.Model):
    """That `by` gave or reset the access of who may do what `by` may not: it is looked at.

    `what` is the action. It is about a `user`, or about everybody with a `role` that was adapted.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    what = models.TextField()
    user = models.ForeignKey("access.User", on_delete=models.PROTECT, null=True, related_name="+")
    role = models.TextField(default="")
    beyond = ArrayField(models.TextField())
    by = models.UUIDField()
    by_label = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["user", "by"], name="access_wider_of")]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False) | ~Q(role=""), name="access_wider_whose"
            ),
        ]
