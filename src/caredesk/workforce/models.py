"""Practitioners."""

from django.db import models

from caredesk.kernel.ids import new_id


class Practitioner(models.Model):
    """Who sees patients. With an `outside_organization` it is not one of ours."""

    id = models.UUIDField(primary_key=True, default=new_id)
    prefix = models.TextField(default="")
    given = models.TextField(default="")
    family = models.TextField()
    suffix = models.TextField(default="")
    specialty = models.TextField(default="")
    user = models.ForeignKey("access.User", on_delete=models.PROTECT, null=True)
    outside_organization = models.ForeignKey(
        "practice.OutsideOrganization", on_delete=models.PROTECT, null=True
    )
    is_active = models.BooleanField(default=True)

    @property
    def label(self) -> str:
        """The name as colleagues write it: "Dr Mei Chen"."""
        return " ".join(filter(None, [self.prefix.rstrip("."), self.given, self.family]))


class PractitionerIdentifier(models.Model):
    """Under which (system, value) a practitioner is known, the NPI among them."""

    id = models.UUIDField(primary_key=True, default=new_id)
    practitioner = models.ForeignKey(
        Practitioner, on_delete=models.PROTECT, related_name="identifiers"
    )
    system = models.TextField()
    value = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system", "value"], name="workforce_identifier_once"),
        ]
