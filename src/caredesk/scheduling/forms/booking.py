"""What is said of a visit when its time is taken, and the reasons that soft stops ask for."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict

from caredesk.kernel.errors import NeedsReason
from caredesk.scheduling.chosen import Chosen, read_chosen, read_id
from caredesk.scheduling.forms.offers import Offer, offer_alternatives
from caredesk.ui.fields import LineField
from caredesk.ui.forms import ActionForm

YES = "1"


class TakeForm(ActionForm):
    """Common to booking and moving: the chosen time travels with the form."""

    availability_reason = LineField(label="Why outside the hours", required=False)
    overlap_reason = LineField(label="Why both visits", required=False)
    overbook_reason = LineField(label="Why overbook", required=False)
    time = forms.CharField(widget=forms.HiddenInput)
    hold = forms.CharField(widget=forms.HiddenInput, required=False)
    overbook = forms.CharField(widget=forms.HiddenInput, required=False)

    asked_later: ClassVar = ("availability_reason", "overlap_reason", "overbook_reason")
    stop_templates: ClassVar = {
        "own_overlap": "scheduling/own_overlap.html",
        "outside_availability": "scheduling/outside_availability.html",
    }
    busy_template: ClassVar = "scheduling/busy.html"

    def __init__(self, data: QueryDict | None, *, desk: str, **options: Any) -> None:
        """`desk` is the zone of the clock that one has before one."""
        super().__init__(_as_pressed(data), **options)
        self.desk = desk
        self.ahead: list[tuple[NeedsReason, str, BoundField]] = []
        if self.overbooks:
            self.fields["overbook_reason"].required = not self.asks_to_overbook

    def foresee(self, stops: Sequence[NeedsReason]) -> None:
        """Stops that the time will meet: told with it, each with the field that answers it."""
        for stop in stops:
            self.fields[stop.field].required = True
            self.ahead.append((stop, self.stop_templates[stop.code], self[stop.field]))
        if self.ahead and not self.is_bound:
            self.ahead[0][2].field.widget.attrs["autofocus"] = True

    @property
    def asks_to_overbook(self) -> bool:
        """Overbooking was only just wished: now it is asked why."""
        return self.is_bound and "ask" in self.data

    @property
    def overbooks(self) -> bool:
        return bool(self["overbook"].value() == YES)

    @property
    def chosen_time(self) -> Chosen | None:
        return read_chosen(str(self["time"].value() or ""))

    @property
    def alternatives(self) -> list[Offer]:
        return offer_alternatives(self.busy, self.desk)

    def is_shown(self, name: str) -> bool:
        if any(field.name == name for _, _, field in self.ahead):
            return False  # shown with what is foreseen
        return super().is_shown(name) or (name == "overbook_reason" and self.overbooks)

    @property
    def shown(self) -> list[BoundField]:
        """The focus is at the first that is foreseen, if anything is."""
        if not self.ahead or self.is_bound:
            return super().shown
        return [each for each in self.visible_fields() if self.is_shown(each.name)]

    def clean_time(self) -> Chosen:
        chosen = read_chosen(self.cleaned_data["time"])
        if chosen is None:
            raise forms.ValidationError("This is not one of the times. Choose again.")
        return chosen

    def inputs(self) -> dict[str, Any]:
        found = super().inputs()
        chosen: Chosen = found.pop("time")
        found.pop("overbook")
        return {
            **found,
            "starts_at": chosen.starts_at,
            "site": chosen.site,
            "resources": list(chosen.resources),
            "hold": read_id(found["hold"]),
        }


class BookForm(TakeForm):
    """Ends in `book_appointment`."""

    reason = LineField(
        label="Reason", required=False, help_text="Shown on the board and to the practitioner."
    )
    asked_by = LineField(label="Who asked", required=False, help_text="If not the patient.")
    note = LineField(label="Note for the desk", longest=4000, rows=2, required=False)
    visit_type = forms.CharField(widget=forms.HiddenInput)


class MoveForm(TakeForm):
    """Ends in `move_appointment`."""

    reason = LineField(label="Reason", required=False, help_text="Kept in the visit's history.")
    asked_by = LineField(label="Who asked", required=False)


def _as_pressed(data: QueryDict | None) -> QueryDict | None:
    """An alternative takes the place of the time that was lost; overbooking goes on with it."""
    if data is None:
        return None
    sent = data.copy()
    if data.get("alternative"):
        sent["time"], sent["overbook"] = str(data["alternative"]), ""
    elif "ask" in data:
        sent["overbook"] = YES
    return sent
