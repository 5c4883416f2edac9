"""The tokens as they are kept. Ended, never deleted."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from caredesk.kernel.ids import new_id


class ProgramToken(models.Model):
    """One program's way in. `patients` are the only ones of whom it sees anything; NULL: no bound.

    Of the secret only the SHA-256 is kept: it is 256 random bits, which nobody tries out.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.TextField()
    digest = models.BinaryField()
    permissions = ArrayField(models.TextField())
    patients = ArrayField(models.UUIDField(), null=True)
    per_minute = models.IntegerField()
    added_at = models.DateTimeField()
    added_by = models.UUIDField()
    added_by_label = models.TextField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    ended_by_label = models.TextField(default="")

    SECRETS: ClassVar[set[str]] = {"digest"}

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("added_at")), name="access_token_expires"
            ),
        ]
