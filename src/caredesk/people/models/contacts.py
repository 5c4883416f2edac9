"""How a patient is reached. What no longer holds is ended, never deleted."""

from django.db import models
from django.db.models import Q

from caredesk.kernel.ids import new_id
from caredesk.people.models.patients import Patient

USES = ("mobile", "home", "work", "other")


class Phone(models.Model):
    """A telephone number. `e164` is empty where what came with an import cannot be called."""

    id = models.UUIDField(primary_key=True, default=new_id)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="phones")
    e164 = models.TextField(default="", db_collation="C")
    extension = models.TextField(default="")
    as_typed = models.TextField()
    use = models.TextField(default="mobile")
    warning = models.TextField(default="")
    digits = models.TextField(db_collation="C")
    reversed_digits = models.TextField(db_collation="C")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["digits"], name="people_phone_digits", condition=Q(ended_at__isnull=True)
            ),
            models.Index(
                fields=["reversed_digits"],
                name="people_phone_reversed",
                condition=Q(ended_at__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(e164="") | Q(e164__regex=r"^\+[1-9][0-9]{5,14}$"),
                name="people_phone_e164",
            ),
            models.CheckConstraint(condition=Q(use__in=USES), name="people_phone_use"),
        ]


class Email(models.Model):
    """An address for mail."""

    id = models.UUIDField(primary_key=True, default=new_id)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="emails")
    address = models.TextField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(address__contains="@"), name="people_email_at"),
        ]


class Address(models.Model):
    """A place where the patient lives or gets post."""

    id = models.UUIDField(primary_key=True, default=new_id)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="addresses")
    use = models.TextField(default="home")
    line1 = models.TextField()
    line2 = models.TextField(default="")
    city = models.TextField(default="")
    state = models.TextField(default="")
    postal_code = models.TextField(default="")
    country = models.TextField(default="US")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "addresses"
        constraints = [
            models.CheckConstraint(
                condition=Q(use__in=("home", "work", "temporary", "billing", "old")),
                name="people_address_use",
            ),
        ]
