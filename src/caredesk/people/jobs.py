"""What the clock starts for patients."""

from caredesk.kernel import clock
from caredesk.kernel.jobs import every
from caredesk.people import words


@every(seconds=6 * 60 * 60)
def keep_search_fresh() -> None:
    """Whoever was not seen for long moves behind the recent; counts of names are made anew."""
    words.keep_up(clock.now())
