"""Which part of the log leaves as FHIR AuditEvents."""

from caredesk.people.forms.fields import ChoiceField
from caredesk.privacy.access_log.forms.fields import PastDayField
from caredesk.ui.fields import LineField
from caredesk.ui.forms import PlainForm


class ExportForm(PlainForm):
    since = PastDayField(label="From")
    until = PastDayField(label="Until", help_text="This day included.")
    patient = LineField(
        label="Of one patient only", required=False, help_text="The record number of the patient."
    )
    form = ChoiceField(
        label="As",
        choices=[("ndjson", "One AuditEvent a line (NDJSON)"), ("bundle", "A FHIR Bundle")],
        initial="ndjson",
    )
