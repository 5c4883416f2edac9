"""Failures of the moment, and the manager's word that lets somebody in in spite of them."""

from django.db import models
from django.db.models.functions import Now

from caredesk.kernel.ids import new_id


class Failures(models.Model):
    """How often something failed in a row, and when last; swept when it counts no more.

    `turned_away` says that a try in the present wait is on record: the others are not.

    `key` and `account` are keyed hashes: what was typed as a name may have been a password.
    """

    key = models.BinaryField(primary_key=True)
    scope = models.TextField()
    account = models.BinaryField(db_index=True)
    failures = models.IntegerField()
    last_at = models.DateTimeField()
    turned_away = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "failures"


class LiftedWait(models.Model):
    """That a manager let somebody try again at once, and until when the account's limit is off."""

    id = models.UUIDField(primary_key=True, default=new_id)
    user = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+")
    lifted_by = models.UUIDField()
    lifted_at = models.DateTimeField(db_default=Now())
    until = models.DateTimeField()
