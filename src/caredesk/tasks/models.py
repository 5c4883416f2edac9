"""Tasks and what became of them: each fact a row with who and when."""

from django.db import models
from django.db.models import F, Q

from caredesk.kernel.ids import new_id


class Task(models.Model):
    """Something that a human must do, in a `pool` (a permission) or for one `owner`.

    `about_kind` and `about_id` say what it is about; `patient` whom, if anybody. `sort` tells apart
    what one thing asks of several.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    title = models.TextField()
    about_kind = models.TextField()
    about_id = models.UUIDField()
    patient = models.ForeignKey("people.Patient", on_delete=models.PROTECT, null=True)
    pool = models.TextField(default="")
    owner = models.UUIDField(null=True)
    due_at = models.DateTimeField()
    raised_at = models.DateTimeField()
    raised_by_label = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["about_kind", "about_id"], name="tasks_task_about")]
        constraints = [
            models.CheckConstraint(
                condition=Q(pool="", owner__isnull=False) | ~Q(pool=""), name="tasks_task_whose"
            ),
            # One thing asks the same of the same but once, however often a reaction runs.
            models.UniqueConstraint(
                fields=["about_kind", "about_id", "pool", "owner"],
                nulls_distinct=False,
                name="tasks_task_once",
            ),
            models.CheckConstraint(
                condition=Q(due_at__gte=F("raised_at")), name="tasks_task_due_later"
            ),
        ]


class Taking(models.Model):
    """That somebody of the pool takes care of a task, until it is given back or taken back."""

    id = models.UUIDField(primary_key=True, default=new_id)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="takings")
    by = models.UUIDField()
    by_label = models.TextField()
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["task"], condition=Q(ended_at__isnull=True), name="tasks_taking_one"
            ),
        ]


class Settlement(models.Model):
    """The end of a task, and in what words; taken back, the task stands again."""

    id = models.UUIDField(primary_key=True, default=new_id)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="settlements")
    by = models.UUIDField()
    by_label = models.TextField()
    at = models.DateTimeField()
    words = models.TextField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["task"], condition=Q(withdrawn_at__isnull=True), name="tasks_settled_once"
            ),
        ]


class Escalation(models.Model):
    """That a task was due and nobody had settled it: it is everybody's of `pool` since."""

    id = models.UUIDField(primary_key=True, default=new_id)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="escalations")
    pool = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task"], name="tasks_escalated_once"),
        ]
