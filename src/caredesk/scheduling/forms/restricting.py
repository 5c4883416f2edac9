"""Who still sees a visit."""

from typing import Any
from uuid import UUID

from django.http import QueryDict

from caredesk.people.forms.restrictions import RestrictionForm


class RestrictVisitForm(RestrictionForm):
    """Ends in `restrict_visit`: the same as of a patient, in a visit's words."""

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        colleagues: list[tuple[UUID, str]],
        **options: Any,
    ) -> None:
        super().__init__(data, colleagues=colleagues, **options)
        self.fields["level"].help_text = (
            "Others see that the time is taken, and among the patient's visits a time, no more. "
            "A hidden visit is not among them."
        )
        known = {id for id, _ in colleagues}
        if known.intersection(self.initial.get("users", [])):
            self.fields["users"].help_text = "Whoever has the visit is chosen already."
        self.fields["roles"].help_text = "Everybody with one of these roles sees the visit as ever."
