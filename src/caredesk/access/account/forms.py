"""What is typed in one's account. Passwords and codes are never kept half typed."""

from django import forms

from caredesk.access.credentials import LONGEST
from caredesk.access.factors.setting_up import LONGEST_NAME
from caredesk.access.sign_in.forms import NewPasswordForm
from caredesk.ui.forms import ActionForm, PlainForm


class ProveForm(PlainForm):
    """The password once more, before something that matters is changed."""

    password = forms.CharField(
        label="Your password",
        max_length=4 * LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class ChangePasswordForm(NewPasswordForm):
    """The present password, then the new one twice."""

    current = forms.CharField(
        label="Password now",
        max_length=4 * LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ("current", "new", "again")

    def inputs(self) -> dict[str, str]:
        return {"current": self.cleaned_data["current"], **super().inputs()}


class PasskeyNameForm(ActionForm):
    name = forms.CharField(
        label="Name of the passkey",
        max_length=LONGEST_NAME,
        help_text="What you will know it by: this computer, my telephone, the blue key.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
