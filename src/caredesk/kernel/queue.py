"""The queue is swept: a finished job tells nothing that the event log does not."""

from django.db import connection

from caredesk.kernel.jobs import every

KEPT_DAYS = 30
_AT_ONCE = 5_000

# Its events go with it. One that failed for good stays until somebody has seen to it.
_SWEEP = """DELETE FROM procrastinate_jobs WHERE id IN (
  SELECT job.id FROM procrastinate_jobs job
  WHERE job.status IN ('succeeded', 'cancelled', 'aborted') AND NOT EXISTS (
    SELECT 1 FROM procrastinate_events event
    WHERE event.job_id = job.id AND event.at > now() - make_interval(days => %s))
  LIMIT %s)"""


@every(seconds=24 * 60 * 60)
def sweep_queue() -> None:
    """Remove jobs that were finished long ago, a few thousand a transaction."""
    while _sweep_some() == _AT_ONCE:
        continue


def _sweep_some() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_SWEEP, [KEPT_DAYS, _AT_ONCE])
        return int(cursor.rowcount)
