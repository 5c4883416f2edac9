from typing import Any

from django import forms

from caredesk.access.credentials import LONGEST as LONGEST_PASSWORD
from caredesk.access.locking.rules import LONGEST, PIN_LONGEST, SHORTEST
from caredesk.ui.forms import ActionForm, PlainForm

MINUTES = f"Type {SHORTEST} to {LONGEST}."


def _digits(label: str, help_text: str = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "off", "inputmode": "numeric"})
    return forms.CharField(label=label, max_length=PIN_LONGEST, help_text=help_text, widget=widget)


class UnlockForm(PlainForm):
    """The one field of the cover: the PIN where its holder has one, else the password."""

    secret = forms.CharField(
        label="Password",
        max_length=4 * LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, data: Any = None, *, has_pin: bool, **options: Any) -> None:
        super().__init__(data, **options)
        self.asks_pin = has_pin
        if has_pin:
            field = self.fields["secret"]
            field.label = "PIN"
            field.widget.attrs |= {"autocomplete": "off", "inputmode": "numeric"}

    def ask_password(self) -> None:
        """Where the PIN opens no more: on a phone its field has no letters."""
        self.asks_pin = False
        field = self.fields["secret"]
        field.label = "Password"
        field.widget.attrs["autocomplete"] = "current-password"
        field.widget.attrs.pop("inputmode", None)


class PinForm(ActionForm):
    """A PIN is typed twice: nobody sees what was typed."""

    pin = _digits("New PIN", "4 to 8 digits. It unlocks your own screens and nothing else.")
    again = _digits("The same PIN again")

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if found.get("again") and found.get("pin") != found["again"]:
            self.add_error("again", "These are not the same digits. Type them again.")
        return found

    def inputs(self) -> dict[str, Any]:
        return {"pin": self.cleaned_data["pin"]}


class IdleForm(ActionForm):
    """One role's idle time."""

    role = forms.CharField(widget=forms.HiddenInput)
    minutes = forms.IntegerField(
        label="Minutes",
        error_messages=dict.fromkeys(("min_value", "max_value", "invalid"), MINUTES),
        min_value=SHORTEST,
        max_value=LONGEST,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
