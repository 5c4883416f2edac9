"""Why a visit is called off, and who asked for it."""

from django import forms

from caredesk.ui.fields import LineField
from caredesk.ui.forms import ActionForm


class CancelForm(ActionForm):
    """Ends in `cancel_appointment`."""

    reason = LineField(label="Reason", widget=forms.TextInput({"list": "reasons"}))
    asked_by = LineField(label="Who asked", widget=forms.TextInput({"list": "askers"}))
