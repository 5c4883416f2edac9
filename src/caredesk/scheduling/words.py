"""Times as one says them at the desk, in the wall time of a site."""

from datetime import datetime
from zoneinfo import ZoneInfo


def clock_words(at: datetime, zone: str) -> str:
    """ "9:20 AM" """
    return f"{at.astimezone(ZoneInfo(zone)):%-I:%M %p}"


def day_words(at: datetime, zone: str) -> str:
    """ "Tue 24 Nov" """
    return f"{at.astimezone(ZoneInfo(zone)):%a %-d %b}"


def when_words(at: datetime, zone: str) -> str:
    """ "Tue 24 Nov, 9:20 AM" """
    return f"{day_words(at, zone)}, {clock_words(at, zone)}"
