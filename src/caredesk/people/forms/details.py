"""Who a patient is, changed; and that a patient has died."""

from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundField

from caredesk.people.forms.fields import (
    CHANNELS,
    SEXES,
    ChangeForm,
    ChoiceField,
    Rows,
    in_rows,
    languages,
    with_birth,
)
from caredesk.people.queries import PatientDetails
from caredesk.ui.fields import BirthField, LineField, PastField
from caredesk.ui.forms import ActionForm
from caredesk.ui.typed import PartialDate

ROWS: Rows = (
    ("given", "family"),
    ("middle", "suffix"),
    ("preferred_name", "former_family"),
    ("birth_date", "sex"),
    ("gender_identity", "pronouns"),
    ("language", "preferred_channel"),
    ("interpreter_needed",),
)


class DetailsForm(ChangeForm):
    given = LineField(label="Given name", required=False)
    family = LineField(label="Surname")
    middle = LineField(label="Middle name", required=False)
    suffix = LineField(label="Suffix", required=False, help_text="Jr., III …")
    preferred_name = LineField(
        label="Preferred name", required=False, help_text="How to call the patient."
    )
    former_family = LineField(label="Former surname", required=False)
    birth_date = BirthField(label="Date of birth")
    sex = ChoiceField(label="Sex", choices=SEXES)
    gender_identity = LineField(label="Gender identity", required=False)
    pronouns = LineField(label="Pronouns", required=False)
    language = ChoiceField(label="Language", required=False)
    interpreter_needed = forms.BooleanField(label="Needs an interpreter", required=False)
    preferred_channel = ChoiceField(label="Reach by", choices=CHANNELS)

    aliases: ClassVar = {"birth_precision": "birth_date"}

    def __init__(self, *args: Any, of: PatientDetails, **options: Any) -> None:
        super().__init__(*args, initial=_values(of), **options)
        self.fields["language"].choices = languages(of.language)  # type: ignore[attr-defined]

    @property
    def rows(self) -> list[list[BoundField]]:
        return in_rows(self, ROWS)

    def inputs(self) -> dict[str, Any]:
        return with_birth(super().inputs())


def _values(of: PatientDetails) -> dict[str, Any]:
    values = {name: getattr(of, name) for name in DetailsForm.base_fields if hasattr(of, name)}
    return values | {"birth_date": PartialDate(of.birth.day, of.birth.precision)}


class DeathForm(ActionForm):
    """No day means: it is not known when. A second button says that it was a mistake."""

    deceased_on = PastField(
        label="Died on", required=False, help_text="3 mar 2026, mar 2026 or 2026; empty: not known."
    )

    aliases: ClassVar = {"precision": "deceased_on"}

    @property
    def is_mistake(self) -> bool:
        return "mistake" in self.data

    def inputs(self) -> dict[str, Any]:
        if self.is_mistake:
            return {"deceased": False}
        died = super().inputs()["deceased_on"]
        if died is None:
            return {"deceased": True}
        return {"deceased": True, "deceased_on": died.value, "precision": died.precision}
