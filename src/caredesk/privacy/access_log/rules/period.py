"""Whole days on a wall's clock as instants: from the first until the end of the last."""

from datetime import date, datetime, time, timedelta, tzinfo


def starts(day: date, zone: tzinfo) -> datetime:
    """Its first instant. Where midnight is skipped, that is the first that exists (PEP 495)."""
    return datetime.combine(day, time.min, zone)


def ends(day: date, zone: tzinfo) -> datetime:
    return starts(day + timedelta(days=1), zone)
