"""What came in, as it was sent."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from caredesk.kernel.ids import new_id


class Imported(models.Model):
    """A thing as another system sent it last, and the row of ours that it `became`.

    It is found again by its `address` (its surest identifier) or by its `full_url`. The `digest`
    tells whether it has changed since; what has no place in our tables is still in `content`.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.TextField()
    address = models.TextField(db_collation="C")
    full_url = models.TextField(default="", db_collation="C")
    became = models.UUIDField()
    digest = models.TextField()
    content = models.JSONField()
    at = models.DateTimeField(db_default=Now())

    # The audit row need not hold everything twice: the rows it became are in it.
    SECRETS: ClassVar[set[str]] = {"content"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "address"], name="interfaces_imported_once"),
        ]
        indexes = [
            models.Index(fields=["kind", "full_url"], name="interfaces_imported_url"),
            models.Index(fields=["became"], name="interfaces_imported_became"),
        ]
