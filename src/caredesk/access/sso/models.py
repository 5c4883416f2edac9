"""Who of a provider's people is which of our users."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from caredesk.kernel.ids import new_id


class ExternalIdentity(models.Model):
    """That a provider's person (issuer, subject) is a user. Ended, never deleted.

    `linked_by` is the manager; nobody where a verified address of e-mail matched.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    user = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="identities")
    issuer = models.TextField()
    subject = models.TextField()
    linked_at = models.DateTimeField(db_default=Now())
    linked_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "external identities"
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "subject"],
                condition=Q(ended_at__isnull=True),
                name="access_identity_once",
            ),
        ]


class SignInEmail(models.Model):
    """The address by which a user's first single sign-on is recognised. Ended, never deleted."""

    id = models.UUIDField(primary_key=True, default=new_id)
    user = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="sign_in_emails")
    email = models.TextField()
    noted_at = models.DateTimeField(db_default=Now())
    noted_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["email"], condition=Q(ended_at__isnull=True), name="access_email_once"
            ),
        ]
