"""What the clock starts for patients."""

from caredesk.kernel import clock
from caredesk.kernel.jobs import every
from caredesk.people import words


@every(seconds=24 * 60 * 60)
def keep_search_fresh() -> None:
    """Whoever was not seen for long moves behind the recent; counts of names are made anew."""
    words.move_by_recency(clock.now())
    words.recount()
