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


def offer_days(found: Sequence[FreeTime], desk: str, *, name_site: bool) -> list[OfferedDay]:
    """Free times in their order, by their day on the wall of the site.

    Where not all of them are by the clock at the desk, each says its zone.
    """
    days: dict[str, list[Offer]] = {}
    mixed = any(is_elsewhere(free.starts_at, free.zone, desk) for free in found)
    for free in found:
        words = times.day_words(free.wall_start.date(), clock.today(free.zone))
        labels = [one.label for one in free.resources]
        site = free.site_name if name_site else ""
        when = _clock_words(free, name_zone=mixed)
        offer = Offer(choose(free).value, when, with_words(labels, site))
        days.setdefault(words, []).append(offer)
    return [OfferedDay(words, offers) for words, offers in days.items()]


def _clock_words(free: FreeTime, *, name_zone: bool) -> str:
    words = times.clock_words(free.wall_start)
    local = free.starts_at.astimezone(clock.zone_named(free.zone))
    return f"{words} {times.zone_words(local)}" if name_zone else words


def offer_alternatives(busy: Busy | None, desk: str) -> list[Offer]:
    """What `Busy` still has at the same site, with the day."""
    return [
        Offer(
            choose_alternative(each).value,
            moment(each["starts_at"], each["zone"], desk),
            with_words(one["label"] for one in each["resources"]),
        )
        for each in (busy.alternatives if busy else ())
    ]


def moment(at: datetime, zone: str, desk: str) -> str:
    """Tue 24 Nov, 9:20, today's too: it is read out to a caller.

    It says its zone where the clock at the desk shows another time then.
    """
    here = clock.zone_named(zone)
    day = times.day_words(at.astimezone(here).date(), clock.today(zone))
    return f"{day}, {times.clock_words_beside(at, here, clock.zone_named(desk))}"


def is_elsewhere(at: datetime, zone: str, desk: str) -> bool:
    """Whether the clock at the desk shows another time then."""
    here, there = clock.zone_named(desk), clock.zone_named(zone)
    return at.astimezone(here).utcoffset() != at.astimezone(there).utcoffset()


def with_words(labels: Iterable[str], site: str = "") -> str:
    """Dr Mei Chen, Exam 2 · Main Street"""
    return " · ".join(filter(None, [", ".join(labels), site]))
