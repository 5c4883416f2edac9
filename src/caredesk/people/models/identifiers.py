"""Under which a patient is known elsewhere."""

from django.db import models
from django.db.models import Q

from caredesk.kernel.ids import new_id
from caredesk.people.models.patients import Patient


class PatientIdentifier(models.Model):
    """A (system, value), kept as it came: importing twice finds the patient again by it.

    `searched` is the value's letters and digits in lower case.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="identifiers")
    system = models.TextField()
    value = models.TextField()
    type = models.TextField(default="")
    searched = models.TextField(db_collation="C")
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["searched"],
                name="people_identifier_searched",
                condition=Q(ended_at__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["system", "value"],
                name="people_identifier_once",
                condition=Q(ended_at__isnull=True),
            ),
        ]
