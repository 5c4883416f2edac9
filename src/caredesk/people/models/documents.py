"""Documents of a patient: a signed form, a card, a letter that came by post."""

from django.db import models
from django.db.models import Q

from caredesk.kernel.ids import new_id
from caredesk.people.models.patients import Patient

KINDS = ("form", "card", "identification", "letter", "result", "directive", "other")


class Document(models.Model):
    """A file of this patient with what it is: what one looks for it by. Never changed."""

    id = models.UUIDField(primary_key=True, default=new_id)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="documents")
    attachment = models.OneToOneField(
        "files.Attachment", on_delete=models.PROTECT, related_name="+"
    )
    title = models.TextField()
    kind = models.TextField()
    dated = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="people_document_kind"),
            models.CheckConstraint(condition=~Q(title=""), name="people_document_titled"),
        ]


class DocumentWithdrawal(models.Model):
    """That a document does not belong here: when, by whom, why. Taken back, it is here again."""

    id = models.UUIDField(primary_key=True, default=new_id)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="withdrawals")
    at = models.DateTimeField()
    by = models.UUIDField()
    by_label = models.TextField()
    reason = models.TextField()
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["document"],
                condition=Q(taken_back_at__isnull=True),
                name="people_document_withdrawn_once",
            ),
        ]
