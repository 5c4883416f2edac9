"""What the clock starts: every night the days that are over are looked at."""

from uuid import UUID

from caredesk.kernel import clock
from caredesk.kernel.actor import Actor
from caredesk.kernel.jobs import every
from caredesk.practice.queries import zone_of
from caredesk.privacy.access_log.actions import note_access_day
from caredesk.privacy.access_log.queries.viewings import last_looked_at
from caredesk.privacy.access_log.rules.unusual import days_to_note

REVIEW = Actor(
    kind="program",
    id=UUID("01a218c0-77f4-7d3e-b2a6-1f64c07b9e21"),
    label="Review of access",
    permissions=frozenset({"privacy.review"}),
    door="job",
)


@every(seconds=12 * 60 * 60)
def look_for_unusual_access() -> None:
    """Each day in a transaction of its own, the earliest first: it tells what is usual later."""
    today = clock.today(zone_of(REVIEW))
    for day, judge in days_to_note(last_looked_at(), today):
        note_access_day(day, judge, by=REVIEW)
