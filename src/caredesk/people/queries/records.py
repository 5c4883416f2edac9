"""The records of one person: one, or several that were merged."""

from uuid import UUID

from caredesk.people.models import Patient
from caredesk.people.rules.record_numbers import read_record_number


def records_of(named: str | UUID) -> tuple[UUID, ...]:
    """The ids of all records of the person with this id or record number; none where nobody is.

    Ids only: nobody is shown by it.
    """
    records = Patient.objects.filter(**_by(named))
    identities = records.values("identity_id")
    return tuple(Patient.objects.filter(identity_id__in=identities).values_list("id", flat=True))


def _by(named: str | UUID) -> dict[str, object]:
    try:
        return {"id": UUID(str(named))}
    except ValueError:
        digits = read_record_number(str(named))
        return {"number": int(digits) if digits and len(digits) < 10 else -1}
