"""Tags and filters of every template: times in words, icons, marks, links into the panel."""

import json
from datetime import date, datetime, timedelta
from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from caredesk.kernel import clock
from caredesk.ui import times
from caredesk.ui.forms import PlainForm

register = template.Library()

STATE_WORDS = {
    "booked": "Booked",
    "confirmed": "Confirmed",
    "arrived": "Arrived",
    "in_room": "In room",
    "with_practitioner": "With practitioner",
    "done": "Done",
    "left": "Left",
    "no_show": "No-show",
    "cancelled": "Cancelled",
    "withdrawn": "Withdrawn",
}


@register.simple_tag
def moment(at: datetime, zone: str, desk: str = "") -> SafeString:
    """9:20 today, else Wed 25 Nov, 9:20, on the clocks of `zone`.

    With MST where the clock at the desk shows another time.
    """
    local = at.astimezone(clock.zone_named(zone))
    words = times.moment_words(local, clock.today(zone))
    is_same = local.utcoffset() == at.astimezone(clock.zone_named(desk or zone)).utcoffset()
    return _time(local.isoformat(), words if is_same else f"{words} {times.zone_words(local)}")


@register.simple_tag
def clock_time(at: datetime, zone: str, desk: str = "") -> SafeString:
    """9:20, where the day is said elsewhere; 9:20 MST where the clock at the desk shows another."""
    here = clock.zone_named(zone)
    words = times.clock_words_beside(at, here, clock.zone_named(desk or zone))
    return _time(at.astimezone(here).isoformat(), words)


@register.simple_tag
def day(of: date, zone: str) -> SafeString:
    """Tue 24 Nov; with the year where it is not this one's."""
    return _time(of.isoformat(), times.day_words(of, clock.today(zone)))


@register.simple_tag
def wait(since: datetime, long_after: int = 20) -> SafeString:
    """How long somebody has been waiting; it goes on growing on the page."""
    waited = clock.now() - since
    long = " long" if waited >= timedelta(minutes=long_after) else ""
    return format_html(
        '<span class="wait{}" data-since="{}" data-long-after="{}">{}</span>',
        long,
        since.isoformat(),
        long_after,
        times.wait_words(waited),
    )


@register.filter
def minutes(value: int) -> str:
    """20 minutes, 1 hour 30 minutes."""
    return times.duration_words(value)


@register.filter
def full_date(value: date) -> str:
    """7 Mar 1974."""
    return times.date_words(value)


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing beside a word; it says nothing of its own."""
    return _drawn("icon", name)


@register.simple_tag
def mark(state: str) -> SafeString:
    """The mark of a visit's state; the word stands beside it."""
    return _drawn("mark", state)


@register.filter
def state_word(state: str) -> str:
    return STATE_WORDS.get(state, state)


@register.simple_tag(takes_context=True)
def half_typed(context: template.Context, form: PlainForm) -> SafeString:
    """In the tag of a form whose draft is kept: what drafts.js needs to do so."""
    draft = form.draft
    if draft is None:
        return SafeString()
    address = context["request"].get_full_path()
    return format_html(
        ' data-draft="{}" data-draft-form="{}" data-draft-usual="{}" data-draft-edition="{}"{}',
        draft.name,
        draft.signed(context["title"], address, form.usual),
        json.dumps(form.touched),
        draft.kept.edition if draft.kept else "",
        mark_safe(" data-bound") if form.is_bound else "",
    )


@register.simple_tag
def into_panel() -> SafeString:
    """For an element whose plain links and forms open in the panel."""
    return mark_safe("""hx-boost:inherited='target:#panel, swap:"innerHTML show:none"'""")


def _drawn(kind: str, name: str) -> SafeString:
    return _drawn_from(static("ui/icons.svg"), kind, name)


@lru_cache(maxsize=256)
def _drawn_from(file: str, kind: str, name: str) -> SafeString:
    """One of a few: a board shows the same marks hundreds of times."""
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>', kind, file, name
    )


def _time(stamp: str, words: str) -> SafeString:
    return mark_safe(f'<time datetime="{stamp}">{words}</time>')  # noqa: S308  times and zones only
