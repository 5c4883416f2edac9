"""Visits, who takes part, and what happened to them: each fact a row with who, when and why."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from caredesk.kernel.ids import new_id
from caredesk.scheduling.fields import WallTimeField
from caredesk.scheduling.rules.flow import AHEAD, STEPS, State

from .resources import VisitType


class Appointment(models.Model):
    """A visit. `wall_start` and `zone` are what was said to the patient, `starts_at` when it is.

    `state` is what the rows about it add up to. Imported visits keep their codes as sent and have
    no bookings.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    visit_type = models.ForeignKey(VisitType, on_delete=models.PROTECT, null=True, db_index=False)
    site = models.ForeignKey("practice.Site", on_delete=models.PROTECT, null=True, db_index=False)
    outside_organization = models.ForeignKey(
        "practice.OutsideOrganization", on_delete=models.PROTECT, null=True, db_index=False
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    wall_start = WallTimeField()
    zone = models.TextField()
    state = models.TextField(default=State.BOOKED)
    reason = models.TextField(default="")
    asked_by = models.TextField(default="")
    note = models.TextField(default="")
    codes = models.JSONField(default=list)
    booked_at = models.DateTimeField()
    booked_by = models.UUIDField()
    booked_by_label = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=list(State)), name="scheduling_appointment_state"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gte=F("starts_at")), name="scheduling_appointment_order"
            ),
        ]
        indexes = [
            models.Index(fields=["site", "starts_at"], name="scheduling_appointment_day"),
        ]

    @property
    def is_ahead(self) -> bool:
        """Whether it may still be moved or cancelled."""
        return State(self.state) in AHEAD


class AppointmentIdentifier(models.Model):
    """Under which (system, value) an appointment is known elsewhere."""

    id = models.UUIDField(primary_key=True, default=new_id)
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="identifiers"
    )
    system = models.TextField()
    value = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["system", "value"], name="scheduling_appointment_identifier_once"
            ),
        ]


class Participant(models.Model):
    """Somebody who takes part in a visit, with their own status; for ever the one written for."""

    id = models.UUIDField(primary_key=True, default=new_id)
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="participants"
    )
    patient = models.ForeignKey(
        "people.Patient", on_delete=models.PROTECT, null=True, db_index=False
    )
    practitioner = models.ForeignKey(
        "workforce.Practitioner", on_delete=models.PROTECT, null=True, db_index=False
    )
    relative = models.ForeignKey(
        "people.Relative", on_delete=models.PROTECT, null=True, db_index=False
    )
    status = models.TextField(default="accepted")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(patient__isnull=False, practitioner__isnull=True, relative__isnull=True)
                | Q(patient__isnull=True, practitioner__isnull=False, relative__isnull=True)
                | Q(patient__isnull=True, practitioner__isnull=True, relative__isnull=False),
                name="scheduling_participant_is_one",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["accepted", "declined", "tentative", "needs-action"]),
                name="scheduling_participant_status",
            ),
        ]
        indexes = [
            models.Index(
                fields=["patient"],
                condition=Q(patient__isnull=False),
                name="scheduling_visits_of_patient",
            ),
        ]


class Step(models.Model):
    """What happened to a visit on its day. A wrong one is retracted, never rewritten."""

    id = models.UUIDField(primary_key=True, default=new_id)
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="steps")
    state = models.TextField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.UUIDField()
    by_label = models.TextField()
    retracted_at = models.DateTimeField(null=True)
    retracted_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=sorted(STEPS)), name="scheduling_step_state"
            ),
        ]


class Cancellation(models.Model):
    """That a visit was called off: when, by whom, why, and who asked for it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="cancellations"
    )
    at = models.DateTimeField()
    by = models.UUIDField()
    by_label = models.TextField()
    reason = models.TextField()
    asked_by = models.TextField()
    state_before = models.TextField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["appointment"],
                condition=Q(withdrawn_at__isnull=True),
                name="scheduling_cancelled_once",
            ),
        ]


class Move(models.Model):
    """That a visit was moved in one step, from where to where. `undoes` names a move taken back."""

    id = models.UUIDField(primary_key=True, default=new_id)
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="moves")
    at = models.DateTimeField()
    by = models.UUIDField()
    by_label = models.TextField()
    reason = models.TextField(default="")
    asked_by = models.TextField(default="")
    from_site = models.ForeignKey(
        "practice.Site", on_delete=models.PROTECT, null=True, related_name="+"
    )
    from_starts_at = models.DateTimeField()
    from_ends_at = models.DateTimeField()
    from_resources = ArrayField(models.UUIDField())
    to_site = models.ForeignKey(
        "practice.Site", on_delete=models.PROTECT, null=True, related_name="+"
    )
    to_starts_at = models.DateTimeField()
    to_ends_at = models.DateTimeField()
    to_resources = ArrayField(models.UUIDField())
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True)


class Justification(models.Model):
    """Why somebody went on past a soft stop.

    `facts` are what was shown; of an overlap also which visit it is, where that was not shown.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="justifications"
    )
    code = models.TextField()
    reason = models.TextField()
    facts = models.JSONField()
    at = models.DateTimeField()
    by = models.UUIDField()
    by_label = models.TextField()


class OpenRequirement(models.Model):
    """Something a visit still waits for (a referral, a form); higher rooms settle it by action."""

    id = models.UUIDField(primary_key=True, default=new_id)
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="open_requirements"
    )
    kind = models.TextField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["appointment", "kind"], name="scheduling_open_requirement_once"
            ),
        ]
