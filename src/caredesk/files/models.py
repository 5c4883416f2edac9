"""What is kept of a file: what it is, its key (wrapped), its chunks (encrypted).

In the database, not in a folder: one backup holds both the rows and what they speak of, a file is
there exactly when the action that kept it was committed, any number of web servers needs no common
disk, and the application's role can neither delete nor overwrite one. docs/decisions/0012-files.md.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from caredesk.files.envelope import bind
from caredesk.kernel.ids import new_id


class Attachment(models.Model):
    """A file. `about` is whom it was kept for, `remarks` what the check found worth knowing."""

    id = models.UUIDField(primary_key=True, default=new_id)
    about = models.UUIDField()
    name = models.TextField()
    media_type = models.TextField()
    size = models.BigIntegerField()
    remarks = ArrayField(models.TextField(), default=list)
    scanned = models.BooleanField(default=False)
    kept_at = models.DateTimeField()
    kept_by = models.UUIDField()
    kept_by_label = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(size__gte=0), name="files_attachment_size"),
            models.CheckConstraint(condition=~Q(name=""), name="files_attachment_named"),
        ]

    @property
    def bound(self) -> bytes:
        """What the encryption holds fast."""
        return bind(
            id=str(self.id),
            about=str(self.about),
            name=self.name,
            media_type=self.media_type,
            size=self.size,
            remarks=self.remarks,
            scanned=int(self.scanned),
            kept_at=self.kept_at.isoformat(),
            kept_by=str(self.kept_by),
        )


class FileKey(models.Model):
    """The data key of a file, wrapped by the key of that name. Rotation writes it anew."""

    SECRETS = ("wrapped",)

    attachment = models.OneToOneField(
        Attachment, on_delete=models.PROTECT, primary_key=True, related_name="key"
    )
    wrapped_by = models.TextField(db_index=True)
    wrapped = models.BinaryField()


class Chunk(models.Model):
    """A piece of an encrypted file."""

    pk = models.CompositePrimaryKey("attachment", "number")
    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="chunks")
    number = models.IntegerField()
    sealed = models.BinaryField()
