"""What a screen is unlocked with, and how long it waits."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from caredesk.access.locking.rules import LONGEST, SHORTEST
from caredesk.kernel.ids import new_id


class Pin(models.Model):
    """A user's PIN, as Argon2id. It opens a session that its holder has locked, and no other door.

    One that was taken back is empty. `failures` are the wrong ones since `failing_since` (`pins`).
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    user = models.OneToOneField("access.User", on_delete=models.PROTECT, related_name="pin")
    secret = models.TextField()
    set_at = models.DateTimeField(db_default=Now())
    failures = models.PositiveSmallIntegerField(db_default=0)
    failing_since = models.DateTimeField(null=True)

    SECRETS: ClassVar[set[str]] = {"secret"}


class IdleLimit(models.Model):
    """After how many idle minutes a role's sessions lock, where it is not the usual time."""

    id = models.UUIDField(primary_key=True, default=new_id)
    role = models.TextField(unique=True)
    minutes = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gte=SHORTEST, minutes__lte=LONGEST),
                name="access_idle_minutes",
            ),
        ]
