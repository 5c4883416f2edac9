"""What the pages about sessions say."""

from datetime import timedelta
from typing import Any

from django import template

from caredesk.access.locking.queries import aside_at
from caredesk.access.locking.seats import seat_of
from caredesk.ui.times import wait_words

register = template.Library()


@register.filter
def ago(passed: timedelta) -> str:
    """Just now, 12 min ago, 2 days ago."""
    if passed < timedelta(minutes=1):
        return "just now"
    if passed >= timedelta(days=1):
        return "1 day ago" if passed.days == 1 else f"{passed.days} days ago"
    return f"{wait_words(passed)} ago"


@register.inclusion_tag("access/locking/aside.html", takes_context=True)
def waiting_here(context: template.Context) -> dict[str, Any]:
    """For the sign-in page: whose sessions are aside at this browser."""
    return {"aside": aside_at(seat_of(context["request"]))}
