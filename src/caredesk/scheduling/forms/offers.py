"""Times as buttons: what they say and what pressing them sends."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from caredesk.kernel import clock
from caredesk.kernel.errors import Busy
from caredesk.scheduling.chosen import choose, choose_alternative
from caredesk.scheduling.times import FreeTime
from caredesk.ui import times


@dataclass(frozen=True, slots=True)
class Offer:
    """One time to press."""

    value: str
    when: str
    with_whom: str


@dataclass(frozen=True, slots=True)
class OfferedDay:
    """The times of one day, in its words."""

    words: str
    offers: list[Offer]


def offer_days(found: Sequence[FreeTime], *, name_site: bool) -> list[OfferedDay]:
    """Free times by their day on the wall of the site."""
    days: dict[str, list[Offer]] = {}
    for free in found:
        words = times.day_words(free.wall_start.date(), clock.today(free.zone))
        labels = [one.label for one in free.resources]
        site = free.site_name if name_site else ""
        offer = Offer(
            choose(free).value, times.clock_words(free.wall_start), with_words(labels, site)
        )
        days.setdefault(words, []).append(offer)
    return [OfferedDay(words, offers) for words, offers in days.items()]


def offer_alternatives(busy: Busy | None) -> list[Offer]:
    """What `Busy` still has at the same site, with the day."""
    return [
        Offer(
            choose_alternative(each).value,
            moment(each["starts_at"], each["zone"]),
            with_words(one["label"] for one in each["resources"]),
        )
        for each in (busy.alternatives if busy else ())
    ]


def moment(at: datetime, zone: str) -> str:
    """Tue 24 Nov, 9:20, today's too: it is read out to a caller."""
    local = at.astimezone(clock.zone_named(zone))
    return f"{times.day_words(local.date(), clock.today(zone))}, {times.clock_words(local)}"


def with_words(labels: Iterable[str], site: str = "") -> str:
    """Dr Mei Chen, Exam 2 · Main Street"""
    return " · ".join(filter(None, [", ".join(labels), site]))
