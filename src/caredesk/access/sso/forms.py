from django import forms

from caredesk.ui.forms import ActionForm


class SubjectForm(ActionForm):
    subject = forms.CharField(
        label="The person's identifier",
        max_length=255,
        help_text="The page shows it to whoever signs in there and is not known here yet.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )


class EmailForm(ActionForm):
    email = forms.CharField(
        label="Address of e-mail",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "email"}),
    )
