"""Documents of a patient. To see one is to look at the patient, and is recorded so."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from caredesk.files.queries import FileFacts, OpenedFile, file_facts
from caredesk.files.queries import open_file as open_kept_file
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Missing
from caredesk.kernel.looks import seen
from caredesk.people.models import Document, DocumentWithdrawal
from caredesk.people.queries.details import get_patient

KIND_WORDS = {
    "form": "Signed form",
    "card": "Insurance card",
    "identification": "Identification",
    "letter": "Letter",
    "result": "Result",
    "directive": "Advance directive",
    "other": "Other",
}


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A document as a list shows it."""

    id: UUID
    title: str
    kind: str
    dated: date | None
    file: FileFacts


@dataclass(frozen=True, slots=True)
class WithdrawnLine:
    """A document that does not belong here, and why."""

    id: UUID
    title: str
    kind: str
    reason: str
    at: datetime
    by: str


def documents_of(viewer: Actor, patient: UUID) -> list[DocumentLine]:
    """The documents of a patient, the newest first; two statements."""
    seen(viewer, [patient])
    withdrawn = DocumentWithdrawal.objects.filter(
        document=OuterRef("pk"), taken_back_at__isnull=True
    )
    there = Document.objects.filter(~Exists(withdrawn), patient__identity=patient)
    rows = list(there.order_by("-id"))
    files = file_facts(viewer, [row.attachment_id for row in rows])
    return [
        DocumentLine(row.id, row.title, KIND_WORDS[row.kind], row.dated, files[row.attachment_id])
        for row in rows
    ]


def withdrawn_documents(viewer: Actor, patient: UUID) -> list[WithdrawnLine]:
    """Those that were taken back, the latest first."""
    seen(viewer, [patient])
    rows = DocumentWithdrawal.objects.filter(
        document__patient__identity=patient, taken_back_at__isnull=True
    ).select_related("document")
    return [
        WithdrawnLine(
            row.document_id,
            row.document.title,
            KIND_WORDS[row.document.kind],
            row.reason,
            row.at,
            row.by_label,
        )
        for row in rows.order_by("-at")
    ]


def get_document(viewer: Actor, id: UUID) -> tuple[UUID, DocumentLine]:
    """One document with its patient; `Missing` where it was taken back or is not theirs to see."""
    row = _there(viewer, id)
    files = file_facts(viewer, [row.attachment_id])
    line = DocumentLine(
        row.id, row.title, KIND_WORDS[row.kind], row.dated, files[row.attachment_id]
    )
    return row.patient.identity_id, line


def open_document(viewer: Actor, id: UUID) -> OpenedFile:
    """The file of a document, to be read; the same answer where one may not know of it."""
    row = _there(viewer, id)
    return open_kept_file(viewer, row.attachment_id, row.patient_id)


def _there(viewer: Actor, id: UUID) -> Document:
    row = Document.objects.select_related("patient").filter(pk=id).first()
    if row is None or row.withdrawals.filter(taken_back_at__isnull=True).exists():
        raise Missing("document")
    # Whoever may not see the patient is told the same as of a document that is not there.
    try:
        get_patient(viewer, row.patient_id)
    except Missing:
        raise Missing("document") from None
    return row
