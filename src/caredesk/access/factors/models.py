"""Second factors as they are kept, and by which roles one is demanded. Ended, never deleted."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from caredesk.kernel.ids import new_id

_STANDS = Q(ended_at__isnull=True)


class AuthenticatorApp(models.Model):
    """A shared secret of time-based codes (RFC 6238), sealed; `last_step` is the last one used."""

    id = models.UUIDField(primary_key=True, default=new_id)
    user = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+")
    secret = models.BinaryField()
    last_step = models.BigIntegerField()
    added_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    SECRETS: ClassVar[set[str]] = {"secret"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=_STANDS, name="access_one_app"),
        ]


class Passkey(models.Model):
    """A WebAuthn credential. It works only at the host name (`rp_id`) for which it was made."""

    id = models.UUIDField(primary_key=True, default=new_id)
    user = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+")
    name = models.TextField()
    rp_id = models.TextField()
    credential = models.BinaryField(unique=True)
    public_key = models.BinaryField()
    transports = ArrayField(models.TextField())
    sign_count = models.BigIntegerField()
    is_backed_up = models.BooleanField()
    added_at = models.DateTimeField(db_default=Now())
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    SECRETS: ClassVar[set[str]] = {"credential", "public_key"}

    class Meta:
        indexes = [models.Index(fields=["user"], condition=_STANDS, name="access_passkey_user")]


class RecoveryCode(models.Model):
    """A code that stands in once for a lost factor; only its keyed hash is kept."""

    id = models.UUIDField(primary_key=True, default=new_id)
    user = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+")
    code_hash = models.BinaryField()
    made_at = models.DateTimeField(db_default=Now())
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    SECRETS: ClassVar[set[str]] = {"code_hash"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "code_hash"], name="access_code_once"),
        ]


class FactorDemand(models.Model):
    """That whoever has this role must have a second factor, since when and by whose word."""

    id = models.UUIDField(primary_key=True, default=new_id)
    role = models.TextField()
    since = models.DateTimeField(db_default=Now())
    demanded_by = models.UUIDField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["role"], condition=_STANDS, name="access_demand_once"),
        ]


class OneTimePassword(models.Model):
    """That a user's password was chosen by another, and must be changed at the next sign-in."""

    id = models.UUIDField(primary_key=True, default=new_id)
    user = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(db_default=Now())
    set_by = models.UUIDField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=_STANDS, name="access_one_time_password"
            ),
        ]
