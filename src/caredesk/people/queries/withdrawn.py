"""Whether a record still holds."""

from uuid import UUID

from caredesk.people.models import Patient


def is_withdrawn(patient: UUID) -> bool:
    """Whether the record was taken back: of a merged one the one that survives. Shows nobody."""
    return Patient.objects.filter(records=patient, withdrawn_at__isnull=False).exists()
