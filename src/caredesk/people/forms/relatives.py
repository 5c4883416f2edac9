"""Who belongs to a patient, and what may be told to them."""

from django import forms

from caredesk.people.forms.fields import PhoneField
from caredesk.ui.fields import DayField, LineField
from caredesk.ui.forms import ActionForm

TOLD = [
    ("times", "Times of visits"),
    ("clinical", "Clinical matters"),
    ("billing", "Bills"),
]


class RelativeForm(ActionForm):
    name = LineField(label="Name")
    relationship = LineField(label="Relationship", help_text="Daughter, husband, neighbour …")
    phone = PhoneField(label="Phone", required=False)
    is_guardian = forms.BooleanField(label="Is the legal guardian", required=False)
    may_be_told = forms.MultipleChoiceField(
        label="May be told",
        choices=TOLD,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Nothing chosen means: tell them nothing.",
    )
    proof = LineField(
        label="What allows it",
        required=False,
        help_text="Release form on file, court order 12/881 …",
    )
    form_signed_on = DayField(label="Form signed on", required=False)
    told_until = DayField(
        label="Until", required=False, help_text="From the day after, tell them nothing."
    )


class CodeWordForm(ActionForm):
    """The word that was agreed. It is not shown again."""

    code_word = LineField(
        label="Code word",
        longest=100,
        help_text="Agreed with the patient. Nobody can read it afterwards, only compare it.",
    )


class CallerForm(ActionForm):
    """What a caller says, to be compared."""

    said = LineField(label="What the caller says", longest=100)
