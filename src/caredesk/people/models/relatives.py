"""Who belongs to a patient, and what may be told to them."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from caredesk.kernel.ids import new_id
from caredesk.people.models.patients import Patient

MAY_BE_TOLD = ("times", "clinical", "billing")


class Relative(models.Model):
    """A relative, guardian or friend. Nothing in `may_be_told` means: tell them nothing.

    `proof` says what allows it ("release of information on file", "court order 12/881"), with the
    day on which a form was signed; after `told_until` nothing may be told. The code word is kept as
    a hash.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="relatives")
    name = models.TextField()
    relationship = models.TextField()
    phone = models.TextField(default="")
    phone_as_typed = models.TextField(default="")
    is_guardian = models.BooleanField(default=False)
    may_be_told = ArrayField(models.TextField(), default=list)
    proof = models.TextField(default="")
    form_signed_on = models.DateField(null=True)
    told_until = models.DateField(null=True)
    code_word = models.TextField(default="")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    ended_by_label = models.TextField(default="")

    SECRETS: ClassVar[set[str]] = {"code_word"}

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(may_be_told__contained_by=list(MAY_BE_TOLD)),
                name="people_relative_told",
            ),
            models.CheckConstraint(
                condition=Q(phone="") | Q(phone__regex=r"^\+[1-9][0-9]{5,14}$"),
                name="people_relative_e164",
            ),
        ]


class CodeWordCheck(models.Model):
    """That somebody at the desk compared what a caller said, and whether it was right."""

    id = models.UUIDField(primary_key=True, default=new_id)
    relative = models.ForeignKey(Relative, on_delete=models.PROTECT, related_name="checks")
    at = models.DateTimeField()
    by = models.UUIDField()
    by_label = models.TextField()
    matched = models.BooleanField()

    class Meta:
        indexes = [models.Index(fields=["relative", "-at"], name="people_code_word_check")]
