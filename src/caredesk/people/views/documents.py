"""A patient's documents: what there is, one more, one opened, one taken back."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from caredesk.access.middleware import SignedInRequest
from caredesk.access.pages import needs
from caredesk.files.serving import send_file
from caredesk.files.uploads import takes_file
from caredesk.kernel.action import Done
from caredesk.kernel.ids import new_id
from caredesk.people.actions import add_document, restore_document, withdraw_document
from caredesk.people.actions.answers import Kept
from caredesk.people.forms import DocumentForm, WithdrawForm
from caredesk.people.queries import get_patient
from caredesk.people.queries.documents import (
    documents_of,
    get_document,
    open_document,
    withdrawn_documents,
)
from caredesk.practice.queries import zone_of
from caredesk.ui import drafts
from caredesk.ui.notice import Notice, after
from caredesk.ui.page import page


@takes_file
@require_http_methods(["GET", "POST"])
@needs("people.change", sees="people.view")
def documents(request: SignedInRequest, patient: UUID) -> HttpResponse:
    """All documents of a patient, and a form for one more."""
    of = get_patient(request.actor, patient)
    posted = request.POST if request.method == "POST" else None
    files = request.FILES if request.method == "POST" else None
    draft = drafts.of_form(request, f"documents-{of.id}", [of.id])
    form = DocumentForm(posted, files=files, zone=zone_of(request.actor), draft=draft)
    if posted is not None:
        done = form.perform(add_document, request.actor, patient=of.id)
        if done is not None:
            return _after(request, of.id, "Added the document.", done, draft.name)
        form.ask_for_the_file_again()
    context = {
        "title": f"Documents of {of.name}",
        "heading": "Documents",
        "patient": of,
        "lines": documents_of(request.actor, of.id),
        "withdrawn": [(each, new_id()) for each in withdrawn_documents(request.actor, of.id)],
        "zone": zone_of(request.actor),
        "form": form,
    }
    return page(request, "people/documents.html", context, partial="panel", status=form.status)


@require_safe
@needs("people.view")
def document(request: SignedInRequest, document: UUID) -> HttpResponse:
    """The document itself: shown by the browser where that is safe, else saved; `?save` saves."""
    opened = open_document(request.actor, document)
    return send_file(request, opened, inline="save" not in request.GET)


@require_http_methods(["GET", "POST"])
@needs("people.change", sees="people.view")
def withdrawal(request: SignedInRequest, document: UUID) -> HttpResponse:
    """Take a document back, with the reason."""
    patient, line = get_document(request.actor, document)
    of = get_patient(request.actor, patient)
    posted = request.POST if request.method == "POST" else None
    draft = drafts.of_form(request, f"document-{line.id}", [of.id])
    form = WithdrawForm(posted, draft=draft)
    if posted is not None and (
        done := form.perform(withdraw_document, request.actor, document=line.id)
    ):
        return _after(request, of.id, "Took the document back.", done, draft.name)
    context = {
        "title": f"Take back a document of {of.name}",
        "heading": "Take a document back",
        "facts": f"{line.title} · {of.name}",
        "patient": of,
        "action": reverse("people:document_withdrawal", args=[line.id]),
        "form": form,
    }
    return page(request, "people/withdrawal.html", context, partial="panel", status=form.status)


@require_POST
@needs("people.change", sees="people.view")
def restoration(request: SignedInRequest, document: UUID) -> HttpResponse:
    """Bring a document back that was taken back."""
    key = request.POST.get("key", "")[:36] or None
    done = restore_document.perform({"document": document}, by=request.actor, key=key)
    return _after(request, done.answer.patient, "Brought the document back.", done)


def _after(
    request: SignedInRequest, patient: UUID, text: str, done: Done[Kept], draft: str = ""
) -> HttpResponse:
    """To the documents, with what was done and Undo."""
    address = reverse("people:documents", args=[patient])
    deed = str(done.deed) if done.can_undo else ""
    said = Notice(text, deed=deed, undo_to=address, day_changed=False, draft=draft)
    return after(request, address, said)
