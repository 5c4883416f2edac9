"""A wait in words, and as an answer with the time to come back (RFC 6585, 4)."""

import math
from datetime import datetime

from django.http import HttpResponse

from caredesk.access.factors.true_time import true_now
from caredesk.kernel import clock
from caredesk.practice.queries import main_zone
from caredesk.ui import times

_MINUTE = 60


def wait_words(until: datetime) -> str:
    """Wait 20 seconds, then try again. / Wait 4 minutes: try again at 9:24."""
    seconds = seconds_until(until)
    if seconds <= _MINUTE:
        return f"Wait {seconds} second{'' if seconds == 1 else 's'}, then try again."
    minutes = math.ceil(seconds / _MINUTE)
    # As the clock at the desk shows it: that of a demo practice is moved.
    shown = (until + (clock.now() - true_now())).astimezone(clock.zone_named(main_zone()))
    return f"Wait {times.duration_words(minutes)}: try again at {times.clock_words(shown)}."


def seconds_until(until: datetime) -> int:
    return max(1, math.ceil((until - true_now()).total_seconds()))


def as_told(response: HttpResponse, until: datetime) -> HttpResponse:
    """429, and when to come back."""
    response.status_code = 429
    response["Retry-After"] = str(seconds_until(until))
    return response
