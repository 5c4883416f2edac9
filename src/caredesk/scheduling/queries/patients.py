"""What the people room asks of the calendar."""

from uuid import UUID

from caredesk.scheduling.models import Participant


class VisitsOfPatient:
    """The answer to `people.patient_in_use`."""

    def uses(self, patient: UUID) -> str:
        """How many visits there are of a patient, those called off among them."""
        rows = Participant.objects.filter(patient=patient, ended_at__isnull=True)
        count = rows.exclude(appointment__state="withdrawn").count()
        return f"{count} visit{'' if count == 1 else 's'}" if count else ""
