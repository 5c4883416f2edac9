"""Who treats a patient, as far as visits tell."""

from uuid import UUID

from django.db import connection

from caredesk.kernel import clock

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


class TreatingByVisits:
    """The answer to `privacy.treating`. It shows nobody: users are asked about what they treat."""

    def users(self, patient: UUID) -> list[UUID]:
        with connection.cursor() as cursor:
            cursor.execute(_TREATING, {"patient": patient, "now": clock.now()})
            return [user for (user,) in cursor.fetchall()]
