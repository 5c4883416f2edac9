"""What somebody has changed in a record since: what an undo must not take away."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from caredesk.people.models import Patient

type Plain = str | bool | None

CHANGEABLE = {
    "family", "given", "middle", "suffix", "preferred_name", "former_family", "birth_date",
    "birth_precision", "sex", "gender_identity", "pronouns", "language", "interpreter_needed",
    "preferred_channel", "deceased", "deceased_on", "deceased_precision",
}  # fmt: skip
_SAID = {
    "family": "surname",
    "given": "given name",
    "middle": "middle name",
    "former_family": "former surname",
    "deceased": "death",
    "deceased_on": "day of death",
}


class AsRegistered(BaseModel):
    """A record as it was when it was registered, or made to hold again."""

    details: dict[str, Plain]
    phones: list[UUID]
    emails: list[UUID]


def as_written(patient: Patient, phones: list[UUID], emails: list[UUID]) -> AsRegistered:
    """The record as it was just written, with these telephones and mail addresses."""
    details = {name: plain(getattr(patient, name)) for name in sorted(CHANGEABLE)}
    return AsRegistered(details=details, phones=phones, emails=emails)


def as_it_is(patient: Patient) -> AsRegistered:
    """The record as it is now; two statements."""
    return as_written(patient, _ids(patient.phones), _ids(patient.emails))


def changed_since(patient: Patient, then: AsRegistered) -> list[str]:
    """What differs by now, in the desk's words."""
    now = as_it_is(patient)
    changed = changed_details(patient, then.details)
    if now.phones != then.phones:
        changed.append("telephone numbers")
    if now.emails != then.emails:
        changed.append("mail addresses")
    return changed


def changed_details(patient: Patient, then: dict[str, Plain]) -> list[str]:
    """Which of these details differ by now, in the desk's words."""
    changed = [name for name, value in then.items() if plain(getattr(patient, name)) != value]
    return sorted(_SAID.get(name, name.replace("_", " ")) for name in changed)


def plain(value: Any) -> Plain:
    """As it goes through JSON and back."""
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, bool) or value is None else str(value)


def _ids(rows: Any) -> list[UUID]:
    """Those that still hold."""
    return list(rows.filter(ended_at__isnull=True).order_by("id").values_list("id", flat=True))
