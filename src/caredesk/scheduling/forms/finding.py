"""What a caller wishes: kind of visit, with whom, where, on which days, at what time of day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict

from caredesk.kernel import clock
from caredesk.scheduling.chosen import Chosen, read_id, read_instant, stamp
from caredesk.scheduling.forms.setup import Setup, SiteSelect, tell_zones, treats
from caredesk.scheduling.free_days import BEYOND_HORIZON, HORIZON_DAYS
from caredesk.scheduling.rules.openings import wall_day
from caredesk.ui.fields import ClockField, DayField
from caredesk.ui.forms import PlainForm

WEEKDAYS = [
    (str(n), name) for n, name in enumerate(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"])
]
NOT_AFTER = "This is not after “From what time”."
FOLDED = ("weekday", "since", "until", "earliest")


@dataclass(frozen=True, slots=True)
class Gap:
    """A free stretch of the day board from which one began: its time, its column, its site."""

    at: datetime
    resource: UUID | None = None
    site: UUID | None = None

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "Gap | None":
        """Out of an address; nonsense in it is no gap, and what has gone by is none either."""
        at = read_instant(str(data.get("at", "")))
        if at is None or at <= clock.now():
            return None
        return cls(at, read_id(str(data.get("resource", ""))), read_id(str(data.get("site", ""))))

    @property
    def chosen(self) -> Chosen:
        return Chosen(self.at, self.site, (self.resource,) if self.resource else ())


class FindForm(PlainForm):
    """The filters. They are nobody's secret, so they may stand in the address."""

    visit_type = forms.ChoiceField(label="Kind of visit")
    practitioner = forms.MultipleChoiceField(
        label="With", required=False, widget=forms.CheckboxSelectMultiple
    )
    site = forms.ChoiceField(label="Site", required=False, widget=SiteSelect)
    weekday = forms.MultipleChoiceField(
        label="On", required=False, widget=forms.CheckboxSelectMultiple
    )
    since = ClockField(label="From what time", required=False, help_text="8, 9:20 or 2pm")
    until = ClockField(label="Until what time", required=False, help_text="11:30, noon or 5pm")
    earliest = DayField(
        label="Not before what day", required=False, help_text="24 nov, tue or in 2 weeks"
    )
    at = forms.CharField(required=False, widget=forms.HiddenInput)
    resource = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: QueryDict, setup: Setup, gap: Gap | None, begun: Mapping[str, Any]
    ) -> None:
        """`data` are filters only where they hold one that is always sent."""
        sent = data if "earliest" in data else None
        initial = {**begun, **_from_gap(setup, gap)}
        site = (initial if sent is None else sent).get("site") or ""
        zone = setup.zone(read_id(str(site)))
        super().__init__(sent, zone=zone, initial=initial)
        self.setup = setup
        self._offer("visit_type", [("", "Choose the kind of visit"), *setup.visit_type_choices])
        self._offer("practitioner", setup.practitioner_choices)
        self._offer("site", [("", "Any site"), *setup.site_choices])
        tell_zones(self.fields["site"], setup)
        self._offer("weekday", WEEKDAYS)
        if not setup.has_several_sites:
            del self.fields["site"]
        if sent is None:
            self.fields["visit_type"].widget.attrs["autofocus"] = True

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        field.error_messages["invalid_choice"] = "Choose one of the list."

    def keep_kind(self) -> None:
        """A visit that is moved stays of its kind."""
        del self.fields["visit_type"]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = found.get("since"), found.get("until")
        if since and until and until <= since:
            self.add_error("until", NOT_AFTER)
        earliest = found.get("earliest")
        if earliest and not self._is_kept(earliest, read_id(found.get("site") or "")):
            self.add_error("earliest", f"{BEYOND_HORIZON} Choose an earlier day.")
        return found

    def _is_kept(self, day: date, site: UUID | None) -> bool:
        ahead = day - clock.today(self.setup.zone(site))
        return ahead.days < HORIZON_DAYS - 1

    @property
    def wrong_order(self) -> str:
        """That the times are the wrong way round, which no single field can say by itself."""
        return NOT_AFTER if NOT_AFTER in self.errors.get("until", ()) else ""

    @property
    def kind(self) -> UUID | None:
        """The kind of visit, once it is chosen."""
        self.is_valid()
        return read_id(getattr(self, "cleaned_data", {}).get("visit_type") or "")

    @property
    def wish(self) -> dict[str, Any]:
        """The wish as `free_times` takes it."""
        found = self.cleaned_data if self.is_valid() else self._as_begun()
        site = read_id(found.get("site") or "")
        return {
            "practitioners": [UUID(each) for each in found.get("practitioner") or ()],
            "sites": [site] if site else [],
            "weekdays": [int(each) for each in found.get("weekday") or ()] or list(range(7)),
            "since": found.get("since") or time.min,
            "until": found.get("until") or time.min,
            "after": self._begin(found.get("earliest"), site),
        }

    def _as_begun(self) -> dict[str, Any]:
        return {name: self.get_initial_for_field(self.fields[name], name) for name in self.fields}

    def _begin(self, earliest: date | None, site: UUID | None) -> datetime | None:
        if earliest is None or not 1 < earliest.year < 9999:
            return None
        return wall_day(earliest, ZoneInfo(self.setup.zone(site)))[0].astimezone(UTC)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The filters as names and values, for the page's other forms and for the way back."""
        found = [(name, value) for name in self.fields for value in self._values(name) if value]
        if "earliest" not in dict(found):
            found.append(("earliest", ""))
        return found

    def _values(self, name: str) -> list[str]:
        value = self[name].value()
        if value is None:
            return []
        return [str(each) for each in (value if isinstance(value, list | tuple) else [value])]

    @property
    def wrong(self) -> list[BoundField]:
        return [each for each in self.visible_fields() if self.is_bound and each.errors]

    @property
    def is_unfolded(self) -> bool:
        """Whether something is to be seen among the filters that are seldom wanted."""
        return any(self[name].value() or self[name].errors for name in FOLDED)


def _from_gap(setup: Setup, gap: Gap | None) -> dict[str, Any]:
    if gap is None:
        return {}
    found: dict[str, Any] = {
        "at": stamp(gap.at),
        "resource": str(gap.resource or ""),
        "site": str(gap.site or ""),
        "earliest": gap.at.astimezone(ZoneInfo(setup.zone(gap.site))).date(),
    }
    if treats(setup.resource(gap.resource)):
        found["practitioner"] = [str(gap.resource)]
    return found
