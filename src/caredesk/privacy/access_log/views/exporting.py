"""A part of the log as a file of FHIR AuditEvents: complete but for whom the viewer may not see."""

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from caredesk.access.middleware import SignedInRequest
from caredesk.access.pages import needs
from caredesk.audit import exporting
from caredesk.kernel import clock
from caredesk.kernel.barred import barred
from caredesk.people.queries import records_of
from caredesk.practice.queries import zone_of
from caredesk.privacy.access_log.forms.exporting import ExportForm
from caredesk.privacy.access_log.rules.period import ends, starts
from caredesk.ui.page import page

MOST = 50_000
"""Entries of a file that is made while somebody waits; the command has no such bound."""


@require_http_methods(["GET", "HEAD", "POST"])
@needs("audit.export")
def export(request: SignedInRequest) -> HttpResponse:
    """The form, and the file: it leaves once it is on record with everybody in it."""
    posted = request.POST if request.method == "POST" else None
    form = ExportForm(posted, zone=zone_of(request.actor))
    if posted is not None and form.is_valid():
        part = _part(request, form)
        counted = part and exporting.count_entries(part)
        if part and counted and _is_small(form, counted):
            return _file(request, part, counted, form.cleaned_data["form"])
    context = {"title": "Export the record of access", "form": form}
    status = 422 if form.is_bound else 200
    return page(request, "privacy/export.html", context, partial="panel", status=status)


def _part(request: SignedInRequest, form: ExportForm) -> exporting.Part | None:
    said, zone = form.cleaned_data, clock.zone_named(zone_of(request.actor))
    unseen = barred(request.actor)
    named = records_of(said["patient"]) if said["patient"] else ()
    records = [each for each in named if each not in unseen]
    if said["patient"] and not records:
        form.add_error("patient", "There is no such record number. Type it like CD-000231.")
        return None
    if said["until"] < said["since"]:
        form.add_error("until", "The last day is before the first. Choose a later day.")
        return None
    since, until = starts(said["since"], zone), ends(said["until"], zone)
    return exporting.Part(since, until, records, unseen.ids)


def _is_small(form: ExportForm, counted: exporting.Counted) -> bool:
    many = counted.entries
    if many > MOST:
        form.add_error(
            "until",
            f"These days have {many:,} entries, a file holds at most {MOST:,}. Choose fewer days, "
            "or let the administrator run `caredesk audit export`.",
        )
    return many <= MOST


def _file(
    request: SignedInRequest,
    part: exporting.Part,
    counted: exporting.Counted,
    form: exporting.Format,
) -> HttpResponse:
    exporting.record_export(part, request.actor, "privacy:export")
    body = "".join(exporting.lines(part, form, counted))
    response = HttpResponse(body, content_type=exporting.MEDIA_TYPES[form])
    ending = "ndjson" if form == "ndjson" else "json"
    response["Content-Disposition"] = f'attachment; filename="access-record.{ending}"'
    response["Cache-Control"] = "no-store"
    return response
