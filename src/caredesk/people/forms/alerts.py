"""A note that pops up when the patient is opened."""

from caredesk.people.forms.fields import ChoiceField
from caredesk.ui.fields import DayField, LineField
from caredesk.ui.forms import ActionForm

SEVERITIES = [
    ("note", "Note"),
    ("important", "Important"),
    ("danger", "Danger: somebody may come to harm"),
]


class AlertForm(ActionForm):
    text = LineField(
        label="Note", rows=2, help_text="Whoever opens the patient reads it before anything else."
    )
    severity = ChoiceField(label="How grave", choices=SEVERITIES, initial="note")
    shown_from = DayField(label="From", required=False)
    shown_until = DayField(label="Until", required=False)
