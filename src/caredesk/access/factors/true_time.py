"""The true time: a demo practice's clock is moved, a telephone's is not."""

from datetime import datetime, timedelta

from django.conf import settings

from caredesk.kernel import clock


def true_now() -> datetime:
    return clock.now() - timedelta(seconds=settings.CAREDESK_CLOCK_OFFSET)
