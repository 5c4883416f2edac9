"""Restricting who sees a patient, and breaking the glass."""

from typing import Any

from django import forms
from django.http import QueryDict

from caredesk.people.forms.fields import ChoiceField
from caredesk.people.rules.restrictions import (
    GLASS_REASONS,
    KIND_WORDS,
    LEVEL_WORDS,
    USUAL_MINUTES,
)
from caredesk.ui.fields import LineField
from caredesk.ui.forms import ActionForm

MINUTES = [("15", "15 minutes"), ("60", "1 hour"), ("240", "4 hours"), ("480", "8 hours")]


class GlassForm(ActionForm):
    """Why somebody outside the circle must look."""

    reason = ChoiceField(label="Why", choices=[("", "Choose …"), *GLASS_REASONS.items()])
    words = LineField(
        label="In a few words",
        help_text="The privacy officer and the patient's physician read it.",
    )
    minutes = ChoiceField(label="For how long", choices=MINUTES, initial=str(USUAL_MINUTES))


class RestrictionForm(ActionForm):
    """Who still sees the patient: whoever is chosen here, and who restricts."""

    kind = ChoiceField(label="What for", choices=list(KIND_WORDS.items()), initial="own_request")
    level = ChoiceField(
        label="How strict",
        choices=list(LEVEL_WORDS.items()),
        help_text="Others find a restricted patient by name, birth date and record number alone.",
    )
    why = LineField(label="Why", help_text="Only those in the circle read it.")
    users = forms.MultipleChoiceField(
        label="Colleagues in the circle", required=False, widget=forms.CheckboxSelectMultiple
    )
    roles = forms.MultipleChoiceField(
        label="Roles in the circle",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Everybody with one of these roles sees the patient as ever.",
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        users: list[tuple[str, str]],
        roles: list[tuple[str, str]],
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        self.fields["users"].choices = users  # type: ignore[attr-defined]
        self.fields["roles"].choices = roles  # type: ignore[attr-defined]
