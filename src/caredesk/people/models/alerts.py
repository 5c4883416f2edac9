"""Notes that pop up when a patient is opened."""

from django.db import models
from django.db.models import F, Q

from caredesk.kernel.ids import new_id
from caredesk.people.models.patients import Patient

SEVERITIES = ("danger", "important", "note")


class Alert(models.Model):
    """A note that pops up between two days (or until it is ended)."""

    id = models.UUIDField(primary_key=True, default=new_id)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="alerts")
    text = models.TextField()
    severity = models.TextField(default="note")
    shown_from = models.DateField(null=True)
    shown_until = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(severity__in=SEVERITIES), name="people_alert_severity"
            ),
            models.CheckConstraint(
                condition=Q(shown_from__isnull=True)
                | Q(shown_until__isnull=True)
                | Q(shown_from__lte=F("shown_until")),
                name="people_alert_days",
            ),
        ]
