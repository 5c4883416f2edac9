"""What is typed on the way in. None of it is ever kept half typed."""

from django import forms
from django.core.exceptions import ValidationError

from caredesk.access.credentials import LONGEST
from caredesk.ui.forms import ActionForm


class CodeForm(ActionForm):
    """The code that an authenticator app shows now."""

    code = forms.CharField(
        label="Code from your authenticator app",
        max_length=20,
        help_text="Six digits. The app shows new ones every 30 seconds.",
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "spellcheck": "false",
            }
        ),
    )


class RecoveryCodeForm(ActionForm):
    """One of the codes that were kept for a lost telephone."""

    code = forms.CharField(
        label="Recovery code",
        max_length=40,
        help_text="One of the ten you kept, like 7k2mx-q9v4t. Each is good once.",
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


class NewPasswordForm(ActionForm):
    """A password of one's own, typed twice as nobody sees it."""

    new = forms.CharField(
        label="New password",
        max_length=4 * LONGEST,
        strip=False,
        help_text="At least 8 characters. A short sentence is easy to remember and hard to guess.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="The same again",
        max_length=4 * LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if "new" in self.cleaned_data and again != self.cleaned_data["new"]:
            raise ValidationError("The two are not the same. Type both again.")
        return again

    def inputs(self) -> dict[str, str]:
        return {"new": self.cleaned_data["new"]}
