"""What a manager types about those who sign in."""

from collections.abc import Iterable
from typing import Any

from django import forms

from caredesk.access.credentials import LONGEST
from caredesk.access.rules import ROLES, role_words
from caredesk.ui.forms import ActionForm, PlainForm


def _choices(roles: Iterable[str]) -> list[tuple[str, str]]:
    return [(role, role_words(role).capitalize()) for role in roles]


def _roles() -> list[tuple[str, str]]:
    return _choices(ROLES)


def _one_time_password() -> forms.CharField:
    return forms.CharField(
        label="Password for the first sign-in",
        max_length=4 * LONGEST,
        strip=False,
        help_text="Tell it to them. It is good once: they choose their own when they sign in.",
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


class NewUserForm(ActionForm):
    """Somebody who may sign in from now on."""

    name = forms.CharField(
        label="Name", max_length=200, help_text="As colleagues see it: Ana Ruiz, Dr Mei Chen."
    )
    username = forms.CharField(
        label="Name to sign in with",
        max_length=200,
        help_text="Short, and easy to type: ana.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    roles = forms.MultipleChoiceField(label="Roles", widget=forms.CheckboxSelectMultiple)
    password = _one_time_password()

    def __init__(self, *args: Any, roles: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["roles"].choices = _choices(roles)  # type: ignore[attr-defined]


class PasswordForm(ActionForm):
    password = _one_time_password()


class RoleForm(PlainForm):
    """One more role, of those not held yet."""

    role = forms.ChoiceField(label="One more role")

    def __init__(self, *args: Any, roles: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["role"].choices = _choices(roles)  # type: ignore[attr-defined]


class DemandsForm(PlainForm):
    """The roles of which a second factor is demanded."""

    roles = forms.MultipleChoiceField(
        label="A second step is asked of",
        choices=_roles,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
