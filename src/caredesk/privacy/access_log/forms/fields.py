"""A day gone by, typed in any usual form."""

from datetime import date
from typing import Any

from caredesk.ui import times
from caredesk.ui.fields import PastField
from caredesk.ui.typed import ReadingError


class PastDayField(PastField):
    """A day known to the day: 3/7, yesterday, 24 nov."""

    def read(self, text: str) -> Any:
        found = super().read(text)
        if found.precision != "day":
            raise ReadingError("Say which day.")
        return found.value

    def say(self, value: Any) -> str:
        return times.echo_day(value, self.today())

    def prepare_value(self, value: Any) -> Any:
        return times.date_words(value) if isinstance(value, date) else value
