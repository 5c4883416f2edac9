"""What a manager says of a program."""

import re
from typing import Any
from uuid import UUID

from django import forms

from caredesk.access.tokens.ports import known_patients
from caredesk.access.tokens.rules import (
    LONGEST_DAYS,
    MOST_PER_MINUTE,
    NEVER,
    USUAL_PER_MINUTE,
)
from caredesk.kernel.actor import Actor
from caredesk.kernel.permissions import declared
from caredesk.ui.fields import LineField
from caredesk.ui.forms import ActionForm

_DAYS = [(7, "A week"), (30, "30 days"), (90, "90 days"), (LONGEST_DAYS, "A year")]


class NewProgramForm(ActionForm):
    """A program with what it may do; offered is what the manager may do, too."""

    name = LineField(label="Name", help_text="By it you know what it does: Laboratory results.")
    permissions = forms.MultipleChoiceField(
        label="It may", widget=forms.CheckboxSelectMultiple, error_messages={}
    )
    patients = LineField(
        label="Only these patients",
        longest=4_000,
        required=False,
        help_text="Record numbers with spaces between. Empty: all patients, if it may see them.",
    )
    days = forms.TypedChoiceField(label="Comes in for", choices=_DAYS, coerce=int, initial=90)
    per_minute = forms.IntegerField(
        label="Requests a minute",
        min_value=1,
        max_value=MOST_PER_MINUTE,
        initial=USUAL_PER_MINUTE,
        help_text="Beyond these it is told to come back later.",
    )

    def __init__(self, *args: Any, by: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self._by = by
        self.fields["permissions"].choices = offered(by)  # type: ignore[attr-defined]

    def clean_patients(self) -> list[UUID] | None:
        typed = re.split(r"[\s,;]+", self.cleaned_data["patients"].strip())
        wanted = [each for each in typed if each]
        if not wanted:
            return None
        if not self._by.may("people.view"):
            raise forms.ValidationError("You may not see patients, so you name none. Leave it.")
        found = known_patients.ask.by_number(self._by, wanted)
        if missing := [each for each in wanted if each not in found]:
            raise forms.ValidationError(
                f"Nobody has this number: {', '.join(missing)}. Look it up under Patients."
            )
        return list(dict.fromkeys(found.values()))


def offered(by: Actor) -> list[tuple[str, str]]:
    """What `by` could let a program do: the names with their sentences."""
    return [
        (name, each.sentence)
        for name, each in declared().items()
        if each.whose == "staff" and name not in NEVER and by.may(name)
    ]
