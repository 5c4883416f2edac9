"""The patient."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from caredesk.kernel.ids import new_id
from caredesk.people.rules.birthdates import (
    EARLIEST_BIRTH,
    PRECISIONS,
    BirthDate,
    Death,
    Precision,
)
from caredesk.people.rules.names import FullName
from caredesk.people.rules.record_numbers import record_number

SEXES = ("female", "male", "other", "unknown")
CHANNELS = ("phone", "text", "mail", "post", "portal")

LATEST_BIRTH = date(2200, 1, 1)


class Patient(models.Model):
    """One record of a person. `identity` points to the record that survives a merge.

    Rows of other rooms keep for ever the patient they were written for; every read by patient
    goes through the identity. `number` is what the record number is printed from.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    identity = models.ForeignKey("self", on_delete=models.PROTECT, related_name="records")
    number = models.IntegerField(unique=True)

    family = models.TextField()
    given = models.TextField(default="")
    middle = models.TextField(default="")
    suffix = models.TextField(default="")
    preferred_name = models.TextField(default="")
    former_family = models.TextField(default="")

    birth_date = models.DateField()
    birth_precision = models.TextField(default="day")
    sex = models.TextField(default="unknown")
    gender_identity = models.TextField(default="")
    pronouns = models.TextField(default="")
    language = models.TextField(default="")
    interpreter_needed = models.BooleanField(default=False)
    preferred_channel = models.TextField(default="phone")

    deceased = models.BooleanField(default=False)
    deceased_on = models.DateField(null=True)
    deceased_precision = models.TextField(default="day")

    registered_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-last_seen_at"], name="people_patient_last_seen")]
        constraints = [
            models.CheckConstraint(condition=~Q(family=""), name="people_patient_named"),
            models.CheckConstraint(condition=Q(sex__in=SEXES), name="people_patient_sex"),
            models.CheckConstraint(
                condition=Q(preferred_channel__in=CHANNELS), name="people_patient_channel"
            ),
            models.CheckConstraint(
                condition=Q(birth_date__gte=EARLIEST_BIRTH, birth_date__lt=LATEST_BIRTH),
                name="people_patient_birth_sensible",
            ),
            models.CheckConstraint(
                condition=Q(birth_precision="day")
                | Q(birth_precision="month", birth_date__day=1)
                | Q(birth_precision="year", birth_date__day=1, birth_date__month=1),
                name="people_patient_birth_precision",
            ),
            models.CheckConstraint(
                condition=Q(deceased_precision__in=PRECISIONS)
                & (Q(deceased=True) | Q(deceased_on__isnull=True)),
                name="people_patient_deceased",
            ),
        ]

    @property
    def record_number(self) -> str:
        return record_number(self.number)

    @property
    def birth(self) -> BirthDate:
        return BirthDate(self.birth_date, _precision(self.birth_precision))

    @property
    def death(self) -> Death | None:
        """None where the patient is not known to have died."""
        if not self.deceased:
            return None
        precision = _precision(self.deceased_precision)
        return Death(BirthDate(self.deceased_on, precision) if self.deceased_on else None)

    @property
    def name(self) -> FullName:
        return FullName(
            family=self.family,
            given=self.given,
            middle=self.middle,
            preferred=self.preferred_name,
            former_family=self.former_family,
            suffix=self.suffix,
        )


class ToldApart(models.Model):
    """That somebody looked at two records that seem one person, and said why they are not."""

    id = models.UUIDField(primary_key=True, default=new_id)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="told_apart")
    other = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    told_at = models.DateTimeField()
    told_by = models.UUIDField()
    told_by_label = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(patient=F("other")), name="people_told_apart_two"),
        ]


def _precision(text: str) -> Precision:
    return next(each for each in PRECISIONS if each == text)
