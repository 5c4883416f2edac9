"""The cells of the day board. In Python, because a day draws hundreds of them."""

from functools import cache
from urllib.parse import quote
from uuid import UUID

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from caredesk.desk.board import Cell, Lane
from caredesk.scheduling.queries import BoardHold, BoardVisit
from caredesk.ui.templatetags.ui import clock_time, mark, state_word, wait

register = template.Library()

_NOTHING = SafeString()
_OVER = mark_safe('<span class="visit-mark" aria-hidden="true">over</span>')
_BOOKED = mark_safe('<span class="unseen"> · booked</span>')


@register.simple_tag
def cells(lane: Lane, zone: str, may_book: bool) -> SafeString:
    """Everything in a column, in the order of time: visits, holds, and what is free or closed."""
    return _ours("\n".join([_cell(cell, lane, zone, may_book) for cell in lane.cells]))


def _ours(text: str) -> SafeString:
    """Made of numbers, ids and what is escaped already: escaping costs more than all else here."""
    return mark_safe(text)  # noqa: S308  nothing that somebody typed


def _cell(cell: Cell, lane: Lane, zone: str, may_book: bool) -> SafeString:
    if cell.visit is not None and cell.visit.is_restricted:
        return _restricted(cell, cell.visit, zone)
    if cell.visit is not None:
        return _visit(cell, cell.visit, lane, zone)
    if cell.hold is not None:
        return _hold(cell, cell.hold)
    if cell.kind == "free":
        return _row(cell, _offer(cell, lane, zone) if may_book else _NOTHING)
    return _row(cell, format_html("<span>{}</span>", cell.words) if cell.words else _NOTHING)


def _place(cell: Cell) -> SafeString:
    return _ours(f"at-{cell.at} for-{cell.rows}")


def _row(cell: Cell, inside: SafeString) -> SafeString:
    return format_html('<li class="{} {}">{}</li>', cell.kind, _place(cell), inside)


def _visit(cell: Cell, visit: BoardVisit, lane: Lane, zone: str) -> SafeString:
    time = clock_time(visit.starts_at, zone)
    return format_html(
        '<li class="visit-place {} {}" id="visit-{}">'
        '<a class="visit colour-{} state-{}" href="{}" tabindex="-1">'
        '<span class="visit-when">{}</span>'
        '<span class="visit-line">{}<span class="visit-who">{}</span>{}{}</span>'
        '<span class="visit-what">{}{}<span class="unseen">, {}</span></span>'
        '<span class="only-paper">{}</span></a></li>',
        _place(cell),
        _ours(f"lane-{visit.track + 1}-of-{visit.tracks}"),
        _ours(f"{lane.id}-{visit.appointment}"),
        visit.colour,
        visit.state,
        _address_of(visit.appointment),
        time,
        mark(visit.state),
        ", ".join([each.name for each in visit.patients]) or "Nobody",
        _OVER if visit.is_overbooked else _NOTHING,
        _waiting(visit),
        _what(visit),
        "".join([f" · {each}" for each in _more(visit)]),
        time,
        "".join([f"{each.birth_date} · {each.record_number} " for each in visit.patients]),
    )


def _restricted(cell: Cell, visit: BoardVisit, zone: str) -> SafeString:
    """The time is taken, and more is not said; it leads nowhere."""
    time = clock_time(visit.starts_at, zone)
    return format_html(
        '<li class="visit-place {} {}"><div class="visit restricted">'
        '<span class="visit-when">{}</span>'
        '<span class="visit-line"><span class="visit-who">Restricted</span></span>'
        '<span class="visit-what">{} to {}</span></div></li>',
        _place(cell),
        _ours(f"lane-{visit.track + 1}-of-{visit.tracks}"),
        time,
        time,
        clock_time(visit.ends_at, zone),
    )


def _waiting(visit: BoardVisit) -> SafeString:
    if visit.waited is None or visit.since is None or visit.state != "arrived":
        return _NOTHING
    return format_html(" {}", wait(visit.since))


def _what(visit: BoardVisit) -> SafeString:
    if visit.state == "booked":
        return format_html("{}{}", visit.visit_type, _BOOKED)
    words = state_word(visit.state)
    return format_html('<span class="visit-state">{}</span> · {}', words, visit.visit_type)


def _more(visit: BoardVisit) -> list[str]:
    """What else is said of a visit, after its type."""
    said = ["overbooked"] if visit.is_overbooked else []
    said += ["outside hours"] if visit.is_outside_hours else []
    return [*said, *visit.beside, *([visit.reason] if visit.reason else [])]


def _hold(cell: Cell, hold: BoardHold) -> SafeString:
    said = [f"Held by {'you' if hold.is_own else hold.by_label}"]
    said += [hold.visit_type] if hold.visit_type else []
    return _row(cell, format_html("{}", " · ".join(said)))


def _offer(cell: Cell, lane: Lane, zone: str) -> SafeString:
    """A link that begins a visit in the gap."""
    at = cell.span.starts_at.isoformat()
    return format_html(
        '<a href="{}?at={}&amp;resource={}&amp;site={}" data-at="{}" data-rows="{}" tabindex="-1">'
        "<span>{} to {} free</span></a>",
        reverse("desk:new_visit"),
        quote(at, safe="/"),
        lane.column.resource,
        lane.column.site,
        at,
        cell.rows,
        clock_time(cell.span.starts_at, zone),
        clock_time(cell.span.ends_at, zone),
    )


def _address_of(appointment: UUID) -> SafeString:
    before, after = _around_appointment()
    return _ours(f"{before}{appointment}{after}")


@cache
def _around_appointment() -> tuple[str, str]:
    """What stands before and after the id in a visit's address: found once, not for each visit."""
    nobody = UUID(int=0)
    before, _, after = reverse("scheduling:appointment", args=[nobody]).partition(str(nobody))
    return before, after
