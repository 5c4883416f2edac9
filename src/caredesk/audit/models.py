"""Audit entries, the seals over them, and searches that are still being typed."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.db import models
from django.db.models.functions import Now

from caredesk.kernel.fields import CurrentXid, SequenceField, XidField
from caredesk.kernel.ids import new_id


class Epoch(models.Model):
    """A time in which the log was written in one place; written by the owner alone.

    `cluster` and `database` are the server's identity and the database's number in it.
    """

    number = models.SmallIntegerField(primary_key=True)
    cluster = models.TextField()
    database = models.BigIntegerField()
    began_at = models.DateTimeField(db_default=Now())


class Entry(models.Model):
    """One change (an action), one look (a page, a settled search), a print, an export, a download,
    a refusal, a sign-in or a sign-out: `kind`.

    (epoch, xid, seq) is its place in the log, given by the database. `name` is that of the action
    or the page, `reason` what was said where somebody was asked why.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    seq = SequenceField()
    # The default that counts is the database's: see epochs.py.
    epoch = models.SmallIntegerField(db_default=1)
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
    reason = models.TextField(default="", db_default="")

    class Meta:
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["epoch", "xid", "seq"], name="audit_entry_place"),
            GinIndex(fields=["subjects"], name="audit_entry_subjects", fastupdate=True),
            models.Index(fields=["actor", "at"], name="audit_entry_actor"),
            # Rows come in the order of their time: a thousandth of a btree is enough for a period.
            BrinIndex(fields=["at"], name="audit_entry_at", pages_per_range=16),
        ]


class Seal(models.Model):
    """An HMAC over a run of entries and the seal before it.

    `entries` and `digests` (16 bytes each) name every sealed row, so that a check can say which
    one was altered or removed. `epoch` and `cluster` say where it was made; its last entry may be
    of an earlier epoch, when a backup held some that were not sealed yet. `total` counts the
    entries up to here.
    """

    number = models.BigIntegerField(primary_key=True)
    epoch = models.SmallIntegerField()
    last_epoch = models.SmallIntegerField()
    last_xid = XidField()
    total = models.BigIntegerField()
    entries = ArrayField(models.UUIDField())
    digests = models.BinaryField()
    seal = models.BinaryField()
    cluster = models.TextField()
    sealed_at = models.DateTimeField(db_default=Now())


class SettlingSearch(models.Model):
    """Looks of a search still being typed: becomes one entry when it settles, then goes.

    `lifted` says why those were seen whose restriction is lifted for a time (`kernel.looks.Told`).
    """

    id = models.UUIDField(primary_key=True)
    name = models.TextField()
    actor = models.JSONField()
    subjects = ArrayField(models.UUIDField())
    lifted = models.JSONField(db_default={})
    touched_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "settling searches"
