from django import forms

from caredesk.access.credentials import LONGEST
from caredesk.ui.forms import PlainForm


class SignInForm(PlainForm):
    """Who signs in."""

    username = forms.CharField(
        label="Name you sign in with",
        max_length=200,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}
        ),
    )
    password = forms.CharField(
        label="Password",
        # Accents typed in two parts are longer than they are kept.
        max_length=4 * LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
