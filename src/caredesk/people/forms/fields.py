"""Fields that several of this room's forms have, and the words for what one chooses."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundField

from caredesk.people.rules.languages import LANGUAGES, language_words
from caredesk.ui.fields import LineField
from caredesk.ui.forms import ActionForm
from caredesk.ui.typed import PartialDate

type Choices = list[tuple[str, str]]

SEXES: Choices = [
    ("female", "Female"),
    ("male", "Male"),
    ("other", "Other"),
    ("unknown", "Unknown"),
]
CHANNELS: Choices = [
    ("phone", "Phone"),
    ("text", "Text message"),
    ("mail", "E-mail"),
    ("post", "Post"),
    ("portal", "Patient portal"),
]
PHONE_USES: Choices = [
    ("mobile", "Mobile"),
    ("home", "Home"),
    ("work", "Work"),
    ("other", "Other"),
]


class PhoneField(LineField):
    """A telephone number in any usual form."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.TextInput({"type": "tel"}), **options)


class MailField(LineField):
    """An address for mail."""

    def __init__(self, **options: Any) -> None:
        attributes = {"type": "email", "autocapitalize": "none", "spellcheck": "false"}
        super().__init__(widget=forms.TextInput(attributes), **options)


class ChoiceField(forms.ChoiceField):
    """One of a few words."""

    default_error_messages: ClassVar = {"invalid_choice": "Choose one of the list."}

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"autocomplete": "off"}


def languages(known: str = "") -> Choices:
    """The languages to choose from, with the one that is already known."""
    choices = [("", "Not known"), *sorted(LANGUAGES.items(), key=lambda each: each[1])]
    if known and known not in LANGUAGES:
        choices.insert(1, (known, language_words(known)))
    return choices


def with_birth(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed as a date of birth, as the action's two inputs."""
    typed = inputs.get("birth_date")
    if not isinstance(typed, PartialDate):
        return dict(inputs)
    return {**inputs, "birth_date": typed.value, "birth_precision": typed.precision}


type Rows = tuple[tuple[str, ...], ...]


def in_rows(form: ActionForm, rows: Rows) -> list[list[BoundField]]:
    """The fields to show of those named, side by side where they belong together."""
    shown = {each.name: each for each in form.shown}
    found = [[shown[name] for name in names if name in shown] for names in rows]
    return [fields for fields in found if fields]


class ChangeForm(ActionForm):
    """Sends only what differs from what the page showed.

    So it takes nothing back that a colleague has changed in the meantime.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            field.show_hidden_initial = name != "key"

    def inputs(self) -> dict[str, Any]:
        changed = set(self.changed_data)
        return {name: value for name, value in super().inputs().items() if name in changed}
