"""A disclosure, an agency's statement, and the days of an account."""

from datetime import date
from typing import Any

from django import forms

from caredesk.people.forms.fields import ChoiceField
from caredesk.privacy.access_log.forms.fields import PastDayField
from caredesk.privacy.access_log.rules.disclosures import BASES
from caredesk.ui.fields import DayField, LineField
from caredesk.ui.forms import ActionForm, PlainForm


def _bases(*, in_account: bool) -> list[tuple[str, str]]:
    return [
        (code, f"{each.words} ({each.section})")
        for code, each in BASES.items()
        if each.is_in_account is in_account
    ]


_CHOICES: Any = [
    ("", "Choose"),
    ("In the patient's account", _bases(in_account=True)),
    ("Recorded, but in no account", _bases(in_account=False)),
]


class DisclosureForm(ActionForm):
    """Ends in `record_disclosure`."""

    disclosed_on = PastDayField(label="When")
    to_name = LineField(label="To whom", help_text="The agency, person or organization.")
    to_address = LineField(label="Their address", required=False)
    what = LineField(label="What was disclosed", rows=2, longest=1000)
    purpose = LineField(
        label="For what purpose",
        rows=2,
        longest=1000,
        help_text="In a few words, or which written request it answers.",
    )
    basis = ChoiceField(label="What allowed it", choices=_CHOICES)
    last_on = PastDayField(
        label="The last of several", required=False, help_text="To the same, for one purpose."
    )
    often = LineField(label="How often", required=False)


class SuspensionForm(ActionForm):
    """Ends in `suspend_disclosure`."""

    stated_by = LineField(label="Who stated it", help_text="The official and the agency.")
    is_written = ChoiceField(
        label="The statement is",
        choices=[("yes", "Written"), ("no", "Oral: it holds for at most 30 days")],
        widget=forms.RadioSelect,
    )
    stated_on = PastDayField(label="Stated on")
    until = DayField(
        label="Until", required=False, help_text="A written statement says it; 30 days otherwise."
    )

    def inputs(self) -> dict[str, Any]:
        said = super().inputs()
        return {**said, "is_written": said["is_written"] == "yes"}


class AccountDays(PlainForm):
    """The days of an account, sent by GET."""

    since = PastDayField(label="From", required=False)
    until = PastDayField(label="Until", required=False)

    def days(self) -> tuple[date | None, date | None]:
        self.is_valid()
        return self.cleaned_data.get("since"), self.cleaned_data.get("until")


class AccountForm(ActionForm):
    """Ends in `give_accounting`, for the days that the page shows."""

    since = forms.DateField(widget=forms.HiddenInput, required=False)
    until = forms.DateField(widget=forms.HiddenInput, required=False)
