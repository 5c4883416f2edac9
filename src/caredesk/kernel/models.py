"""Deeds (what was done, and how to undo it), the event log, and which reactions ran.

And when the seldom jobs of the clock ran last.
"""

from django.db import models
from django.db.models.functions import Now

from caredesk.kernel.fields import CurrentXid, SequenceField, XidField
from caredesk.kernel.ids import new_id


class Deed(models.Model):
    """One call of an action. Its key makes a repetition harmless, its inverse makes undo."""

    id = models.UUIDField(primary_key=True, default=new_id)
    action = models.TextField()
    actor = models.UUIDField()
    key = models.TextField(null=True)
    input_hash = models.BinaryField(null=True)
    answer = models.JSONField(null=True)
    inverse = models.TextField(default="")
    inverse_arguments = models.JSONField(default=dict)
    no_undo = models.TextField(default="")
    at = models.DateTimeField(db_default=Now())
    undone_at = models.DateTimeField(null=True)
    undone_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["actor", "action", "key"], name="kernel_deed_key"),
        ]


class LoggedEvent(models.Model):
    """One event. Read in the order of (xid, seq), below the oldest open transaction."""

    id = models.UUIDField(primary_key=True, default=new_id)
    seq = SequenceField()
    xid = XidField(db_default=CurrentXid())
    name = models.TextField()
    version = models.SmallIntegerField()
    body = models.JSONField()
    actor = models.UUIDField()
    deed = models.UUIDField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "kernel_event"
        indexes = [models.Index(fields=["xid", "seq"], name="kernel_event_order")]


class Reacted(models.Model):
    """That a reaction to an event was carried out: a retry finds it and does nothing."""

    id = models.UUIDField(primary_key=True, default=new_id)
    event = models.UUIDField()
    task = models.TextField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "task"], name="kernel_reacted_once"),
        ]


class ClockRun(models.Model):
    """When a job of the clock that runs seldom ended well last, in true time."""

    name = models.TextField(primary_key=True)
    at = models.DateTimeField()
