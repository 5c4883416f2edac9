"""Times as one says them at the desk, in the wall time of a site."""

from datetime import date, datetime

from caredesk.kernel import clock
from caredesk.ui import times


def clock_at(at: datetime, zone: str) -> str:
    """9:20, or 2:20 pm."""
    return times.clock_words(at.astimezone(clock.zone_named(zone)))


def local_day(at: datetime, zone: str) -> date:
    """The day on the clocks of `zone`."""
    return at.astimezone(clock.zone_named(zone)).date()


def when_words(at: datetime, zone: str) -> str:
    """Tue 24 Nov, 9:20."""
    local = at.astimezone(clock.zone_named(zone))
    return f"{times.day_words(local.date(), clock.today(zone))}, {times.clock_words(local)}"
