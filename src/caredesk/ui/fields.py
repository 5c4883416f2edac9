"""Fields for lines of text, and for dates and times in any usual form.

A date or time is said back in words under the field.
"""

from collections.abc import Callable
from datetime import date, time
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy

from caredesk.kernel import clock
from caredesk.ui import times
from caredesk.ui.typed import (
    Leaning,
    PartialDate,
    ReadingError,
    read_date,
    read_partial_date,
    read_time,
)

EARLIEST_BIRTH = date(1850, 1, 1)


class LineField(forms.CharField):
    """A text that the action judges, for every door alike; a browser stops at its length."""

    def __init__(self, *, longest: int = 200, rows: int = 0, **options: Any) -> None:
        self.longest = longest
        options.setdefault("widget", forms.Textarea({"rows": rows}) if rows else forms.TextInput)
        super().__init__(**options)
        self.validators = []

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attributes = {"maxlength": str(self.longest), "autocomplete": "off"}
        return super().widget_attrs(widget) | attributes


class TypedField(forms.Field):
    """A text that is read as something else. `zone` says whose today counts: the form gives it."""

    kind: ClassVar[str] = ""
    zone = ""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attributes = super().widget_attrs(widget)
        attributes |= {"data-echo": reverse_lazy("ui:echo"), "data-kind": self.kind}
        return attributes | {"autocomplete": "off", "spellcheck": "false", "maxlength": "100"}

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()
        if not text:
            return None
        try:
            return self.read(text)
        except ReadingError as error:
            raise ValidationError(str(error), code="unreadable") from None

    def read(self, text: str) -> Any:
        raise NotImplementedError

    def words(self, text: str) -> str:
        """What was understood; empty where nothing was."""
        try:
            return self.say(self.read(text)) if text.strip() else ""
        except ReadingError:
            return ""

    def fault(self, text: str) -> str:
        """What is wrong with a text that is typed to its end; empty where it can be read."""
        try:
            if text.strip():
                self.read(text)
        except ReadingError as error:
            return str(error)
        return ""

    def say(self, value: Any) -> str:
        raise NotImplementedError

    def today(self) -> date:
        return clock.today(self.zone)


class DayField(TypedField):
    """A day: 24 nov, tue, tomorrow, 11/24."""

    kind = "day"
    leaning: Leaning = "future"

    def read(self, text: str) -> date:
        return read_date(text, self.today(), self.leaning)

    def say(self, value: date) -> str:
        return times.echo_day(value, self.today())

    def prepare_value(self, value: Any) -> Any:
        return times.date_words(value) if isinstance(value, date) else value


class ClockField(TypedField):
    """A time of day: 9, 9:20, 920, 2pm, 14:20."""

    kind = "clock"

    def read(self, text: str) -> time:
        return read_time(text)

    def say(self, value: time) -> str:
        return f"{value:%-I:%M} {'in the morning' if value.hour < 12 else _later_half(value)}"

    def prepare_value(self, value: Any) -> Any:
        return times.clock_words(value) if isinstance(value, time) else value


def _later_half(at: time) -> str:
    return "in the afternoon" if at.hour < 18 else "in the evening"


class PastField(TypedField):
    """A day gone by with what is known of it: 3/7/26, mar 2026, 2026."""

    kind = "past"

    def read(self, text: str) -> PartialDate:
        found = read_partial_date(text, self.today(), "past")
        if found.value > self.today():
            raise ReadingError(f"{times.date_words(found.value)} has not come yet.")
        if found.value < EARLIEST_BIRTH:
            raise ReadingError(f"{times.date_words(found.value)} is too long ago: check the year.")
        return found

    def say(self, value: PartialDate) -> str:
        words = times.partial_date_words(value)
        if value.precision != "day":
            return words
        return f"{words}, {times.distance_words(value.value, self.today())}"

    def prepare_value(self, value: Any) -> Any:
        return times.partial_date_words(value) if isinstance(value, PartialDate) else value


class BirthField(PastField):
    """A date of birth with what is known of it: 3/7/74, mar 1974, 1974."""

    kind = "birth"

    def say(self, value: PartialDate) -> str:
        return times.echo_birth(value, self.today())


KINDS: dict[str, Callable[[], TypedField]] = {
    field.kind: field for field in (DayField, ClockField, PastField, BirthField)
}
