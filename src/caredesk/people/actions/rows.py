"""Finding, ending and restoring the rows that hang on a patient."""

from typing import Any
from uuid import UUID

from django.db.models import Model

from caredesk.kernel import clock
from caredesk.kernel.action import about, refuse_if_barred
from caredesk.kernel.changes import amend
from caredesk.kernel.errors import Missing, Refused
from caredesk.kernel.events import publish
from caredesk.people.actions.answers import Kept
from caredesk.people.events import PatientChanged
from caredesk.people.models import Patient


def locked_patient(id: UUID) -> Patient:
    """The patient, locked until the action ends: of a merged record the one that survives.

    A withdrawn one cannot be changed.
    """
    found = _locked(id)
    while found.identity_id != found.id:
        found = _locked(found.identity_id)
    return _not_withdrawn(found)


def locked_record(id: UUID) -> Patient:
    """This very record, locked, for what would mean something else to the one that survives."""
    found = _locked(id)
    if found.identity_id != found.id:
        into = Patient.objects.get(pk=found.identity_id).record_number
        raise Refused(
            f"This record was merged into {into}.", next_step=f"Change {into} by hand instead."
        )
    return _not_withdrawn(found)


def _locked(id: UUID) -> Patient:
    refuse_if_barred(id, what="patient")
    found = Patient.objects.select_for_update().filter(pk=id).first()
    if found is None:
        raise Missing("patient")
    return found


def _not_withdrawn(found: Patient) -> Patient:
    if found.withdrawn_at is not None:
        raise Refused(
            "This record was taken back.", next_step="Register the patient again, or undo that."
        )
    return found


def locked_row[M: Model](model: type[M], id: UUID) -> M:
    """A row of a patient, locked. What it is called is the model's name."""
    found = model._default_manager.select_for_update().filter(pk=id).first()
    if found is None:
        raise Missing(str(model._meta.verbose_name))
    refuse_if_barred(found.patient_id, what=str(model._meta.verbose_name))  # type: ignore[attr-defined]
    return found


def end(row: Any) -> Kept:
    """Say that a row no longer holds. It stays readable for ever."""
    if row.ended_at is not None:
        raise Refused("This was already ended.", next_step="Reload the page.")
    amend(row, ended_at=clock.now())
    return tell_changed(row)


def restore(row: Any) -> Kept:
    """Say that an ended row holds after all."""
    if row.ended_at is None:
        raise Refused("This already holds.", next_step="Reload the page.")
    amend(row, ended_at=None)
    return tell_changed(row)


def tell_changed(row: Any) -> Kept:
    """Publish that something of the patient changed, and answer with the row."""
    about(row.patient_id)
    publish(PatientChanged(row.patient_id, [str(row._meta.verbose_name)]))
    return Kept(patient=row.patient_id, id=row.pk)
