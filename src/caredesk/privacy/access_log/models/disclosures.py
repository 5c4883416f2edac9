"""What was told of a patient to others outside, and the accounts of it that were given."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from caredesk.kernel.ids import new_id
from caredesk.privacy.access_log.rules.disclosures import BASES


class Disclosure(models.Model):
    """One disclosure, or several to the same for one purpose: until `last_on`, `often` says how
    often (45 CFR 164.528(b)(3)).
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    patient = models.ForeignKey("people.Patient", on_delete=models.PROTECT, related_name="+")
    disclosed_on = models.DateField()
    last_on = models.DateField(null=True)
    often = models.TextField(default="")
    to_name = models.TextField()
    to_address = models.TextField(default="")
    what = models.TextField()
    purpose = models.TextField()
    basis = models.TextField()
    recorded_at = models.DateTimeField(db_default=Now())
    recorded_by = models.UUIDField()
    recorded_by_label = models.TextField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(basis__in=list(BASES)), name="privacy_known_basis"),
            models.CheckConstraint(
                condition=Q(last_on__isnull=True) | Q(last_on__gte=F("disclosed_on")),
                name="privacy_disclosed_in_order",
            ),
        ]


class Suspension(models.Model):
    """That an agency or official stated that telling the patient of it would impede them
    (45 CFR 164.528(a)(2)).
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="suspensions")
    stated_by = models.TextField()
    is_written = models.BooleanField()
    stated_on = models.DateField()
    until = models.DateField()
    recorded_at = models.DateTimeField(db_default=Now())
    recorded_by = models.UUIDField()
    recorded_by_label = models.TextField()
    ended_at = models.DateTimeField(null=True)


class Accounting(models.Model):
    """An account that was given to a patient: which days, and what stood in it (164.528(d))."""

    id = models.UUIDField(primary_key=True, default=new_id)
    patient = models.ForeignKey("people.Patient", on_delete=models.PROTECT, related_name="+")
    asked_on = models.DateField()
    since = models.DateField()
    until = models.DateField()
    lines = models.JSONField()
    given_at = models.DateTimeField(db_default=Now())
    given_by = models.UUIDField()
    given_by_label = models.TextField()
