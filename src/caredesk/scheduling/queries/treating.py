"""Who treats a patient, or has a visit, as far as visits tell."""

from uuid import UUID

from django.db import connection

from caredesk.kernel import clock
from caredesk.kernel.actor import Actor

# Of the next visit, or where none is to come of the last; all records of the same person.
_TREATING = """
SELECT DISTINCT w.user_id FROM (
  SELECT a.id FROM scheduling_participant p JOIN scheduling_appointment a ON a.id = p.appointment_id
  WHERE p.patient_id = ANY(ARRAY(SELECT same.id FROM people_patient one
      JOIN people_patient same ON same.identity_id = one.identity_id WHERE one.id = %(patient)s))
    AND p.ended_at IS NULL AND a.state NOT IN ('cancelled', 'withdrawn', 'no_show')
  ORDER BY a.starts_at >= %(now)s DESC,
    CASE WHEN a.starts_at >= %(now)s THEN a.starts_at - %(now)s ELSE %(now)s - a.starts_at END
  LIMIT 1) AS visit
JOIN scheduling_participant who ON who.appointment_id = visit.id AND who.ended_at IS NULL
JOIN workforce_practitioner w ON w.id = who.practitioner_id
JOIN access_user u ON u.id = w.user_id AND u.is_active
"""

_HAVING = """
SELECT DISTINCT w.user_id FROM scheduling_participant who
JOIN workforce_practitioner w ON w.id = who.practitioner_id
JOIN access_user u ON u.id = w.user_id AND u.is_active
WHERE who.appointment_id = %(appointment)s AND who.ended_at IS NULL
"""


def who_has(viewer: Actor, appointment: UUID) -> list[UUID]:
    """The users that a visit's practitioners sign in as. It shows nobody."""
    with connection.cursor() as cursor:
        cursor.execute(_HAVING, {"appointment": appointment})
        return [user for (user,) in cursor.fetchall()]


class TreatingByVisits:
    """The answer to `privacy.treating`. It shows nobody: users are asked about what they treat."""

    def users(self, patient: UUID) -> list[UUID]:
        with connection.cursor() as cursor:
            cursor.execute(_TREATING, {"patient": patient, "now": clock.now()})
            return [user for (user,) in cursor.fetchall()]
