"""Documents of a patient: added, taken back with a reason, brought back."""

from typing import Literal
from uuid import UUID

from caredesk.files.actions import keep_file
from caredesk.files.examining import Examined
from caredesk.kernel import clock
from caredesk.kernel.action import about, action, refuse_if_barred, undo_with
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import amend, insert
from caredesk.kernel.dates import Day
from caredesk.kernel.errors import Missing, Refused
from caredesk.kernel.events import publish
from caredesk.kernel.text import Line
from caredesk.people.actions.answers import Kept
from caredesk.people.actions.rows import locked_patient, tell_changed
from caredesk.people.events import PatientChanged
from caredesk.people.models import Document, DocumentWithdrawal
from caredesk.practice.queries import zone_of

DocumentKind = Literal["form", "card", "identification", "letter", "result", "directive", "other"]


@action("people.change", internal=True)
def add_document(
    patient: UUID,
    title: Line,
    kind: DocumentKind,
    file: Examined,
    dated: Day | None = None,
    *,
    by: Actor,
) -> Kept:
    """Keep an examined file as a document of a patient."""
    found = locked_patient(patient)
    if dated and dated > clock.today(zone_of(by)):
        raise Refused(
            "This day has not come yet.", field="dated", next_step="Give the day on the document."
        )
    kept = keep_file(file, found.id, by=by)
    row = Document(
        patient=found, attachment_id=kept.attachment, title=title, kind=kind, dated=dated
    )
    insert(row)
    undo_with("withdraw_document", document=row.id, reason="Added by mistake")
    return tell_changed(row)


@action("people.change")
def withdraw_document(document: UUID, reason: Line, *, by: Actor) -> Kept:
    """Take a document back: it is shown and opened no more, and stays on record."""
    row = _document(document)
    if _withdrawal(row) is not None:
        raise Refused("This was already taken back.", next_step="Reload the page.")
    insert(
        DocumentWithdrawal(document=row, at=clock.now(), by=by.id, by_label=by.label, reason=reason)
    )
    undo_with("restore_document", document=row.id)
    return _told(row)


@action("people.change")
def restore_document(document: UUID, *, by: Actor) -> Kept:
    """Bring a document back that was taken back."""
    row = _document(document)
    found = _withdrawal(row)
    if found is None:
        raise Refused("This document is there.", next_step="Reload the page.")
    amend(found, taken_back_at=clock.now(), taken_back_by=by.id)
    undo_with("withdraw_document", document=row.id, reason=found.reason)
    return _told(row)


def _document(id: UUID) -> Document:
    """Never changed, so never locked: of two who take it back, one loses by the constraint."""
    found = Document.objects.filter(pk=id).first()
    if found is None:
        raise Missing("document")
    refuse_if_barred(found.patient_id, what="document")
    return found


def _withdrawal(row: Document) -> DocumentWithdrawal | None:
    found = DocumentWithdrawal.objects.select_for_update()
    return found.filter(document=row, taken_back_at__isnull=True).first()


def _told(row: Document) -> Kept:
    about(row.patient_id)
    publish(PatientChanged(row.patient_id, ["document"]))
    return Kept(patient=row.patient_id, id=row.id)
