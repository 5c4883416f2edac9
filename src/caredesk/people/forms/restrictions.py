"""Restricting who sees a patient, and breaking the glass."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict

from caredesk.access.rules import STAFF, role_words
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


class EndForm(ActionForm):
    """Ends a restriction; who is outside its circle is asked why. `to` is where one goes on."""

    to = forms.CharField(widget=forms.HiddenInput, required=False)
    why = LineField(
        label="Why", required=False, help_text="The privacy officer and the physician read it."
    )
    asked_later = ("why",)

    def inputs(self) -> dict[str, Any]:
        return {"why": self.cleaned_data["why"]}


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
        choices=[(role, role_words(role).capitalize()) for role in STAFF],
        widget=forms.CheckboxSelectMultiple,
        help_text="Everybody with one of these roles sees the patient as ever.",
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        colleagues: list[tuple[UUID, str]],
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        self.fields["users"].choices = colleagues  # type: ignore[attr-defined]
