"""Drafts: the one thing of their own that pages keep."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from caredesk.kernel.ids import new_id


class Draft(models.Model):
    """A form half typed, as it stands for the one who types it: one a person and form.

    `typed` holds what differs from the untouched form, by the fields' names; `edition` counts how
    often it was kept. `subjects` are those whom the words of `title` name. `begun` is the deed
    that began it. One that was thrown away lies here until it can no longer be brought back.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    owner = models.UUIDField()
    name = models.TextField()
    title = models.TextField()
    address = models.TextField()
    typed = models.JSONField()
    edition = models.IntegerField(default=1)
    subjects = ArrayField(models.UUIDField())
    begun = models.UUIDField()
    kept_at = models.DateTimeField(db_default=Now())
    thrown_away_at = models.DateTimeField(null=True)

    SECRETS: ClassVar[set[str]] = {"typed"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="ui_draft_once"),
        ]
        indexes = [models.Index(fields=["kept_at"], name="ui_draft_kept_at")]
