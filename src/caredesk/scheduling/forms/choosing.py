"""The time one takes: a button of the free ones, or any day and time one types."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.http import QueryDict

from caredesk.kernel import clock
from caredesk.kernel.errors import Refused
from caredesk.scheduling.chosen import Chosen, read_chosen, read_id
from caredesk.scheduling.forms.offers import Offer, offer_alternatives
from caredesk.scheduling.forms.setup import Setup, SiteSelect, tell_zones
from caredesk.ui.fields import ClockField, DayField
from caredesk.ui.forms import ActionForm

TYPED = ("day", "time_of_day")


class ChooseForm(ActionForm):
    """Ends in `hold_time`. `wanted` is what was pressed or typed, once the form is valid."""

    day = DayField(label="Day", help_text="24 nov, tue or in 2 weeks")
    time_of_day = ClockField(label="Time", help_text="9, 9:20 or 2pm")
    with_whom = forms.ChoiceField(label="With", required=False)
    at_site = forms.ChoiceField(label="Site", required=False, widget=SiteSelect)

    aliases: ClassVar = {"starts_at": "time_of_day", "site": "at_site", "resources": "with_whom"}
    busy_template: ClassVar = "scheduling/busy.html"

    def __init__(
        self, data: QueryDict | None, setup: Setup, begun: Mapping[str, Any] | None = None
    ) -> None:
        site = (data or begun or {}).get("at_site") or ""
        super().__init__(data, zone=setup.zone(read_id(str(site))), initial=dict(begun or {}))
        self.setup = setup
        self.wanted: Chosen | None = None
        self._ask_for_typed(not self.pressed)
        self._offer("with_whom", [("", "Anyone"), *setup.practitioner_choices])
        self._offer("at_site", setup.site_choices)
        tell_zones(self.fields["at_site"], setup)
        if not setup.has_several_sites:
            del self.fields["at_site"]

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        field.error_messages["invalid_choice"] = "Choose one of the list."

    def _ask_for_typed(self, is_needed: bool) -> None:
        for name in TYPED:
            self.fields[name].required = is_needed

    def inputs(self) -> dict[str, Any]:
        if self.wanted is None:
            return {}
        return {
            "starts_at": self.wanted.starts_at,
            "site": self.wanted.site,
            "resources": list(self.wanted.resources),
        }

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        # Who pressed a time typed none; who reads the page again needs both to type one.
        self._ask_for_typed(True)
        if self.pressed:
            self.wanted = read_chosen(self.pressed)
            if self.wanted is None:
                self.add_error(None, "This is not one of the times. Choose again.")
        elif not self.errors:
            self._read_typed(found)
        return found

    @property
    def pressed(self) -> str:
        """The button of a time; empty where one was typed."""
        return str(self.data.get("alternative") or self.data.get("time") or "")

    def show_problems(self, problems: Any) -> None:
        """Of a time that was pressed no typed field is to blame."""
        if not self.pressed:
            return super().show_problems(problems)
        for each in problems:
            self.add_error(None, f"{each.message} {each.next_step}".strip())
        return None

    def _read_typed(self, found: Mapping[str, Any]) -> None:
        site = read_id(found.get("at_site") or "") or self._main_site
        wall, fold = self._picked(datetime.combine(found["day"], found["time_of_day"]))
        try:
            at = clock.instant(wall, self.setup.zone(site), fold=fold, field="starts_at")
        except Refused as refused:
            self.show_problems(refused.problems)
        except OverflowError:
            self.add_error("day", "This date is out of reach. Choose a day from now on.")
        else:
            resource = read_id(found.get("with_whom") or "")
            self.wanted = Chosen(at, site, (resource,) if resource else ())

    def _picked(self, wall: datetime) -> tuple[datetime, int | None]:
        """The typed time, or the choice that was pressed where the clocks skip or repeat it."""
        picked = self.chosen("time_of_day")
        if picked in {"0", "1"}:
            return wall, int(picked)
        try:
            following = datetime.fromisoformat(picked)
        except ValueError:
            return wall, None
        return (following if following.tzinfo is None else wall), None

    @property
    def _main_site(self) -> UUID | None:
        return self.setup.sites[0].id if self.setup.sites else None

    @property
    def alternatives(self) -> list[Offer]:
        return offer_alternatives(self.busy, self.setup.zone())

    @property
    def is_typed(self) -> bool:
        """Whether something is to be seen among the typed fields."""
        return any(self[name].value() or self[name].errors for name in TYPED)
