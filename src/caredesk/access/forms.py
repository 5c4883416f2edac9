from typing import Any

from django import forms
from django.http import QueryDict

from caredesk.access.credentials import LONGEST
from caredesk.ui.forms import PlainForm


class SignInForm(PlainForm):
    """Who signs in. The name stays, so the focus goes to the password once there is one."""

    username = forms.CharField(
        label="Name you sign in with",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label="Password",
        # Accents typed in two parts are longer than they are kept.
        max_length=4 * LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, data: QueryDict | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        first = "password" if self["username"].value() else "username"
        self.fields[first].widget.attrs["autofocus"] = True
