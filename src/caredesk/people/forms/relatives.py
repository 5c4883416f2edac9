"""Who belongs to a patient, and what may be told to them."""

from django import forms

from caredesk.people.forms.fields import PhoneField
from caredesk.ui.fields import LineField
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
        help_text="Form signed 3 Mar 2026, court order 12/881 …",
    )
