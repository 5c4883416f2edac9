"""What a reviewer says of a finding, and which patient a colleague is."""

from typing import Any

from django import forms

from caredesk.people.forms.fields import ChoiceField
from caredesk.ui.fields import LineField
from caredesk.ui.forms import ActionForm

_VERDICTS = [("yes", "Yes, it belonged to the work"), ("no", "No, it did not")]


class SettleForm(ActionForm):
    """Ends in `settle_unusual_access`."""

    justified = ChoiceField(
        label="Was the access justified?", choices=_VERDICTS, widget=forms.RadioSelect
    )
    words = LineField(
        label="What you found",
        rows=2,
        longest=1000,
        help_text="Who you asked and what the reason was. It is kept with your name.",
    )

    def inputs(self) -> dict[str, Any]:
        said = super().inputs()
        return {**said, "justified": said["justified"] == "yes"}


class OwnRecordForm(ActionForm):
    """Ends in `record_own_record`."""

    patient = LineField(label="Record number", help_text="As it stands on the patient's page.")
