"""Audit entries, the seals over them, and searches that are still being typed."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now

from caredesk.kernel.fields import CurrentXid, SequenceField, XidField
from caredesk.kernel.ids import new_id


class Entry(models.Model):
    """One change (an action) or one look (a page, a settled search)."""

    id = models.UUIDField(primary_key=True, default=new_id)
    seq = SequenceField()
    xid = XidField(db_default=CurrentXid())
    at = models.DateTimeField(db_default=Now())
    kind = models.TextField()
    name = models.TextField()
    actor_kind = models.TextField()
    actor = models.UUIDField()
    actor_label = models.TextField()
    on_behalf_of = models.UUIDField(null=True)
    session = models.UUIDField(null=True)
    door = models.TextField()
    address = models.TextField(default="")
    subjects = ArrayField(models.UUIDField())
    changes = models.JSONField()
    parent = models.UUIDField(null=True)
    deed = models.UUIDField(null=True)

    class Meta:
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["xid", "seq"], name="audit_entry_order"),
            GinIndex(fields=["subjects"], name="audit_entry_subjects", fastupdate=True),
            models.Index(fields=["actor", "at"], name="audit_entry_actor"),
        ]


class Seal(models.Model):
    """An HMAC over a run of entries and the seal before it.

    `entries` and `digests` (16 bytes each) name every sealed row, so that a check can say which
    one was altered or removed. `cluster` is the database server's identity: transaction ids start
    anew in a restored one.
    """

    number = models.BigIntegerField(primary_key=True)
    last_xid = XidField()
    entries = ArrayField(models.UUIDField())
    digests = models.BinaryField()
    seal = models.BinaryField()
    cluster = models.TextField()
    sealed_at = models.DateTimeField(db_default=Now())


class SettlingSearch(models.Model):
    """Looks of a search still being typed: becomes one entry when it settles, then goes."""

    id = models.UUIDField(primary_key=True)
    name = models.TextField()
    actor = models.JSONField()
    subjects = ArrayField(models.UUIDField())
    touched_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "settling searches"
