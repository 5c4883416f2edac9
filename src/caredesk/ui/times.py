"""Times in words, as every page writes them: 9:20, 2:20 pm, Tue 24 Nov, in 1 day, 45 minutes."""

import re
from datetime import date, datetime, time, timedelta, tzinfo

from caredesk.ui.typed import PartialDate

NIGHT_UNTIL = 7
"""Before this hour a time says am, so that nobody takes 3:00 for the afternoon."""


def clock_words(at: time | datetime) -> str:
    """9:20 in the morning, 2:20 pm after noon; 6:20 am, which nobody expects, before 7."""
    hour = at.hour % 12 or 12
    half = " pm" if at.hour >= 12 else " am" if at.hour < NIGHT_UNTIL else ""
    return f"{hour}:{at.minute:02d}{half}"


def zone_words(at: datetime) -> str:
    """MST, EDT; UTC+5:45 where a zone goes by no letters."""
    named = f"{at:%Z}"
    found = re.fullmatch(r"(?:UTC)?([+-])(\d\d):?(\d\d)?", named)
    if found is None:
        return named
    sign, hours, minutes = found[1], int(found[2]), found[3] or ""
    return f"UTC{sign}{hours}:{minutes}" if minutes.strip("0") else f"UTC{sign}{hours}"


def clock_words_beside(at: datetime, zone: tzinfo, desk: tzinfo) -> str:
    """2:20 pm; 2:20 pm MST where the clock at the desk shows another time then."""
    local = at.astimezone(zone)
    words = clock_words(local)
    is_same = local.utcoffset() == at.astimezone(desk).utcoffset()
    return words if is_same else f"{words} {zone_words(local)}"


def day_words(day: date, today: date) -> str:
    """Tue 24 Nov; with the year where it is not this one's."""
    words = f"{day:%a} {day.day} {day:%b}"
    return words if day.year == today.year else f"{words} {day.year}"


def full_day_words(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b} {day.year}"


def date_words(day: date) -> str:
    """7 Mar 1974, as one writes a date of birth."""
    return f"{day.day} {day:%b} {day.year}"


def partial_date_words(found: PartialDate) -> str:
    if found.precision == "year":
        return str(found.value.year)
    if found.precision == "month":
        return f"{found.value:%b} {found.value.year}"
    return date_words(found.value)


def distance_words(day: date, today: date) -> str:
    """Today, in 1 day, 3 weeks ago."""
    days = (day - today).days
    if days in (0, 1, -1):
        return {0: "today", 1: "in 1 day", -1: "yesterday"}[days]
    count, unit = _round(abs(days))
    amount = f"{count} {unit}{'' if count == 1 else 's'}"
    return f"in {amount}" if days > 0 else f"{amount} ago"


def _round(days: int) -> tuple[int, str]:
    if days >= 730:
        return days * 4 // 1461, "year"
    if days >= 60:
        return round(days / 30.44), "month"
    if days >= 14 and days % 7 == 0:
        return days // 7, "week"
    return days, "day"


def echo_day(day: date, today: date) -> str:
    """Tue 24 Nov 2026, in 1 day."""
    return f"{full_day_words(day)}, {distance_words(day, today)}"


def echo_birth(found: PartialDate, today: date) -> str:
    """7 Mar 1974, 52 years old."""
    words = partial_date_words(found)
    about = "" if found.precision == "day" else "about "
    return f"{words}, {about}{age_words(found.value, today)}"


def age_words(born: date, today: date) -> str:
    """In years; of small children in months, of the new-born in days."""
    if born > today:
        return "not yet born"
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if years >= 2:
        return f"{years} years old"
    months = (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)
    if months >= 2:
        return f"{months} months old"
    days = (today - born).days
    return f"{days} day{'' if days == 1 else 's'} old"


def moment_words(at: datetime, today: date) -> str:
    """9:20 today, else Wed 25 Nov, 9:20. `at` is already in the zone it is read in."""
    if at.date() == today:
        return clock_words(at)
    return f"{day_words(at.date(), today)}, {clock_words(at)}"


def duration_words(minutes: int) -> str:
    """20 minutes, 1 hour, 1 hour 30 minutes."""
    hours, rest = divmod(minutes, 60)
    parts = []
    if hours:
        parts.append(f"{hours} hour{'' if hours == 1 else 's'}")
    if rest or not hours:
        parts.append(f"{rest} minute{'' if rest == 1 else 's'}")
    return " ".join(parts)


def wait_words(waited: timedelta) -> str:
    """14 min, 1 h 5 min: short, for the board."""
    minutes = max(0, int(waited.total_seconds() // 60))
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours else f"{rest} min"
