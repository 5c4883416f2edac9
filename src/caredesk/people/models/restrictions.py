"""Who may see a patient, and who broke the glass. All of it facts: ended, never changed."""

from typing import get_args

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from caredesk.kernel.ids import new_id
from caredesk.people.models.patients import Patient
from caredesk.people.rules.restrictions import PASSING_REASONS, Kind, Level

_NO_PIECE = Q(piece_kind="", piece_id__isnull=True)
_A_PIECE = ~Q(piece_kind="") & Q(piece_id__isnull=False)


class Restriction(models.Model):
    """Only its circle (`users`, `roles`) sees the patient, or this piece of what is kept of her.

    A piece is named by its kind and id ("appointment"), so that rooms above can have theirs.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="restrictions")
    piece_kind = models.TextField(default="")
    piece_id = models.UUIDField(null=True)
    kind = models.TextField()
    level = models.TextField()
    why = models.TextField()
    users = ArrayField(models.UUIDField(), default=list)
    roles = ArrayField(models.TextField(), default=list)
    admitted = ArrayField(models.UUIDField(), default=list)
    """Those of `users` who are in it until others are admitted instead; the others stay."""
    since = models.DateTimeField()
    set_by = models.UUIDField()
    set_by_label = models.TextField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    ended_by_label = models.TextField(default="")

    class Meta:
        indexes = [
            # What every page asks for: few rows, mostly none.
            models.Index(
                fields=["patient"],
                name="people_restriction_stands",
                condition=Q(ended_at__isnull=True),
            ),
            models.Index(
                fields=["piece_id"],
                name="people_restriction_piece",
                condition=Q(ended_at__isnull=True, piece_id__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=get_args(Kind)), name="people_restriction_kind"
            ),
            models.CheckConstraint(
                condition=Q(level__in=get_args(Level)), name="people_restriction_level"
            ),
            models.CheckConstraint(
                condition=_NO_PIECE | _A_PIECE, name="people_restriction_one_piece"
            ),
        ]


class BrokenGlass(models.Model):
    """That somebody outside the circle looked for a limited time, and why. Reviewed afterwards.

    Also that a restriction was ended from outside: of no time at all, as it lifts nothing more.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="broken_glass")
    piece_kind = models.TextField(default="")
    piece_id = models.UUIDField(null=True)
    user = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+")
    user_label = models.TextField()
    reason = models.TextField()
    words = models.TextField()
    at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "broken glass"
        indexes = [models.Index(fields=["user", "until"], name="people_glass_of_user")]
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__in=list(PASSING_REASONS)), name="people_glass_reason"
            ),
            models.CheckConstraint(condition=_NO_PIECE | _A_PIECE, name="people_glass_one_piece"),
        ]
