"""Registering asks for what is needed; the rest is folded away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundField

from caredesk.people.forms.fields import (
    CHANNELS,
    PHONE_USES,
    SEXES,
    ChoiceField,
    MailField,
    PhoneField,
    Rows,
    in_rows,
    languages,
    with_birth,
)
from caredesk.people.rules.names import fold
from caredesk.people.rules.phones import read_phone, show
from caredesk.ui import times
from caredesk.ui.fields import BirthField, LineField
from caredesk.ui.forms import ActionForm
from caredesk.ui.typed import PartialDate

ASKED: Rows = (
    ("given", "family"),
    ("birth_date", "sex"),
    ("phone",),
    ("duplicate_reason",),
)
FOLDED: Rows = (
    ("phone_use", "email"),
    ("middle", "suffix"),
    ("preferred_name", "former_family"),
    ("gender_identity", "pronouns"),
    ("language", "preferred_channel"),
    ("interpreter_needed",),
)


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One fact of two people, side by side."""

    name: str
    typed: str
    known: str
    is_same: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was typed beside somebody who is a patient already."""

    id: str
    name: str
    whose: str
    reasons: Sequence[str]
    rows: Sequence[ComparedRow]


class RegisterForm(ActionForm):
    given = LineField(label="Given name", required=False)
    family = LineField(label="Surname")
    birth_date = BirthField(
        label="Date of birth", help_text="3/7/74, 7 mar 1974; mar 1974 where the day is not known."
    )
    sex = ChoiceField(label="Sex", choices=[("", "Choose"), *SEXES])
    phone = PhoneField(label="Phone", required=False)
    phone_use = ChoiceField(label="Kind of phone", choices=PHONE_USES, initial="mobile")
    email = MailField(label="E-mail", required=False)
    middle = LineField(label="Middle name", required=False)
    suffix = LineField(label="Suffix", required=False, help_text="Jr., III …")
    preferred_name = LineField(
        label="Preferred name", required=False, help_text="How to call the patient."
    )
    former_family = LineField(label="Former surname", required=False)
    gender_identity = LineField(label="Gender identity", required=False)
    pronouns = LineField(label="Pronouns", required=False)
    language = ChoiceField(label="Language", choices=languages, required=False)
    interpreter_needed = forms.BooleanField(label="Needs an interpreter", required=False)
    preferred_channel = ChoiceField(label="Reach by", choices=CHANNELS, initial="phone")
    duplicate_reason = LineField(label="Why this is somebody else", required=False)

    aliases: ClassVar = {"birth_precision": "birth_date"}
    asked_later: ClassVar = ("duplicate_reason",)
    stop_templates: ClassVar = {"likely_duplicate": "people/likely_duplicate.html"}

    def inputs(self) -> dict[str, Any]:
        return with_birth(super().inputs())

    @property
    def asked(self) -> list[list[BoundField]]:
        return in_rows(self, ASKED)

    @property
    def folded(self) -> list[list[BoundField]]:
        return in_rows(self, FOLDED)

    @property
    def is_unfolded(self) -> bool:
        """Whether something is to be seen among the folded fields."""
        touched = self.touched
        return any(each.errors or each.name in touched for row in self.folded for each in row)

    @property
    def comparisons(self) -> list[Comparison]:
        """The soft stop's other people beside what was typed."""
        others = self.stop.facts["others"] if self.stop else []
        return [_compare(self.cleaned_data, other) for other in others]


def _compare(typed: Mapping[str, Any], other: Mapping[str, Any]) -> Comparison:
    whose = {"female": "her", "male": "his"}.get(str(other["sex"]), "this")
    return Comparison(
        id=str(other["id"]),
        name=str(other["name"]),
        whose=whose,
        reasons=other["reasons"],
        rows=list(_rows(typed, other)),
    )


def _rows(typed: Mapping[str, Any], other: Mapping[str, Any]) -> Sequence[ComparedRow]:
    name = " ".join(filter(None, [typed["given"], typed["middle"], typed["family"]]))
    birth: PartialDate = typed["birth_date"]
    phone = read_phone(str(typed["phone"]))
    rows = [
        _row("Name", name, other["name"]),
        _row("Born", times.partial_date_words(birth), other["birth_date"]),
        _row("Died", "", other["deceased_words"].removeprefix("died ")),
        _row("Sex", str(typed["sex"]), other["sex"]),
        _row("Phone", show(phone.e164) if phone.e164 else phone.as_typed, other["phone"]),
        _row("Address", "", other["address"]),
        _row("Number", "", other["record_number"]),
    ]
    return [row for row in rows if row.typed or row.known]


def _row(name: str, typed: str, known: str) -> ComparedRow:
    return ComparedRow(name, typed, known, bool(typed) and fold(typed) == fold(known))
